import { buildActionName, type TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/json";
import type { HashOf } from "../../engine/sign-up/person";

/** Compares two cells. Sets have no order. */
function isSameCell(one: unknown, other: unknown): boolean {
  return canonicalJson(comparableCell(one) ?? null) === canonicalJson(comparableCell(other) ?? null);
}

function comparableCell(cell: unknown): unknown {
  return Array.isArray(cell) ? cell.map(canonicalJson).sort() : cell;
}

/** The column that the hygiene worker writes in the same write as its edit. */
const REMARK = "problem";

/** Computes the digest of a row's change. Keyed, so that the row cannot be found by guessing. Unchanged cells do not count. */
export function changeDigest({ table, subject, before, after }: Omit<TableChange, "event" | "at">, hashOf: HashOf): string {
  const names = Object.keys({ ...before, ...after }).filter((name) => name !== REMARK && !isSameCell(before?.[name], after?.[name]));
  const cells = names.sort().map((name) => [name, comparableCell(before?.[name]), comparableCell(after?.[name])]);
  return hashOf(
    `audit\n${buildActionName({ table, ...(before && { before }), ...(after && { after }) })}\n${subject}\n${canonicalJson(cells)}`,
  );
}

/**
 * Computes the digest of a row's new state, or of its removal. The old state does not count. Keyed like `changeDigest`, so that the row
 * cannot be found by guessing.
 */
export function changeMark({ table, subject, after }: Pick<TableChange, "table" | "subject" | "after">, hashOf: HashOf): string {
  // A request's id is already a keyed hash.
  if (table === "approvals") return `${table}/${subject}`;
  return hashOf(
    `audit\n${table}\n${subject}\n${after === undefined ? "" : canonicalJson(Object.fromEntries(Object.entries(after).map(([name, cell]) => [name, comparableCell(cell)])))}`,
  );
}
