import { CsvError, parse } from "csv-parse/sync";
import type { FileProblem } from "./file-problem";

/** A record may cover several lines: `line` is the first. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: FileProblem };

/** Reading stops after this many problems: nobody reads more, and a list with even one problem is not written. */
const MOST_PROBLEMS = 10_000;
/** Number of records with quotes that one call of the parser gets. Each call costs as much as parsing some ten records. */
const AT_ONCE = 100;
const NOT_CLOSED: FileProblem = { code: "quoteNotClosed" };

/** After a fault, reading continues with the next line: the library alone would skip the lines after a faulty quote. */
export async function* csvRecords(blocks: AsyncIterable<readonly Line[]>): AsyncGenerator<readonly CsvRecord[]> {
  let rest: readonly Line[] = [];
  let problems = 0;
  for await (const block of blocks) {
    const takenRecords = take([...rest, ...block], MAX_RECORD_LENGTH);
    rest = takenRecords.rest;
    yield takenRecords.records;
    problems += takenRecords.records.filter((record) => "problem" in record).length;
    if (problems > MOST_PROBLEMS) {
      const { line } = takenRecords.records.at(-1) as CsvRecord;
      yield [{ line: line + 1, problem: { code: "tooManyFaults", most: MOST_PROBLEMS } }];
      return;
    }
  }
  yield take(rest, 0).records;
}

function take(lines: readonly Line[], most: number): { readonly records: readonly CsvRecord[]; readonly rest: readonly Line[] } {
  const records: CsvRecord[] = [];
  let together: Together = { until: 0, cells: new Map() };
  for (let at = 0; at < lines.length; ) {
    const end = findRecordEnd(lines, at);
    if (end === undefined && isWithin(lines, at, most)) return { records, rest: lines.slice(at) };
    if (at >= together.until) together = parsedTogether(lines, at);
    const line = (lines[at] as Line).number;
    const cells = end === undefined ? NOT_CLOSED : (together.cells.get(at) ?? parseCells(lines.slice(at, end)));
    if ("code" in cells) records.push({ line, problem: end === at + 1 ? cells : NOT_CLOSED });
    else if (cells.length > 1 || cells[0] !== "" || isQuoted(lines[at] as Line)) records.push({ line, cells });
    at = "code" in cells ? at + 1 : (end as number);
  }
  return { records, rest: [] };
}

function isWithin(lines: readonly Line[], start: number, most: number): boolean {
  let count = 0;
  for (let index = start; index < lines.length && count <= most; index++) count += (lines[index] as Line).text.length;
  return count <= most;
}

function findRecordEnd(lines: readonly Line[], start: number): number | undefined {
  let open = false;
  for (let index = start; index < lines.length; index++) {
    if (hasOddQuotes((lines[index] as Line).text)) open = !open;
    if (!open) return index + 1;
  }
  return undefined;
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

const joinLines = (lines: readonly Line[]) => lines.map(({ text }) => text).join("\n");
const isQuoted = ({ text }: Pick<Line, "text">) => text.includes('"');

interface Together {
  /** The index of the first line that `parsedTogether` did not reach. */
  readonly until: number;
  /** The cells of each record with quotes, by the index of the record's first line. Empty if any of these records is faulty. */
  readonly cells: ReadonlyMap<number, readonly string[]>;
}

function parsedTogether(lines: readonly Line[], start: number): Together {
  const texts = new Map<number, string>();
  let at: number | undefined = start;
  for (let end = findRecordEnd(lines, at); end !== undefined && texts.size < AT_ONCE; at = end, end = findRecordEnd(lines, at)) {
    const record = lines.slice(at, end);
    if (isQuoted(lines[at] as Line) && !record.some(({ tooLong }) => tooLong)) texts.set(at, joinLines(record));
  }
  const parsedRows = texts.size === 0 ? [] : cellsIn([...texts.values()].join("\n"));
  const isWhole = !("code" in parsedRows) && parsedRows.length === texts.size;
  return { until: at, cells: new Map(isWhole ? [...texts.keys()].map((key, index) => [key, parsedRows[index] as readonly string[]]) : []) };
}

function parseCells(record: readonly Line[]): readonly string[] | FileProblem {
  if (record.some(({ tooLong }) => tooLong)) return { code: "recordTooLong", most: MAX_RECORD_LENGTH };
  const text = joinLines(record);
  // Most rows have no quotes, so they need no library.
  if (!text.includes('"')) return text.split(",").map((cell) => cell.trim());
  const parsedRows = cellsIn(text);
  return "code" in parsedRows ? parsedRows : (parsedRows[0] as readonly string[]);
}

function cellsIn(text: string): readonly (readonly string[])[] | FileProblem {
  try {
    return parse(text, { recordDelimiter: "\n", trim: true, relaxColumnCount: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { code: error.code === "INVALID_OPENING_QUOTE" ? "quoteWithinCell" : "quoteNotClosedInCell" };
  }
}

/** One line of a file, without its line feed. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** True if the line is longer than allowed. Then `text` is cut. */
  readonly tooLong?: true;
}

/** Limit of a record, in characters. DynamoDB limits a row to 400 KiB; a row of a list has a few hundred bytes. */
export const MAX_RECORD_LENGTH = 128 * 1_024;

/** Cuts a line at `maxLength`, so that a line without an end does not fill the memory. */
export async function* splitLines(chunks: AsyncIterable<string>, maxLength = MAX_RECORD_LENGTH): AsyncGenerator<readonly Line[]> {
  let number = 0;
  let rest = "";
  let tooLong = false;
  const line = (text: string): Line => {
    number += 1;
    const isCut = tooLong || text.length > maxLength;
    tooLong = false;
    return { number, text: isCut ? text.slice(0, maxLength) : text, ...(isCut && { tooLong: true as const }) };
  };
  for await (const chunk of chunks) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() as string;
    if (texts.length > 0) yield texts.map(line);
    if (rest.length > maxLength) {
      tooLong = true;
      rest = rest.slice(0, maxLength);
    }
  }
  if (rest !== "") yield [line(rest)];
}
