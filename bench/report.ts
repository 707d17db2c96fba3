/** Tables with a heading row, and notes on the numbers' meaning. */
export interface Report {
  readonly title: string;
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly notes: readonly string[];
}

/** A table's first column contains words, the others numbers. */
export function formatReport({ title, tables, notes }: Report): string {
  return [title, "", ...tables.flatMap((table) => [...alignTable(table), ""]), ...notes.map((note) => `  ${note}`), ""].join("\n");
}

function alignTable(table: readonly (readonly string[])[]): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  return table.map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

export function quantile(values: readonly number[], share: number): number {
  const sortedValues = [...values].sort((a, b) => a - b);
  return sortedValues[Math.min(sortedValues.length - 1, Math.floor(share * sortedValues.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Returns a table of medians: of this checkout, of the other one where it was measured too, and their ratio.
 * @param rows each figure with its runs, by checkout
 */
export function compareMedians(
  rows: readonly (readonly [figure: string, runs: readonly (readonly number[])[]])[],
  digits: number,
): Report["tables"][number] {
  const hasOther = rows.some(([, runs]) => runs.length > 1);
  const cells = rows.map(([figure, runs]) => {
    const [ours = Number.NaN, theirs] = runs.map(median);
    return [figure, ours.toFixed(digits), ...(theirs === undefined ? [] : [theirs.toFixed(digits), (ours / theirs).toFixed(2)])];
  });
  return [["", "this", ...(hasOther ? ["other", "this / other"] : [])], ...cells];
}

/** Prints on stderr, because stdout contains only the report. */
export function tellProgress(text: string): void {
  process.stderr.write(`${text}\n`);
}
