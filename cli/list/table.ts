import { harmless } from "../output";

/** Wider cells stick out rather than push every other line apart. */
const MAX_COLUMN_WIDTH = 48;
const GAP = "  ";

/** Aligns a table that comes page by page: a column may grow from one page to the next, it never shrinks. */
export function alignedTable(): (rows: readonly (readonly string[])[]) => readonly string[] {
  let widths: readonly number[] = [];
  return (rows) => {
    const shown = rows.map((row) => row.map(harmless));
    widths = (shown[0] ?? []).map((_, column) =>
      Math.max(widths[column] ?? 0, ...shown.map((row) => Math.min(row[column]?.length ?? 0, MAX_COLUMN_WIDTH))),
    );
    return shown.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    );
  };
}
