import type { FileProblem } from "./file-problem";

export const formats = ["csv", "jsonl"] as const;
export type ListFormat = (typeof formats)[number];

export function detectFormat(path: string): ListFormat {
  return /\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : "csv";
}

/** True if a cell was decoded wrongly. U+FFFD stands for bytes that are not UTF-8; a NUL between letters indicates UTF-16. */
export function isGarbled(cell: unknown): boolean {
  return typeof cell === "string" && (cell.includes("\ufffd") || cell.includes("\0"));
}

/** Characters that begin a formula in spreadsheets, including full-width forms. */
const formula = /^[=+\-@＝＋－＠\t\r\n]/;
const escapedFormula = /^'+[=+\-@＝＋－＠\t\r\n]/;

/**
 * Prevents a spreadsheet from running a cell as a formula. A cell that is already escaped gets one more apostrophe, so that
 * `removeFormulaQuote` restores every cell.
 */
export function formulaSafe(cell: string): string {
  return formula.test(cell) || escapedFormula.test(cell) ? `'${cell}` : cell;
}

export function removeFormulaQuote(cell: string): string {
  return escapedFormula.test(cell) ? cell.slice(1) : cell;
}

export function looksLikeFormula(cell: string): boolean {
  return formula.test(cell);
}

const LINE_END = "\r\n";

/** No spreadsheet runs a cell of the line as a formula. */
export function csvText(cells: readonly string[]): string {
  return cells.map((cell) => quoteCell(formulaSafe(cell))).join(",") + LINE_END;
}

/** Quotes a cell that would be read wrongly: readers ignore spaces at its ends, and some split it at a semicolon or tab. */
function quoteCell(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Matches lines that may have a number with more than 15 digits or an exponent. All other numbers are stored exactly. */
const mayLose = /[\d.]{16}|\d[eE][+-]?\d/;
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]|-?\d[\d.eE+-]*/g;

/** Finds a number that JavaScript or DynamoDB's clients would change. */
export function findLostDigits(json: string): FileProblem | undefined {
  if (!mayLose.test(json)) return undefined;
  let name = "";
  let last = "";
  let depth = 0;
  for (const [token] of json.matchAll(tokens)) {
    if (/^[{[]/.test(token)) depth += 1;
    else if (/^[}\]]/.test(token)) depth -= 1;
    else if (token === ":" && depth === 1) name = last;
    else if (/^[-\d]/.test(token) && losesDigits(token)) return { code: "lostDigits", name, number: token };
    last = token.startsWith('"') ? JSON.parse(token) : token;
  }
  return undefined;
}

export function losesDigits(literal: string): boolean {
  const number = Number(literal);
  return (
    !Number.isFinite(number) ||
    (Number.isInteger(number) && !Number.isSafeInteger(number)) ||
    normalizeNumber(literal) !== normalizeNumber(`${number}`)
  );
}

function normalizeNumber(literal: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? "0" : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
