import { keepGiven } from "../../../engine/json";
import { admittedKey, type Cells } from "../hygiene";
import { readRow } from "../row";
import type { FileRow } from "./row";

/**
 * The order of all writes of an edit: each phase ends before the next begins. Within a phase, any order works.
 *
 * Nobody refused by both the old and the new list is let in at any moment. Until the last phase, the table has all denies and approvals of
 * the old list, and from the second phase on all of the new one; its allows are the old list's before the second phase, and the new list's
 * after it. A person whom an allow lets in at some moment is thus let in by the list that the allow is from: a deny or approval as close or
 * closer would be in the table. An edit may therefore stop after any write, and be continued from there.
 *
 * `denies in and out`: neither row covers the other, so between the two phases the table has a row that keeps out everybody whom either row
 * does.
 */
export type Phases = "denies in" | "allows" | "denies out" | "denies in and out";

export interface StoredRow {
  readonly cells: Cells;
  /** Columns that a file does not have, in the table's form: an import writes them back and never reads them. */
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

/** True if a row already has the file's values. Ignores `typed`, which only gives the row's key as an allow. */
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
