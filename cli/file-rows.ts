import { createReadStream } from "node:fs";
import { type CsvRecord, csvRecords, type Line, linesOf, withoutFormulaQuote } from "../engine/files/csv";
import type { FileProblem } from "../engine/files/file-problem";
import { describeFileProblem } from "../engine/files/file-problem-texts";
import { formatOf, isGarbled, type ListFormat } from "../engine/files/format";
import { CommandError } from "./failure";

/** Cells of a file's row: strings in CSV, any JSON value in JSON Lines. */
export type DataCells = Readonly<Record<string, unknown>>;

/** One row of a file, or its fault. Lines count from 1; a row of several lines has the number of its first. */
export type FileLine = { readonly line: number; readonly cells: DataCells } | { readonly line: number; readonly problem: FileProblem };

/** DynamoDB's limit for a column's name. */
const MAX_NAME_LENGTH = 255;

/**
 * Reads the rows of a CSV or JSON Lines file in blocks. In CSV an empty cell is the empty string. Throws CommandError for a fault in the
 * file as a whole.
 * @param required columns that must be present
 */
export async function* readFileRows(
  path: string,
  format: ListFormat = formatOf(path),
  required: readonly string[] = [],
): AsyncGenerator<readonly FileLine[]> {
  try {
    const lines = linesOf(createReadStream(path, "utf8"));
    yield* format === "csv" ? csvRows(path, csvRecords(lines), required) : jsonRows(lines);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new CommandError(`There is no file ${path}.`);
    if (code === "EISDIR") throw new CommandError(`${path} is a folder.`);
    if (code === "EACCES") throw new CommandError(`You may not read ${path}.`);
    throw error;
  }
}

async function* csvRows(
  path: string,
  blocks: AsyncIterable<readonly CsvRecord[]>,
  required: readonly string[],
): AsyncGenerator<readonly FileLine[]> {
  let header: readonly string[] | undefined;
  for await (const block of blocks) {
    let records = block;
    if (header === undefined && block[0] !== undefined) {
      header = headerOf(path, block[0], required);
      records = block.slice(1);
    }
    const names = header ?? [];
    yield records.map((record) => csvRow(record, names));
  }
  if (header === undefined) throw new CommandError(`${path} is empty: its first line names the columns.`);
}

function headerOf(path: string, record: CsvRecord, required: readonly string[]): readonly string[] {
  const fail = (problem: FileProblem): never => {
    throw new CommandError(`${path}:${record.line}: ${describeFileProblem(problem)}.`);
  };
  if ("problem" in record) return fail(record.problem);
  const names = record.cells.map((name) => name.replace(/^\ufeff/, ""));
  if (names.some(isGarbled)) fail({ code: "notUtf8" });
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) fail({ code: "headerWithout", name: missing });
  const bad = names.find((name) => name === "" || name.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(name));
  if (bad !== undefined) fail({ code: bad === "" ? "namelessColumn" : "badColumnName" });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail({ code: "repeatedColumn", name: twice });
  return names;
}

function csvRow(record: CsvRecord, header: readonly string[]): FileLine {
  const { line } = record;
  if ("problem" in record) return record;
  if (record.cells.length !== header.length) {
    return { line, problem: { code: "cellCount", cells: record.cells.length, columns: header.length } };
  }
  if (record.cells.some(isGarbled)) return { line, problem: { code: "spoiltCell" } };
  return { line, cells: Object.fromEntries(header.map((name, index) => [name, withoutFormulaQuote(record.cells[index] ?? "")])) };
}

async function* jsonRows(blocks: AsyncIterable<readonly Line[]>): AsyncGenerator<readonly FileLine[]> {
  for await (const block of blocks) yield block.filter(({ text }) => text.trim() !== "").map(jsonRow);
}

function jsonRow({ number: line, text, tooLong }: Line): FileLine {
  if (tooLong) return { line, problem: { code: "lineTooLong" } };
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return hasNamelessMember(value) ? { line, problem: { code: "namelessMember" } } : { line, cells: value as DataCells };
    }
  } catch {
    if (isGarbled(text)) return { line, problem: { code: "notUtf8" } };
  }
  return { line, problem: { code: "notJsonObject" } };
}

/** DynamoDB refuses empty names at any depth. */
function hasNamelessMember(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => (!Array.isArray(value) && name === "") || hasNamelessMember(member));
}
