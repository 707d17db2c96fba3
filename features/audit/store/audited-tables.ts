import type { Item } from "../../../adapters/tables/item";
import type { TableWrite } from "../../../adapters/tables/table";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { type AuditedTable, buildActionName } from "../../../engine/audited-change";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditedChange, AuditStore } from "./trail";

export const tableAudited = {
  "access-list": "accessList",
  profiles: "profiles",
  "reference-data": "referenceData",
  approvals: "approvals",
  "list-changes": "listChanges",
  posture: "decisions",
  partner: "decisions",
} as const satisfies Readonly<Record<AuditedTable, AnyTableName>>;

export function auditedKey(table: AuditedTable): readonly string[] {
  return tables[tableAudited[table]].key;
}

/** The code that announces a row and the stream's reader must use the same subject. @param row the row, or only its key */
export function buildSubject(table: AuditedTable, row: Item): string {
  return auditedKey(table)
    .map((name) => row[name]?.S ?? "")
    .join("/");
}

export interface CommittedRow {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  readonly write: TableWrite;
}

/** @returns false if somebody else changed the row first; then an entry records the conflict */
export function commitRow(
  trail: Pick<AuditStore, "commit">,
  table: AuditedTable,
  { before, after, write }: CommittedRow,
  who: Pick<AuditedChange, "by" | "name" | "via">,
  now: Date,
): Promise<boolean> {
  const rows = { before, after };
  const subject = auditedKey(table)
    .map((name) => String((after ?? before)?.[name] ?? ""))
    .join("/");
  const entry = { ...who, action: buildActionName({ table, ...rows }), subject, ...rows };
  return trail.commit(entry, [{ write, change: { table, subject, ...rows } }], now);
}
