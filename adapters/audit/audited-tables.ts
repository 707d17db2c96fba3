import { CHANGE_SETS } from "../../engine/access-list/change-set";
import { PROPOSALS } from "../../engine/access-list/proposal";
import type { AuditedTable } from "../../engine/audit/table-change";
import type { Row } from "../../engine/sign-up/rule";
import type { AnyTableName } from "../tables/tables";

/** The tables of which the trail tells. */
export const tableAudited = {
  "access-list": "accessList",
  profiles: "profiles",
  "reference-data": "referenceData",
  approvals: "approvals",
  "list-changes": "listChanges",
} as const satisfies Readonly<Record<AuditedTable, AnyTableName>>;

/** Whether the trail tells of a row that operators' changes left: of a change set's rows, only its head tells anything. */
export function isAudited(table: AuditedTable, row: Row | undefined): boolean {
  return table !== "list-changes" || [CHANGE_SETS, PROPOSALS].includes(String(row?.set));
}
