import { eachColumn, mapColumns } from "../entry-columns";
import { admittedKey, type Cells } from "../hygiene";
import { readRow } from "../row";
import type { FileRow } from "./row";

/**
 * The phases in which an edit writes the change of a row, one after the other. Within a phase, any order works. The table never lets in a
 * person that both the old and the new list refuse. Until the last phase, the table has all denies and approvals of the old list; from the
 * second phase on, all of the new list. Allows of the old list are there only before the last phase; allows of the new list, only after the
 * first. So an edit may stop after any write and be continued from there. `denies in and out` takes two writes, because neither row covers
 * the other: the first written row keeps out everybody that either row keeps out; the last is the new row.
 */
export type Phases = "denies in" | "allows" | "denies out" | "denies in and out";

export interface StoredRow {
  readonly cells: Cells;
  /** The row's columns that a file cannot have, with their values as the database stores them. An import writes them back unchanged. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Columns of `cells` that are not text, in the table's form. */
  readonly odd?: Readonly<Record<string, unknown>>;
}

export interface ListChange {
  readonly stored: StoredRow | undefined;
  readonly wanted: FileRow | undefined;
}

export function changedEntry({ stored, wanted }: ListChange): string {
  return wanted?.entry ?? String(stored?.cells.entry);
}

/** Returns the change from the stored row to the wanted row. Undefined if the two rows agree. */
export function listChange(storedRow: StoredRow | undefined, wantedRow: FileRow | undefined): ListChange | undefined {
  const isSame = storedRow === undefined ? wantedRow === undefined : wantedRow !== undefined && isAlready(storedRow.cells, wantedRow);
  return isSame ? undefined : { stored: storedRow, wanted: wantedRow };
}

/** True if a row already has the file's values. Two spellings count as equal if an allow would have the same key for both. */
export function isAlready(was: Cells, wanted: FileRow): boolean {
  const row = readRow(was);
  const { entry, looser = entry, effect } = wanted;
  return (
    row.problems.length === 0 &&
    row.effect === effect &&
    (was.typed === undefined || admittedKey(was) === looser) &&
    eachColumn.every(([name, column]) => (column.format(was, row) ?? "") === (wanted[name] ?? ""))
  );
}

/** Other properties, such as the line in the file, do not belong in the table. */
export function pickCells(row: FileRow): Cells {
  const { entry, effect, typed } = row;
  return { entry, effect, ...mapColumns((_, name) => row[name] || undefined), ...(typed !== undefined && { typed }) };
}
