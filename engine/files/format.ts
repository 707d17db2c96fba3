import { formulaSafe } from "./csv";

export const formats = ["csv", "jsonl"] as const;
export type ListFormat = (typeof formats)[number];

export function detectFormat(path: string): ListFormat {
  return /\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : "csv";
}

/** True if a cell was decoded wrongly. U+FFFD stands for bytes that are not UTF-8; a NUL between letters indicates UTF-16. */
export function isGarbled(cell: unknown): boolean {
  return typeof cell === "string" && (cell.includes("\ufffd") || cell.includes("\0"));
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
