import type { Item } from "../../adapters/tables/item";

/** Types that an operator may type into a cell: those of a person's attributes. */
export const cellTypes = ["text", "number", "boolean"] as const;
export type CellType = (typeof cellTypes)[number];
type Cell = Item[string];

/** A cell as a form shows it. */
export interface TypedCell {
  readonly type: CellType;
  readonly text: string;
}

export type CellProblem = "number" | "leading-zeros" | "boolean";

/** DynamoDB keeps that many digits of a number. */
const MAX_DIGITS = 38;

/** Undefined for lists, maps, sets and bytes: forms leave those as they are. */
export function typedCell(cell: Cell | undefined): TypedCell | undefined {
  if (cell?.S !== undefined) return { type: "text", text: cell.S };
  if (cell?.N !== undefined) return { type: "number", text: cell.N };
  return cell?.BOOL === undefined ? undefined : { type: "boolean", text: String(cell.BOOL) };
}

/** A typed cell in DynamoDB's form. An unchanged cell stays exactly as it is. @param current the cell as it was read, if there is one */
export function readCell(typed: TypedCell, current: Cell | undefined): { readonly cell: Cell } | { readonly problem: CellProblem } {
  const text = withPlainLines(typed.text);
  const before = typedCell(current);
  if (current !== undefined && before?.type === typed.type && withPlainLines(before.text) === text) return { cell: current };
  if (typed.type === "text") return { cell: { S: text } };
  const plain = text.trim();
  if (typed.type === "boolean") {
    const value = plain.toLowerCase();
    return value === "true" || value === "false" ? { cell: { BOOL: value === "true" } } : { problem: "boolean" };
  }
  if (!/^-?\d+(\.\d+)?$/.test(plain) || plain.replace(/\D/g, "").length > MAX_DIGITS) return { problem: "number" };
  return /^-?0\d/.test(plain) ? { problem: "leading-zeros" } : { cell: { N: plain } };
}

/** Browsers send line ends as two characters. */
export function withPlainLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** A column that the operator named. */
export type TypedLine = TypedCell & { readonly name: string };

/** The typed values of a row's form. */
export interface Typed {
  /** By the names of the table's columns. */
  readonly cells: Readonly<Record<string, string>>;
  readonly lines: readonly TypedLine[];
}
