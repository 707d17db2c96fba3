import { auditedKey, subjectOf, tableAudited } from "../../../adapters/audit/audited-tables";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { changeMark } from "../../../engine/audit/digest";
import type { AuditedTable } from "../../../engine/audited-change";
import { type FactOf, rowFact } from "../../../engine/audited-change";
import type { HashOf } from "../../../engine/sign-up/person";
import type { Row } from "../../../engine/sign-up/rule";
import { withoutIndexes } from "../../access-list/store/list-indexes";
import { rowKindOf } from "../../row-kinds";

/** Whether the trail has entries for a row: operators change it. @param row or its key alone */
export function isAudited(table: AuditedTable, row: Row | undefined): boolean {
  const key = Object.fromEntries(auditedKey(table).map((name) => [name, String(row?.[name])]));
  return rowKindOf(tableAudited[table], toItem(key))?.audited === table;
}

/** The mark of a row as it will be: undefined where the trail does not cover it. */
export function rowMark(table: AuditedTable, item: Item, hashOf: HashOf): string | undefined {
  const after = toRow(withoutIndexes(item));
  return isAudited(table, after) ? changeMark({ table, subject: subjectOf(table, item), after }, hashOf) : undefined;
}

/** What the trail says of a change; undefined where it need not have it. */
export const factOf: FactOf = (change, stood) => {
  const { table, before, after } = change;
  const key = Object.fromEntries(auditedKey(table).map((name) => [name, String((after ?? before)?.[name])]));
  const kind = rowKindOf(tableAudited[table], toItem(key));
  return kind?.audited === table ? (kind.fact ?? rowFact)(change, stood) : undefined;
};
