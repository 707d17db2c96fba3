import { CHANGE_SETS } from "../../engine/access-list/change-set";
import { PROPOSALS } from "../../engine/access-list/proposal";
import { type AuditedTable, actionOf, changeMark } from "../../engine/audit/table-change";
import { INCIDENTS } from "../../engine/incidents/incident";
import { PARTNER } from "../../engine/partners/partner";
import { POSTURE } from "../../engine/posture/posture";
import type { HashOf } from "../../engine/sign-up/person";
import type { Row } from "../../engine/sign-up/rule";
import { type Item, toItem, toRow } from "../tables/item";
import { withoutIndexes } from "../tables/list-indexes";
import { type AnyTableName, tables } from "../tables/tables";

/** The tables that the trail covers. */
export const tableAudited = {
  "access-list": "accessList",
  profiles: "profiles",
  "reference-data": "referenceData",
  approvals: "approvals",
  "list-changes": "listChanges",
  posture: "decisions",
  partner: "decisions",
} as const satisfies Readonly<Record<AuditedTable, AnyTableName>>;

/** The names of a table's key attributes. */
export function auditedKey(table: AuditedTable): readonly string[] {
  return tables[tableAudited[table]].key;
}

/** What the trail calls a row. Code that announces a row and code that reads it from a stream must use the same name. @param row or its key alone */
export function subjectOf(table: AuditedTable, row: Item): string {
  return auditedKey(table)
    .map((name) => row[name]?.S ?? "")
    .join("/");
}

/** Whether the trail has entries for a row that operators' changes left: of a change set's rows, only the first has an entry; of decisions, only how gates are set and the domains of partners. */
export function isAudited(table: AuditedTable, row: Row | undefined): boolean {
  if (table === "posture") return row?.reference === POSTURE;
  if (table === "partner") return row?.reference === PARTNER;
  return table !== "list-changes" || [CHANGE_SETS, PROPOSALS, INCIDENTS].includes(String(row?.set));
}

/** The mark of a row as it will be: undefined where the trail does not cover it. */
export function rowMark(table: AuditedTable, item: Item, hashOf: HashOf): string | undefined {
  const after = toRow(withoutIndexes(item));
  return isAudited(table, after) ? changeMark({ table, subject: subjectOf(table, item), after }, hashOf) : undefined;
}

/** The entry that announces a change of one row, which its stream then shows. */
export function rowAudited<Who extends object>(table: AuditedTable, before: Row | undefined, after: Row, who: Who) {
  const row = { ...(before && { before }), after };
  return { ...who, action: actionOf({ table, ...row }), subject: subjectOf(table, toItem(after)), ...row };
}
