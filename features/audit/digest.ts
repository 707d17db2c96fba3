import { buildActionName, type TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/json";
import type { HashOf } from "../../engine/sign-up/person";

/** The order of a set does not matter. */
function isSameCell(one: unknown, other: unknown): boolean {
  return canonicalJson(comparableCell(one) ?? null) === canonicalJson(comparableCell(other) ?? null);
}

function comparableCell(cell: unknown): unknown {
  return Array.isArray(cell) ? cell.map(canonicalJson).sort() : cell;
}

/** The column that `changeDigest` ignores. The hygiene worker writes this column in the same write as its edit. */
const REMARK = "problem";

/** Keyed, so that nobody without the key can find the row by guessing. */
export function changeDigest({ table, subject, before, after }: Omit<TableChange, "event" | "at">, hashOf: HashOf): string {
  const names = Object.keys({ ...before, ...after }).filter((name) => name !== REMARK && !isSameCell(before?.[name], after?.[name]));
  const cells = names.sort().map((name) => [name, comparableCell(before?.[name]), comparableCell(after?.[name])]);
  return hashOf(
    `audit\n${buildActionName({ table, ...(before && { before }), ...(after && { after }) })}\n${subject}\n${canonicalJson(cells)}`,
  );
}

/** Covers the row's new state or removal, whatever the old state was. Without the key, nobody can find the row by guessing. */
export function changeMark({ table, subject, after }: Pick<TableChange, "table" | "subject" | "after">, hashOf: HashOf): string {
  // The subject is the request's id: already a keyed hash.
  if (table === "approvals") return `${table}/${subject}`;
  return hashOf(
    `audit\n${table}\n${subject}\n${after === undefined ? "" : canonicalJson(Object.fromEntries(Object.entries(after).map(([name, cell]) => [name, comparableCell(cell)])))}`,
  );
}
