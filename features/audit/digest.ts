import { actionOf, type TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/canonical-json";
import type { HashOf } from "../../engine/sign-up/person";

/** Members of a set come in any order. */
function isSameCell(one: unknown, other: unknown): boolean {
  return canonicalJson(comparableCell(one) ?? null) === canonicalJson(comparableCell(other) ?? null);
}

export function comparableCell(cell: unknown): unknown {
  return Array.isArray(cell) ? cell.map(canonicalJson).sort() : cell;
}

/** What the hygiene worker writes down beside what somebody edits. */
export const REMARK = "problem";

/** Stands for one change of a row in the entry under which it was made: nobody without the key finds the row by guessing. Cells that stay as they are do not count. */
export function changeDigest({ table, subject, before, after }: Omit<TableChange, "event" | "at">, hashOf: HashOf): string {
  const names = Object.keys({ ...before, ...after }).filter((name) => name !== REMARK && !isSameCell(before?.[name], after?.[name]));
  const cells = names.sort().map((name) => [name, comparableCell(before?.[name]), comparableCell(after?.[name])]);
  return hashOf(`audit\n${actionOf({ table, ...(before && { before }), ...(after && { after }) })}\n${subject}\n${canonicalJson(cells)}`);
}

/** Stands for what a row is to be, or for its removal, whatever stood there before, as `changeDigest` does for a change: nobody without the key finds the row by guessing. */
export function changeMark({ table, subject, after }: Pick<TableChange, "table" | "subject" | "after">, hashOf: HashOf): string {
  // A request's id is a keyed hash already.
  if (table === "approvals") return `${table}/${subject}`;
  return hashOf(
    `audit\n${table}\n${subject}\n${after === undefined ? "" : canonicalJson(Object.fromEntries(Object.entries(after).map(([name, cell]) => [name, comparableCell(cell)])))}`,
  );
}
