import { keepGiven } from "../../../engine/json";
import { admittedKey, type Cells } from "../hygiene";
import { readRow } from "../row";
import type { FileRow } from "./row";

/**
 * The phases in which an edit writes the change of a row. All writes of a phase end before the next phase begins; within a phase, any order
 * works. If both the old and the new list refuse a person, the table never lets that person in meanwhile. Until the last phase, the table
 * has all denies and approvals of the old list; from the second phase on, it has all of the new list. The allows of the old list are gone
 * before the last phase; the allows of the new list come after the first. So while the table has an allow of a list, it also has all denies
 * and approvals of that list. Therefore an edit may stop after any write, and be continued from there. `denies in and out` takes two
 * writes, because neither row covers the other: the first phase writes a row that keeps out everybody whom the old or the new row keeps
 * out, and the last phase writes the new row.
 */
export type Phases = "denies in" | "allows" | "denies out" | "denies in and out";

export interface StoredRow {
  readonly cells: Cells;
  /** Columns of the stored row that a file cannot have, in the table's form. An import writes these cells back without reading them. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Columns of `cells` that are not text, in the table's form. */
  readonly odd?: Readonly<Record<string, unknown>>;
}

/** The change of one key: from the stored row to the wanted one. */
export interface ListChange {
  readonly stored: StoredRow | undefined;
  readonly wanted: FileRow | undefined;
}

export function changedEntry({ stored, wanted }: ListChange): string {
  return wanted?.entry ?? String(stored?.cells.entry);
}

/** Returns the change from the stored row to the wanted one. Undefined if they agree. */
export function listChange(storedRow: StoredRow | undefined, wantedRow: FileRow | undefined): ListChange | undefined {
  const isSame = storedRow === undefined ? wantedRow === undefined : wantedRow !== undefined && isAlready(storedRow.cells, wantedRow);
  return isSame ? undefined : { stored: storedRow, wanted: wantedRow };
}

/** True if a row already has the file's values. Two spellings in `typed` count as equal if they have the same key as an allow. */
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
export function pickCells({ entry, effect, issuer, gates, note, expiresAt, typed }: FileRow): Cells {
  return {
    entry,
    effect,
    ...keepGiven({ issuer, gates, note, expiresAt, typed }),
  };
}
