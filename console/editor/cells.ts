import type { Item } from "../../adapters/tables/item";

export type Cell = Item[string];

export type CellProblem = "number" | "boolean";

/** DynamoDB's limit for the digits of a number. */
const MAX_DIGITS = 38;

/** Returns a cell's type and text. Undefined for lists, maps, sets and bytes: forms leave those unchanged. */
export function typedCell(cell: Cell | undefined): { readonly type: "text" | "number" | "boolean"; readonly text: string } | undefined {
  if (cell?.S !== undefined) return { type: "text", text: cell.S };
  if (cell?.N !== undefined) return { type: "number", text: cell.N };
  return cell?.BOOL === undefined ? undefined : { type: "boolean", text: String(cell.BOOL) };
}

/** The new cell has the type of the current cell, or else is a text. An unchanged cell stays exactly as it is. */
export function readCell(typedText: string, current: Cell | undefined): { readonly cell: Cell } | { readonly problem: CellProblem } {
  const text = withPlainLines(typedText);
  const before = typedCell(current);
  if (current !== undefined && before !== undefined && withPlainLines(before.text) === text) return { cell: current };
  const plain = text.trim();
  if (before?.type === "boolean") {
    const value = plain.toLowerCase();
    return value === "true" || value === "false" ? { cell: { BOOL: value === "true" } } : { problem: "boolean" };
  }
  if (before?.type !== "number") return { cell: { S: text } };
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(plain) && plain.replace(/\D/g, "").length <= MAX_DIGITS;
  return isNumber ? { cell: { N: plain } } : { problem: "number" };
}

/** Browsers send a line end as two characters. */
export function withPlainLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
