import type { TableChange } from "../../engine/audited-change";
import { omit } from "../../engine/collections";
import { canonicalJson } from "../../engine/json";
import { gatesIn } from "../../engine/sign-up/gate";
import type { Row } from "../../engine/sign-up/rule";
import { canBeKey } from "../../engine/table-keys";
import { type ClassName, classNames, compareStrictness, type Entry, entryKey, findEntryProblem, readEntry } from "./entry";
import { eachColumn } from "./entry-columns";
import { readSilentGates, refineProblems, type StoredRowProblem } from "./problem";
import { countsAtGate, findWaitingGates, isLive, isSuspended, type ListRow, readRow } from "./row";

export type Cells = Readonly<Record<string, unknown>>;

interface KeyAndProblems {
  readonly key: string;
  readonly problems: readonly StoredRowProblem[];
}

/**
 * The key under which a typed row belongs, and its problems.
 * @param classes the classes of the policy
 * @param silent the result of `findSilentGates`. If the policies are not known: the gates that the column `problem` names
 */
export function findKeyAndProblems(
  cells: Cells,
  classes: readonly ClassName[] = classNames,
  silent: readonly string[] = readSilentGates(cells.problem),
): KeyAndProblems {
  const typedText = String(cells.entry);
  const read = readEntry(typedText);
  const row = readRow(cells);
  const place = read.ok ? buildRowKey(read.entry, row, cells.typed) : typedText;
  // A normalised account can be three times as long as typed.
  const isTooLong = !canBeKey(place);
  const ofEntry = read.ok ? [...checkClassUse(read.entry, classes), ...[findEntryProblem(read.entry) ?? []].flat()] : [read.problem];
  const problems = [
    ...ofEntry,
    ...(isTooLong ? [{ code: "keyTooLong" } as const] : []),
    ...refineProblems(row.problems, cells),
    ...asksNobody(row, silent),
  ];
  return { key: isTooLong ? typedText : place, problems };
}

/**
 * Returns a stored row's problems. Only the hygiene worker knows the policy's classes: if `problem` has a text, but no problem is found
 * here, the policy does not use the row's class.
 */
export function flaggedProblems(cells: Cells): readonly StoredRowProblem[] {
  const { problems } = findKeyAndProblems(cells);
  return problems.length > 0 || typeof cells.problem !== "string" ? problems : findKeyAndProblems(cells, []).problems;
}

function buildRowKey(entry: Entry, row: ListRow, typedBefore: unknown): string {
  const key = entryKey(entry, row.effect);
  if (row.effect !== "allow" || typeof typedBefore !== "string") return key;
  // A deny of kim+x is stored under kim, with kim+x in `typed`. If the deny becomes an allow, the allow is for kim+x.
  const before = readEntry(typedBefore);
  return before.ok && entryKey(before.entry, "deny") === key ? entryKey(before.entry, "allow") : key;
}

function asksNobody(row: ListRow, silent: readonly string[]): readonly StoredRowProblem[] {
  const gates = findWaitingGates(row, silent);
  return gates.length === 0 ? [] : [{ code: "asksNobody", gates: gates.join(", ") }];
}

function checkClassUse(entry: Entry, classes: readonly ClassName[]): readonly StoredRowProblem[] {
  if (entry.kind !== "class" || classes.includes(entry.name)) return [];
  return [{ code: "unusedClass", name: entry.name }];
}

/** The row's key as an allow. The cell `typed` wins: a deny of kim+x is stored under kim, with kim+x in `typed`. */
export function admittedKey(cells: Cells): string {
  const read = readEntry(String(typeof cells.typed === "string" ? cells.typed : cells.entry));
  return read.ok ? entryKey(read.entry, "allow") : String(cells.entry);
}

/** The key of an allow of exactly this address. Undefined if the row is an allow, or its own key is the same. */
export function looserKey(cells: Cells): string | undefined {
  const read = readEntry(String(cells.entry));
  if (!read.ok || readRow(cells).effect === "allow") return undefined;
  const key = entryKey(read.entry, "allow");
  return key === entryKey(read.entry, "deny") ? undefined : key;
}

interface Merged {
  readonly winner: "typed" | "current";
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
}

/**
 * Merges a row typed in another spelling into the right key's row. A row that does not count loses. If both rows count, the stricter effect
 * wins. Of equal effects, the wider deny or approval wins, or the narrower allow. The earlier `allowedUntil` stays, or none if one of two rows
 * that count has none. `note` gets the losing row's content.
 */
export function merge(typedCells: Cells, current: Cells, now: Date): Merged {
  const typedRow = readRow(typedCells);
  const currentRow = readRow(current);
  const winner = chooseWinner(typedRow, currentRow, now);
  const [winning, losing] = winner === "typed" ? [typedCells, current] : [current, typedCells];
  // The winning row is made wider: otherwise, people under the other row's approval alone would get in.
  const neitherAllows = typedRow.effect !== "allow" && currentRow.effect !== "allow";
  const widerCells = neitherAllows && isLive(readRow(losing), now) ? widenReach(winning, losing) : { set: {}, remove: [] };
  const remark = `${winner === "typed" ? "replaced" : "also typed as"} ${describeCells(losing)}`;
  const note = typeof winning.note === "string" ? winning.note : "";
  const allowedUntil = mergeAllowedUntil(winning, losing, now);
  return {
    winner,
    set: {
      ...widerCells.set,
      ...(allowedUntil !== undefined && { allowedUntil }),
      ...(note.includes(remark) ? {} : { note: note === "" ? remark : `${note}; ${remark}` }),
    },
    // If only one row is a partner's, an operator typed the other: the merged row is no longer the partner's.
    remove: [
      ...widerCells.remove,
      ...(typedCells.byPartner === current.byPartner ? [] : ["byPartner"]),
      ...(winning.allowedUntil === undefined || allowedUntil !== undefined ? [] : ["allowedUntil"]),
    ],
  };
}

function mergeAllowedUntil(winning: Cells, losing: Cells, now: Date): unknown {
  const [own, other] = [readRow(winning), readRow(losing)];
  if (own.allowedUntil === undefined) return undefined;
  if (!isLive(own, now) || !isLive(other, now)) return winning.allowedUntil;
  // The merged row reaches everybody whom either row reaches, and may let in only people whom one of the two lets in.
  if (other.allowedUntil === undefined || !(covers(own, other) || covers(other, own))) return undefined;
  return other.allowedUntil < own.allowedUntil ? losing.allowedUntil : winning.allowedUntil;
}

function chooseWinner(typedRow: ListRow, current: ListRow, now: Date): Merged["winner"] {
  if (isLive(typedRow, now) !== isLive(current, now)) return isLive(typedRow, now) ? "typed" : "current";
  if (typedRow.effect !== current.effect) return compareStrictness(typedRow.effect, current.effect) < 0 ? "typed" : "current";
  const stricter = typedRow.effect !== "allow" ? covers(typedRow, current) : covers(current, typedRow);
  return stricter && !(covers(typedRow, current) && covers(current, typedRow)) ? "typed" : "current";
}

export type Reach = Pick<ListRow, "issuer" | "gates" | "expiresAt">;

/** True if `a` counts for every person, gate and time for which `b` counts. */
export function covers(a: Reach, b: Reach): boolean {
  return (
    (a.issuer === undefined || a.issuer === b.issuer) &&
    (a.gates === undefined || (b.gates?.every((gate) => countsAtGate(a, gate)) ?? false)) &&
    (a.expiresAt ?? Number.POSITIVE_INFINITY) >= (b.expiresAt ?? Number.POSITIVE_INFINITY)
  );
}

/** True if the row keeps everybody out now, at every gate and without an end. */
export function deniesAll(row: ListRow | undefined, now: Date): boolean {
  return row?.effect === "deny" && isLive(row, now) && !isSuspended(row, now) && covers(row, {});
}

/** True if `row` keeps out everybody whom `than` keeps out, and is at least as strict. @param than a row that does not allow */
export function isAsStrict(row: ListRow | undefined, than: ListRow): boolean {
  if (row === undefined || (row.allowedUntil ?? 0) > (than.allowedUntil ?? 0)) return false;
  return compareStrictness(row.effect, than.effect) <= 0 && covers(row, than);
}

/** Rows as they count at a moment: an `allowedUntil` that is over is left out. */
export function dropPastAllow(row: ListRow, now: Date): ListRow {
  return row.allowedUntil === undefined || isSuspended(row, now) ? row : omit(row, "allowedUntil");
}

/** The merged row matches everyone that either row matched, until the later end. */
function widenReach(winning: Cells, losing: Cells): Pick<Merged, "set" | "remove"> {
  const [a, b] = [readRow(winning), readRow(losing)];
  const remove = [
    ...(a.issuer !== undefined && a.issuer !== b.issuer ? ["issuer"] : []),
    ...(a.gates !== undefined && b.gates === undefined ? ["gates"] : []),
    ...(a.expiresAt !== undefined && b.expiresAt === undefined ? ["expiresAt"] : []),
  ];
  const longer = a.expiresAt !== undefined && b.expiresAt !== undefined && b.expiresAt > a.expiresAt;
  const gates = eitherGates(a, b);
  const elsewhereToo = gates !== undefined && gates.length !== a.gates?.length;
  return { set: { ...(elsewhereToo && { gates: gates.join(" ") }), ...(longer && { expiresAt: losing.expiresAt }) }, remove };
}

/** The gates that either of the two reaches. Undefined if one of them reaches every gate. */
export function eitherGates(a: Reach, b: Reach): readonly string[] | undefined {
  return a.gates === undefined || b.gates === undefined ? undefined : gatesIn([...a.gates, ...b.gates].join(" "));
}

function describeCells(cells: Cells): string {
  const rest = ["effect", ...eachColumn.map(([name]) => name)].flatMap((name) =>
    cells[name] === undefined ? [] : `${name} ${plain(cells[name])}`,
  );
  return `"${plain(cells.entry)}" (${rest.join(", ")})`;
}

function plain(cell: unknown): string {
  return typeof cell === "string" ? cell : (JSON.stringify(cell) ?? "");
}

/**
 * True if the hygiene worker made a change: flagged, moved or merged a row.
 * @param stood returns the row that is or was under a key: undefined if unknown, null if its cells are unknown
 */
export function isTidying({ table, before, after, at }: TableChange, stood: KnownRow): boolean {
  if (table !== "access-list") return false;
  if (after === undefined) return before !== undefined && findKeyAndProblems(before).key !== before.entry;
  if (before === undefined) return isMoved(after, at, stood);
  const without = ({ problem: _, ...row }: Row) => row;
  if (canonicalJson(without(before)) === canonicalJson(without(after))) return before.problem !== after.problem;
  // The note has more remarks than before if the worker merged another row into this one.
  return remarks(after) > remarks(before) && isNoLooser(before, after, at);
}

type KnownRow = (entry: string) => Row | null | undefined;

function isMoved(after: Row, at: Date, stood: KnownRow): boolean {
  const { typed, entry } = after;
  if (typeof typed !== "string" || typed === entry || findKeyAndProblems({ ...after, entry: typed }).key !== entry) return false;
  const row = stood(typed);
  return row !== undefined && (row === null || isNoLooser(row, after, at));
}

/** When the hygiene worker merges two rows, the stricter row wins. */
function isNoLooser(before: Row, after: Row, at: Date): boolean {
  const [was, is] = [before, after].map((row) => dropPastAllow(readRow(row), at)) as [ListRow, ListRow];
  if (is.allowedUntil !== undefined) return was.effect !== "allow" && isLive(was, at) && isAsStrict(is, was) && covers(was, is);
  if (is.effect === "allow") return is.void || (was.effect === "allow" && !was.void && covers(was, is));
  return was.effect === "allow" || !isLive(was, at) || isAsStrict(is, was);
}

/** The hygiene worker's `merge` adds a remark to the note for each merged row. */
function remarks({ note }: Row): number {
  return typeof note === "string" ? (note.match(/(?:^|; )(?:replaced|also typed as) "/g) ?? []).length : 0;
}
