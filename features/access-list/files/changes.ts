import { compareStrictness, listEffects } from "../effect";
import { admittedKey, type Cells, covers, eitherGates } from "../hygiene";
import { countsAt, readRow } from "../row";
import type { FileRow } from "./row";

/**
 * The order of all writes of an import: each phase ends before the next begins. Within a phase, any order works.
 *
 * Nobody refused by both the old and the new list is let in at any moment. During the first two phases, the table's allows reach no further
 * than the old list's, and its denies and approvals at least as far: a person who is let in, or matched by no entry, has that result in the old list too.
 * During the last two, the same holds for the new list. Between the phases both hold. The closeness of an entry does not matter: it matches
 * a person at the same level in either list. An import may therefore stop after any write, and be repeated from there.
 */
export const phases = ["denies in", "allows out", "allows in", "denies out"] as const;
export type Phase = (typeof phases)[number];

export interface StoredRow {
  readonly cells: Cells;
  /** Columns that a file does not have, in the table's form: an import writes them back and never reads them. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Columns of `cells` that are not text, in the table's form. */
  readonly odd?: Readonly<Record<string, unknown>>;
}

/** One write: replaces the row under the key. Absent: no row. */
export interface RowWrite {
  readonly phase: Phase;
  readonly entry: string;
  readonly was?: StoredRow;
  readonly row?: StoredRow;
  /** For the second of two writes: the row before the first. */
  readonly first?: StoredRow;
  /** For the first of two writes: the row after the second. */
  readonly final?: StoredRow;
}

/** The change of one key, and its writes: at most one per phase. */
export interface ListChange {
  readonly kind: "added" | "changed" | "removed";
  readonly was?: Cells;
  readonly is?: Cells;
  readonly writes: readonly RowWrite[];
}

/** The write of a new row, which is made when it is asked for: a million rows of a file fit in memory, but not twice. */
class Addition implements RowWrite {
  readonly #wanted: FileRow;

  constructor(wanted: FileRow) {
    this.#wanted = wanted;
  }

  get phase(): Phase {
    return this.#wanted.effect === "allow" ? "allows in" : "denies in";
  }

  get entry(): string {
    return this.#wanted.entry;
  }

  get row(): StoredRow {
    return { cells: cellsOf(this.#wanted), kept: {} };
  }
}

/** Returns the change from the stored row to the wanted one. Undefined if they agree. */
export function listChange(stored: StoredRow | undefined, wanted: FileRow | undefined): ListChange | undefined {
  if (wanted === undefined) {
    if (stored === undefined) return undefined;
    const { cells: was } = stored;
    const phase = readRow(was).effect === "allow" ? "allows out" : "denies out";
    return { kind: "removed", was, writes: [{ phase, entry: String(was.entry), was: stored }] };
  }
  const is = cellsOf(wanted);
  if (stored === undefined) return { kind: "added", is, writes: [new Addition(wanted)] };
  const { cells: was } = stored;
  return isAlready(was, wanted) ? undefined : { kind: "changed", was, is, writes: chained(stored, writesBetween(was, is)) };
}

/** The cells of a key at the end of a phase. Undefined: no row. */
type PhaseEnd = readonly [Phase, Cells | undefined];

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
  // One write ends an allow and begins a deny, or vice versa. An approval comes and goes with the denies.
  if ((before.effect === "allow") !== (after.effect === "allow")) return [[after.effect === "allow" ? "allows in" : "denies in", is]];
  if (after.effect !== "allow") {
    const strictness = compareStrictness(after.effect, before.effect);
    if (strictness <= 0 && covers(after, before)) return [["denies in", is]];
    if (strictness >= 0 && covers(before, after)) return [["denies out", is]];
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

/** A row that matches everyone that either row matches, as long as either does, with the stricter effect. */
function union(was: Cells, is: Cells): Cells {
  const { issuer, gates: _, expiresAt, ...rest } = is;
  const same = readRow(was).issuer === readRow(is).issuer;
  const later = endOf(was) > endOf(is) ? was.expiresAt : expiresAt;
  const endless = endOf(was) === Number.POSITIVE_INFINITY || endOf(is) === Number.POSITIVE_INFINITY;
  const gates = eitherGates(readRow(was), readRow(is));
  const effect = listEffects.find((each) => [was, is].some((cells) => readRow(cells).effect === each));
  return {
    ...rest,
    effect,
    ...(same && issuer !== undefined && { issuer }),
    ...(gates !== undefined && { gates: gates.join(" ") }),
    ...(!endless && { expiresAt: later }),
  };
}

/** A row that matches only people that both rows match, while both do. Undefined if there are none. */
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

/** True if a row already has the file's values. Ignores `typed`, which only says where the row would be as an allow. */
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

/** Copies columns one by one: other properties, such as the line in the file, do not belong in the table. */
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
