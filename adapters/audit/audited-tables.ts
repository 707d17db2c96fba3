import { type AuditedTable, actionOf } from "../../engine/audit/table-change";
import type { Row } from "../../engine/sign-up/rule";
import { type Item, toItem } from "../tables/item";
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

/** The entry that announces a change of one row, which its stream then shows. */
export function rowAudited<Who extends object>(table: AuditedTable, before: Row | undefined, after: Row, who: Who) {
  const row = { ...(before && { before }), after };
  return { ...who, action: actionOf({ table, ...row }), subject: subjectOf(table, toItem(after)), ...row };
}
