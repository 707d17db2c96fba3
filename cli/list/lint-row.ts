import { type Entry, readEntry } from "../../engine/access-list/entry";
import { type Cells, tidy } from "../../engine/access-list/hygiene";
import { type ListRow, readRow } from "../../engine/access-list/row";

/** A row as far as lint looks at it; plain data, so that it can lie on disk. */
export interface LintRow {
  /** As it stands in the list or the file. */
  readonly entry: string;
  /** Under which the hygiene worker keeps it. */
  readonly key: string;
  /** Undefined if it cannot be read. */
  readonly means?: Entry;
  readonly problem?: string;
  readonly row: ListRow;
  /** In a file. */
  readonly line?: number;
}

export function lintRow(cells: Cells, line?: number): LintRow {
  const entry = String(cells.entry);
  const read = readEntry(entry);
  const { key, problem } = tidy(cells);
  return {
    entry,
    key,
    ...(read.ok && { means: read.entry }),
    ...(problem !== undefined && { problem }),
    row: readRow(cells),
    ...(line !== undefined && { line }),
  };
}
