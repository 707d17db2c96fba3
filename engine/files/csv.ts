import { CsvError, parse } from "csv-parse/sync";

/** One record of a CSV file, or why it is none. A record may go over several lines: `line` is its first. */
export type CsvRecord = { readonly line: number; readonly cells: readonly string[] } | { readonly line: number; readonly problem: string };

/** Records parsed by one call: the library's own start takes as long as some ten of them. After a fault one, then twice as many each time. */
const FRAMES_PER_PARSE = 250;
/** Each takes the library some sixty microseconds. Nobody reads that many, and a list with one is not written. */
const MOST_PROBLEMS = 10_000;
const NOT_CLOSED = "a quote opens here and is not closed";
const WITHIN_CELL = 'a quote within a cell that is not quoted: write "5"" pipe"';

/**
 * Reads a CSV text, a block at a time. The library parses; this code finds which lines are one record's, by its quotes coming
 * in pairs. Left to itself the library loses the lines after a faulty quote, and their faults with them.
 */
export async function* csvRecords(blocks: AsyncIterable<readonly Line[]>): AsyncGenerator<readonly CsvRecord[]> {
  let rest: readonly Line[] = [];
  let problems = 0;
  for await (const block of blocks) {
    const taken = take([...rest, ...block], false);
    rest = taken.rest;
    yield taken.records;
    problems += taken.records.filter((record) => "problem" in record).length;
    if (problems > MOST_PROBLEMS) {
      yield [{ line: (taken.records.at(-1)?.line ?? 0) + 1, problem: `more than ${MOST_PROBLEMS} faulty lines: the rest is not read` }];
      return;
    }
  }
  yield take(rest, true).records;
}

/** Lines `from` up to, not including, `to` that make one record. */
interface Frame {
  readonly from: number;
  readonly to: number;
  readonly first: Line;
  readonly text: string;
}

/** The records of these lines, and the lines of one that has only begun. */
function take(lines: readonly Line[], last: boolean): { readonly records: readonly CsvRecord[]; readonly rest: readonly Line[] } {
  const records: CsvRecord[] = [];
  let at = 0;
  let most = FRAMES_PER_PARSE;
  for (;;) {
    const { frames, end } = framesFrom(lines, at, most);
    const resume = parseAll(frames, records);
    if (frames.length > 0) {
      at = resume ?? end;
      // The frames after a faulty one are made and parsed again: with 250 at once, a file of faults would take 250 times as long.
      most = resume === undefined ? Math.min(2 * most, FRAMES_PER_PARSE) : 1;
      continue;
    }
    const open = lines.slice(at);
    if (open.every(({ text }) => text.trim() === "")) break;
    if (!last && open.reduce((sum, { text }) => sum + text.length, 0) <= MAX_RECORD_LENGTH) return { records, rest: open };
    records.push({ line: (open[0] as Line).number, problem: NOT_CLOSED });
    at += 1;
  }
  return { records, rest: [] };
}

/** The next frames, at most so many, and where the lines after them begin. */
function framesFrom(lines: readonly Line[], start: number, most: number): { readonly frames: readonly Frame[]; readonly end: number } {
  const frames: Frame[] = [];
  let from = start;
  let open = false;
  for (let index = start; index < lines.length && frames.length < most; index++) {
    const { text } = lines[index] as Line;
    if (hasOddQuotes(text)) open = !open;
    if (open) continue;
    const joined = index === from ? text : textOf(lines.slice(from, index + 1));
    if (joined.trim() !== "") frames.push({ from, to: index + 1, first: lines[from] as Line, text: joined });
    from = index + 1;
  }
  return { frames, end: from };
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join("\n");
}

/** Whether commas alone part its cells: most rows of most files need no library. */
function isPlain({ first, text }: Frame): boolean {
  return !text.includes('"') && first.tooLong === undefined;
}

/** Adds the frames' records. If one goes over several lines in vain, answers where to go on: after its first line. */
function parseAll(frames: readonly Frame[], records: CsvRecord[]): number | undefined {
  if (frames.every(isPlain)) {
    for (const { first, text } of frames) records.push({ line: first.number, cells: text.split(",").map((cell) => cell.trim()) });
    return undefined;
  }
  const together =
    frames.length === 1 || frames.some(({ first }) => first.tooLong) ? undefined : parsed(frames.map(({ text }) => text).join("\n"));
  if (Array.isArray(together) && together.length === frames.length) {
    records.push(...together.map((cells, index) => ({ line: (frames[index] as Frame).first.number, cells })));
    return undefined;
  }
  for (const frame of frames) {
    const line = frame.first.number;
    const alone = problemOf(frame.first) ?? parsed(frame.text);
    if (typeof alone !== "string") {
      records.push(...alone.map((cells) => ({ line, cells })));
      continue;
    }
    const severalLines = frame.to - frame.from > 1;
    records.push({ line, problem: severalLines ? NOT_CLOSED : alone });
    if (severalLines) return frame.from + 1;
  }
  return undefined;
}

/** What is wrong with a record by its first line, without the library: it takes some sixty microseconds to say so. */
function problemOf(first: Line): string | undefined {
  if (first.tooLong) return `longer than ${MAX_RECORD_LENGTH} characters`;
  return hasQuoteWithin(first) ? WITHIN_CELL : undefined;
}

/** Whether the first quote comes after other characters of its cell. */
function hasQuoteWithin({ text }: Line): boolean {
  const at = text.indexOf('"');
  return at >= 0 && text.slice(text.lastIndexOf(",", at) + 1, at).trim() !== "";
}

/** The cells of each record, or what is wrong. */
function parsed(text: string): readonly (readonly string[])[] | string {
  try {
    return parse(text, { recordDelimiter: "\n", trim: true, relaxColumnCount: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "INVALID_OPENING_QUOTE" ? WITHIN_CELL : "a quote is not closed before its cell ends";
  }
}

/** One line of a file, without its line feed. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** The line is longer than allowed; the text is cut off. */
  readonly tooLong?: true;
}

/** A row's own limit in DynamoDB is 400 KiB; a row of a list has a few hundred bytes. In characters. */
export const MAX_RECORD_LENGTH = 128 * 1_024;

/** Splits a text into lines, a block at a time; a line that never ends does not fill the memory. */
export async function* linesOf(chunks: AsyncIterable<string>, maxLength = MAX_RECORD_LENGTH): AsyncGenerator<readonly Line[]> {
  let number = 0;
  let rest = "";
  let tooLong = false;
  const line = (text: string): Line => {
    number += 1;
    const cut = tooLong || text.length > maxLength;
    tooLong = false;
    return { number, text: cut ? text.slice(0, maxLength) : text, ...(cut && { tooLong: true as const }) };
  };
  for await (const chunk of chunks) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() ?? "";
    if (texts.length > 0) yield texts.map(line);
    if (rest.length > maxLength) {
      tooLong = true;
      rest = rest.slice(0, maxLength);
    }
  }
  if (rest !== "") yield [line(rest)];
}

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
