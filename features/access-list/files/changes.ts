import { admittedKey, type Cells, covers, eitherGates } from "../hygiene";
import { countsAt, readRow } from "../row";
import type { FileRow } from "./row";

/**
 * The order of all writes of an import: each phase is over before the next begins, within one any order will do.
 *
 * Nobody is let in at any moment that both the old list and the new one refuse. For through the first two phases the
 * table's allows reach no further than the old list's, and its denies at least as far: a person who is let in, or reached
 * by no entry, is so in the old list too. Through the last two the same holds for the new list. Between the phases both
 * hold. It does not matter how close an entry is to the person: an entry that reaches somebody does so at the same level in
 * either list. So an import may also end after any write, and be repeated from there.
 */
export const phases = ["denies in", "allows out", "allows in", "denies out"] as const;
export type Phase = (typeof phases)[number];

/** A row as the table has it. */
export interface StoredRow {
  readonly cells: Cells;
  /** Columns that a list in a file does not have, as the table spells them: an import hands them back and never reads them. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Columns of `cells` that are no text, as the table spells them. */
  readonly odd?: Readonly<Record<string, unknown>>;
}

/** One write: the whole row to put under the key in place of the one that is there by then. Absent: none. */
export interface RowWrite {
  readonly phase: Phase;
  readonly entry: string;
  readonly was?: StoredRow;
  readonly row?: StoredRow;
  /** Of a change that takes two writes, in the second: what stood before the first. */
  readonly first?: StoredRow;
  /** In the first: what is there after the second. */
  readonly final?: StoredRow;
}

/** What becomes of one key, and the writes that do it: at most one a phase. */
export interface ListChange {
  readonly kind: "added" | "changed" | "removed";
  readonly was?: Cells;
  readonly is?: Cells;
  readonly writes: readonly RowWrite[];
}

/** What brings one key from the stored row to the wanted one; undefined if nothing has to change. */
export function listChange(stored: StoredRow | undefined, wanted: FileRow | undefined): ListChange | undefined {
  if (wanted === undefined) {
    if (stored === undefined) return undefined;
    const { cells: was } = stored;
    const phase = readRow(was).effect === "allow" ? "allows out" : "denies out";
    return { kind: "removed", was, writes: [{ phase, entry: String(was.entry), was: stored }] };
  }
  const is = cellsOf(wanted);
  if (stored === undefined) {
    const phase = wanted.effect === "allow" ? "allows in" : "denies in";
    return { kind: "added", is, writes: [{ phase, entry: wanted.entry, row: { cells: is, kept: {} } }] };
  }
  const { cells: was } = stored;
  return isAlready(was, wanted) ? undefined : { kind: "changed", was, is, writes: chained(stored, writesBetween(was, is)) };
}

/** What a key holds at the end of a phase: these columns, or nothing. */
type PhaseEnd = readonly [Phase, Cells | undefined];

/** The writes that lead from the stored row through the end of each phase. */
function chained(stored: StoredRow, [one, two]: readonly [PhaseEnd, PhaseEnd?]): readonly RowWrite[] {
  const entry = String(stored.cells.entry);
  const rowOf = (cells: Cells): StoredRow => ({ cells, kept: stored.kept });
  const write = ([phase, cells]: PhaseEnd, was?: StoredRow): RowWrite => ({
    phase,
    entry,
    ...(was && { was }),
    ...(cells && { row: rowOf(cells) }),
  });
  if (two === undefined) return [write(one, stored)];
  const first = write(one, stored);
  return [
    { ...first, ...(two[1] && { final: rowOf(two[1]) }) },
    { ...write(two, first.row), first: stored },
  ];
}

function writesBetween(was: Cells, is: Cells): readonly [PhaseEnd, PhaseEnd?] {
  const [before, after] = [readRow(was), readRow(is)];
  // One write ends an allow and begins a deny, or the other way round.
  if (before.effect !== after.effect) return [[after.effect === "deny" ? "denies in" : "allows in", is]];
  if (before.effect === "deny") {
    if (covers(after, before)) return [["denies in", is]];
    if (covers(before, after)) return [["denies out", is]];
    return [
      ["denies in", union(was, is)],
      ["denies out", is],
    ];
  }
  if (before.void || covers(after, before)) return [["allows in", is]];
  if (covers(before, after)) return [["allows out", is]];
  return [
    ["allows out", intersection(was, is)],
    ["allows in", is],
  ];
}

/** A row that reaches whomever either reaches, as long as either does. */
function union(was: Cells, is: Cells): Cells {
  const { issuer, gates: _, expiresAt, ...rest } = is;
  const same = readRow(was).issuer === readRow(is).issuer;
  const later = endOf(was) > endOf(is) ? was.expiresAt : expiresAt;
  const endless = endOf(was) === Number.POSITIVE_INFINITY || endOf(is) === Number.POSITIVE_INFINITY;
  const gates = eitherGates(readRow(was), readRow(is));
  return {
    ...rest,
    ...(same && issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates: gates.join(" ") }),
    ...(!endless && { expiresAt: later }),
  };
}

/** A row that reaches only the people that both rows reach, for the time that both do; undefined if there are none. */
function intersection(was: Cells, is: Cells): Cells | undefined {
  const [a, b] = [readRow(was), readRow(is)];
  if (a.issuer !== undefined && b.issuer !== undefined && a.issuer !== b.issuer) return undefined;
  const issuer = a.issuer ?? b.issuer;
  const gates = a.gates?.filter((gate) => countsAt(b, gate)) ?? b.gates;
  if (gates?.length === 0) return undefined;
  const expiresAt = endOf(was) < endOf(is) ? was.expiresAt : is.expiresAt;
  return {
    ...is,
    ...(issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates: gates.join(" ") }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function endOf(cells: Cells): number {
  return readRow(cells).expiresAt ?? Number.POSITIVE_INFINITY;
}

/** Whether a row is as the file says. `typed` tells only where the row would stand as an allow. */
export function isAlready(was: Cells, { entry, looser = entry, effect, issuer, gates, note, expiresAt }: FileRow): boolean {
  const row = readRow(was);
  return (
    row.problems.length === 0 &&
    row.effect === effect &&
    row.issuer === issuer &&
    row.gates?.join(" ") === gates &&
    (was.typed === undefined || admittedKey(was) === looser) &&
    (was.note === undefined || was.note === "" ? note === undefined : String(was.note) === note) &&
    (was.expiresAt === undefined ? undefined : String(was.expiresAt).trim()) === expiresAt
  );
}

/** Column by column: what else is known of a row, such as its line in the file, is not for the table. */
function cellsOf({ entry, effect, issuer, gates, note, expiresAt, typed }: FileRow): Cells {
  return {
    entry,
    effect,
    ...(issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates }),
    ...(note !== undefined && { note }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(typed !== undefined && { typed }),
  };
}
