import { covers, tidy } from "../access-list/hygiene";
import { isLive, readRow } from "../access-list/row";
import type { HashOf } from "../sign-up/person";
import type { Row } from "../sign-up/rule";
import { canonicalJson } from "./chain";

/** The tables whose changes stand in the trail, by what actions and addresses call them. */
export const auditedTables = ["access-list", "profiles", "reference-data", "approvals", "list-changes", "posture", "partner"] as const;
export type AuditedTable = (typeof auditedTables)[number];

/** One row as a stream tells of its change: absent before it was added, and after it was removed. */
export interface TableChange {
  readonly table: AuditedTable;
  /** The record's own id: the same however often it is delivered. */
  readonly event: string;
  readonly at: Date;
  /** The values of its key, joined by slashes: what an entry calls its subject. */
  readonly subject: string;
  readonly before?: Row;
  readonly after?: Row;
}

/** What happened to the row, as an action names it. */
export function actionOf({ table, before, after }: Pick<TableChange, "table" | "before" | "after">): string {
  return `${table}.${before === undefined ? "added" : after === undefined ? "removed" : "changed"}`;
}

/** Members of a set come in any order. */
function isSameCell(one: unknown, other: unknown): boolean {
  return canonicalJson(inOrder(one) ?? null) === canonicalJson(inOrder(other) ?? null);
}

function inOrder(cell: unknown): unknown {
  return Array.isArray(cell) ? cell.map(canonicalJson).sort() : cell;
}

/**
 * Whether the hygiene worker would have done just this: flagged a row, written it under its right key or removed it under the other.
 * @param stood the row that is, or was, under a key: undefined where nobody knows of one, null where its cells are not known
 */
export function isTidying({ table, before, after, at }: TableChange, stood: KnownRow): boolean {
  if (table !== "access-list") return false;
  if (after === undefined) return before !== undefined && tidy(before).key !== before.entry;
  if (before === undefined) return isMoved(after, at, stood);
  const without = ({ problem: _, ...row }: Row) => row;
  if (canonicalJson(without(before)) === canonicalJson(without(after))) return before.problem !== after.problem;
  // Two rows became one.
  return remarks(after) > remarks(before) && isNoLooser(before, after, at);
}

type KnownRow = (entry: string) => Row | null | undefined;

/** Whether a row came from another key, where one stood that let in as many. */
function isMoved(after: Row, at: Date, stood: KnownRow): boolean {
  const { typed, entry } = after;
  if (typeof typed !== "string" || typed === entry || tidy({ ...after, entry: typed }).key !== entry) return false;
  const row = stood(typed);
  return row !== undefined && (row === null || isNoLooser(row, after, at));
}

/** Whether it lets in nobody who was not let in before: of two rows the stricter wins. */
function isNoLooser(before: Row, after: Row, at: Date): boolean {
  const [was, is] = [readRow(before), readRow(after)];
  if (is.effect === "allow") return is.void || (was.effect === "allow" && !was.void && covers(was, is));
  return was.effect === "allow" || !isLive(was, at) || covers(is, was);
}

/** What the hygiene worker writes down beside what somebody edits. */
const REMARK = "problem";

/** Stands for one change of a row in the entry under which it was made: nobody without the key finds the row by guessing. Cells that stay as they are do not count. */
export function changeDigest({ table, subject, before, after }: Omit<TableChange, "event" | "at">, hashOf: HashOf): string {
  const names = Object.keys({ ...before, ...after }).filter((name) => name !== REMARK && !isSameCell(before?.[name], after?.[name]));
  const cells = names.sort().map((name) => [name, inOrder(before?.[name]), inOrder(after?.[name])]);
  return hashOf(`audit\n${actionOf({ table, ...(before && { before }), ...(after && { after }) })}\n${subject}\n${canonicalJson(cells)}`);
}

/** Stands for what a row is to be, or for its removal, whatever stood there before, as `changeDigest` does for a change: nobody without the key finds the row by guessing. */
export function changeMark({ table, subject, after }: Pick<TableChange, "table" | "subject" | "after">, hashOf: HashOf): string {
  // A request's id is a keyed hash already.
  if (table === "approvals") return `${table}/${subject}`;
  return hashOf(
    `audit\n${table}\n${subject}\n${after === undefined ? "" : canonicalJson(Object.fromEntries(Object.entries(after).map(([name, cell]) => [name, inOrder(cell)])))}`,
  );
}

/** How many rows it has taken in, as `merge` of the hygiene worker writes it down. */
function remarks({ note }: Row): number {
  return typeof note === "string" ? (note.match(/(?:^|; )(?:replaced|also typed as) "/g) ?? []).length : 0;
}
