import { FileError } from "../../../engine/files/file-problem";
import type { ListFormat } from "../../../engine/files/format";
import { looksLikeFormula, removeFormulaQuote } from "../../../engine/files/format";
import { type FileColumns, parseRows, type RowLine } from "../../../engine/files/rows";
import type { ListEffect } from "../entry";
import type { TypedRowProblem } from "../problem";
import { columns, findMeantColumn } from "../row";
import { hasFirstLine, type PlainKind, parsePlainList, recognizePlainList } from "./plain-list";
import { type FileCells, type FileRowRead, isPlain, readCells } from "./row";

/** Comments at the beginning of a list may have this many characters. */
const MAX_COMMENTS = 100_000;

/** If a row covers several lines, `line` is the first. */
export interface ListLine {
  readonly line: number;
  /** The cells that are not empty. No cells if the line could not be split into cells, or if its note looks like a formula. */
  readonly cells: FileCells;
  readonly read: FileRowRead;
}

export interface ListFileOptions {
  /** The effect of rows that name none. A row that names another is refused. */
  readonly effect?: string;
  /** Called once for one of Microsoft's files, with the names of its unread columns. */
  onPassedOver?(names: readonly string[]): void;
}

/** Parses a list of any length, a block of rows at a time. @throws FileError */
export async function* readList(
  text: AsyncIterable<string>,
  format: ListFormat,
  { effect, onPassedOver }: ListFileOptions = {},
): AsyncGenerator<readonly ListLine[]> {
  const requiredNames = ["entry", "effect"].filter((name) => name === "entry" || effect === undefined);
  const fileColumns: FileColumns = {
    known: columns,
    required: requiredNames,
    meant: findMeantColumn,
    address: "entry",
    ...(onPassedOver && { onPassedOver }),
  };
  const { kind, whole } = format === "csv" ? await peek(text) : { whole: text };
  if (kind !== undefined && effect === undefined) throw new FileError(1, { code: "plainList" });
  const rows = kind === undefined ? parseRows(whole, format, fileColumns) : parsePlainList(whole, kind, onPassedOver);
  for await (const block of rows) {
    yield block.map((row) => readLine(row, format, effect === undefined ? {} : { effect }));
  }
}

/** Reads on until the first line that is no comment. */
async function peek(text: AsyncIterable<string>): Promise<{ readonly kind: PlainKind | undefined; readonly whole: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  let start = "";
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    start += next.value;
    if (start.length > MAX_COMMENTS || hasFirstLine(start)) break;
  }
  async function* whole() {
    yield start;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  return { kind: recognizePlainList(start), whole: whole() };
}

function readLine(row: RowLine, format: ListFormat, common: FileCells): ListLine {
  if ("problem" in row) return badLine(row.line, row.problem);
  const cells: Record<string, unknown> = { ...common };
  for (const name of columns) {
    const value = row.cells[name];
    // Tools that convert CSV to JSON Lines write `null` or an empty text for an empty cell.
    if (value === undefined || value === "" || value === null) continue;
    const isText = format === "csv" && typeof value === "string";
    // Only plain texts are checked for formulas: an entry such as "@contoso.com" looks like a formula, but is none.
    if (isText && isPlain(name) && looksLikeFormula(value)) return badLine(row.line, { code: "formula", column: name });
    cells[name] = isText ? removeFormulaQuote(value) : value;
  }
  const read = readCells(cells);
  if (read.ok && common.effect !== undefined && read.row.effect !== common.effect)
    return { line: row.line, cells, read: { ok: false, problems: [otherEffect(read.row.effect, common.effect)] } };
  const isEmptied = cells.allowedUntil === undefined && ["", null].includes(row.cells.allowedUntil as string | null);
  return { line: row.line, cells, read: read.ok && isEmptied ? { ...read, row: { ...read.row, allowedUntil: "" } } : read };
}

function otherEffect(effect: ListEffect, given: unknown): TypedRowProblem {
  return { code: "otherEffect", effect, given: String(given) };
}

function badLine(line: number, problem: TypedRowProblem): ListLine {
  return { line, cells: {}, read: { ok: false, problems: [problem] } };
}
