/** What a spreadsheet takes for the beginning of a formula, full-width forms too. */
const formula = /^[=+\-@＝＋－＠\t\r\n]/;
const escapedFormula = /^'+[=+\-@＝＋－＠\t\r\n]/;

/** A cell that no spreadsheet runs: a quote is put before it, and before what looks as if that had been done. */
export function formulaSafe(cell: string): string {
  return formula.test(cell) || escapedFormula.test(cell) ? `'${cell}` : cell;
}

/** Undoes `formulaSafe`. */
export function withoutFormulaQuote(cell: string): string {
  return escapedFormula.test(cell) ? cell.slice(1) : cell;
}

export function looksLikeFormula(cell: string): boolean {
  return formula.test(cell);
}
