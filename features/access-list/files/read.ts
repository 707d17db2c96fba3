import { type CsvRecord, csvRecords, type Line, linesOf, looksLikeFormula, withoutFormulaQuote } from "../../../engine/files/csv";
import { isGarbled, type ListFormat } from "../../../engine/files/format";
import type { ListFileProblem, TypedRowProblem, UnknownColumn } from "../problem";
import { columnMeant } from "../row";
import { columns } from "./columns";
import { type FileCells, type FileRowRead, readCells } from "./row";

/** Thrown for a file that cannot be read as a list: its header is wrong. */
export class ListFileError extends Error {
  override readonly name = "ListFileError";
  constructor(
    readonly line: number,
    readonly problem: ListFileProblem,
  ) {
    super(problem.code);
  }
}

/** A row of a file. A row of several lines has the number of its first. */
export interface ListLine {
  readonly line: number;
  /** As written. Empty if the cells cannot be separated. */
  readonly cells: FileCells;
  readonly read: FileRowRead;
}

/**
 * Parses a list of any length, a block of rows at a time.
 * @param text in pieces of any length, as from a stream
 * @throws ListFileError
 */
export async function* readList(text: AsyncIterable<string>, format: ListFormat): AsyncGenerator<readonly ListLine[]> {
  const lines = withoutByteOrderMark(linesOf(text));
  yield* format === "csv" ? csvList(csvRecords(lines)) : jsonList(lines);
}

async function* withoutByteOrderMark(blocks: AsyncIterable<readonly Line[]>): AsyncGenerator<readonly Line[]> {
  let first = true;
  for await (const block of blocks) {
    yield first ? block.map((line, index) => (index === 0 ? { ...line, text: line.text.replace(/^\ufeff/, "") } : line)) : block;
    first = false;
  }
}

async function* csvList(blocks: AsyncIterable<readonly CsvRecord[]>): AsyncGenerator<readonly ListLine[]> {
  let header: readonly string[] | undefined;
  for await (const block of blocks) {
    let records = block;
    if (header === undefined && block[0] !== undefined) {
      header = headerOf(block[0]);
      records = block.slice(1);
    }
    const names = header ?? [];
    yield records.map((record) => csvLine(record, names));
  }
  if (header === undefined) throw new ListFileError(1, { code: "emptyFile" });
}

function headerOf(record: CsvRecord): readonly string[] {
  const { line } = record;
  if ("problem" in record) throw new ListFileError(line, record.problem);
  const header = record.cells.map((name) => columns.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name);
  if (header.some(isGarbled)) throw new ListFileError(line, { code: "notUtf8" });
  if (header.some((name) => /[;\t]/.test(name))) throw new ListFileError(line, { code: "otherSeparator" });
  const known = (name: string) => columns.some((column) => column === name);
  if (!header.some(known)) throw new ListFileError(line, { code: "noHeader" });
  const unknown = header.find((name) => !known(name));
  if (unknown !== undefined) throw new ListFileError(line, unknownColumn(unknown));
  const missing = ["entry", "effect"].find((name) => !header.includes(name));
  if (missing !== undefined) throw new ListFileError(line, { code: "missingColumn", name: missing });
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new ListFileError(line, { code: "repeatedColumn", name: twice });
  return header;
}

function unknownColumn(name: string): UnknownColumn {
  const meant = columnMeant(name);
  return { code: "unknownColumn", name, ...(meant !== undefined && { meant }) };
}

function csvLine(record: CsvRecord, header: readonly string[]): ListLine {
  const { line } = record;
  if ("problem" in record) return badLine(line, record.problem);
  const { cells: values } = record;
  if (values.length !== header.length) {
    return badLine(line, { code: "cellCount", cells: values.length, columns: header.length });
  }
  const cells: Record<string, string> = {};
  for (const [index, name] of header.entries()) {
    const value = values[index];
    if (value === undefined || value === "") continue;
    // A formula cannot be a note. "@contoso.com" is an ordinary entry.
    if (name === "note" && looksLikeFormula(value)) {
      return badLine(line, { code: "formulaNote" });
    }
    cells[name] = withoutFormulaQuote(value);
  }
  return { line, cells, read: readCells(cells) };
}

async function* jsonList(blocks: AsyncIterable<readonly Line[]>): AsyncGenerator<readonly ListLine[]> {
  for await (const block of blocks) yield block.filter(({ text }) => text.trim() !== "").map(jsonLine);
}

function jsonLine({ number: line, text, tooLong }: Line): ListLine {
  if (tooLong) return badLine(line, { code: "lineTooLong" });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return badLine(line, { code: isGarbled(text) ? "notUtf8" : "notJsonObject" });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return badLine(line, { code: "notJsonObject" });
  const unknown = Object.keys(value).find((name) => !columns.some((column) => column === name));
  if (unknown !== undefined) return badLine(line, unknownColumn(unknown));
  return { line, cells: value, read: readCells(value) };
}

function badLine(line: number, problem: TypedRowProblem): ListLine {
  return { line, cells: {}, read: { ok: false, problems: [problem] } };
}
