import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import type { AuditedTable } from "../../../engine/audited-change";
import { type FactOf, rowFact } from "../../../engine/audited-change";
import type { HashOf } from "../../../engine/sign-up/person";
import type { Row } from "../../../engine/sign-up/rule";
import { getRowKind } from "../../row-kinds";
import { changeMark } from "../entry";
import { auditedKey, buildSubject, tableAudited } from "./audited-tables";

/** The kind of a row. Undefined if the audit log does not cover the row. @param row the row, or only its key */
function findRowKind(table: AuditedTable, row: Row | undefined): RowKind | undefined {
  const key = Object.fromEntries(auditedKey(table).map((name) => [name, String(row?.[name])]));
  const kind = getRowKind(tableAudited[table], toItem(key));
  return kind?.audited === table ? kind : undefined;
}

/** @param row the row, or only its key */
export function isAudited(table: AuditedTable, row: Row | undefined): boolean {
  return findRowKind(table, row) !== undefined;
}

export function auditedRow(table: AuditedTable, storedItem: Item): Row {
  return toRow(findRowKind(table, toRow(storedItem))?.plain?.(storedItem) ?? storedItem);
}

/** Undefined if the audit log does not cover the row. */
export function rowMark(table: AuditedTable, item: Item, hashOf: HashOf): string | undefined {
  const after = auditedRow(table, item);
  return isAudited(table, after) ? changeMark({ table, subject: buildSubject(table, item), after }, hashOf) : undefined;
}

/** Undefined if the change needs no entry. */
export const buildFact: FactOf = (change, stood) => {
  const kind = findRowKind(change.table, change.after ?? change.before);
  return kind && (kind.fact ?? rowFact)(change, stood);
};
