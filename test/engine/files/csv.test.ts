import fc from "fast-check";
import { csvRecords, MAX_RECORD_LENGTH, splitLines } from "../../../engine/files/csv";
import type { FileProblem } from "../../../engine/files/file-problem";
import { csvText, formulaSafe, looksLikeFormula, removeFormulaQuote } from "../../../engine/files/format";
import { special } from "./special";

/** Each record's line with its cells, or with what is wrong. */
async function recordsOf(text: string, pieceLength = 10_000_000): Promise<readonly (readonly [number, readonly string[] | FileProblem])[]> {
  async function* pieces() {
    for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
  }
  const found = [];
  for await (const block of csvRecords(splitLines(pieces()))) {
    for (const record of block) found.push([record.line, "cells" in record ? record.cells : record.problem] as const);
  }
  return found;
}

const NOT_CLOSED: FileProblem = { code: "quoteNotClosed" };
const TOO_EARLY: FileProblem = { code: "quoteNotClosedInCell" };
const WITHIN: FileProblem = { code: "quoteWithinCell" };
const TOO_LONG: FileProblem = { code: "recordTooLong", most: MAX_RECORD_LENGTH };
const long = "x".repeat(MAX_RECORD_LENGTH);

it.each<{ given: string; text: string; records: Awaited<ReturnType<typeof recordsOf>> }>([
  { given: "nothing", text: "", records: [] },
  {
    given: "empty lines, and lines of spaces",
    text: "\n \n\r\na\n\n\t\nb\n \n",
    records: [
      [4, ["a"]],
      [7, ["b"]],
    ],
  },
  { given: "spaces around cells", text: " a , b ,c\r\n", records: [[1, ["a", "b", "c"]]] },
  {
    given: "rows of several lengths",
    text: "a\nb,c\n,\n",
    records: [
      [1, ["a"]],
      [2, ["b", "c"]],
      [3, ["", ""]],
    ],
  },
  {
    given: "spaces around cells beside quoted ones",
    text: ' a ,"b"\t, c \n d , e , f \r\n',
    records: [
      [1, ["a", "b", "c"]],
      [2, ["d", "e", "f"]],
    ],
  },
  { given: "no-break spaces", text: "a,\u00a0b\u00a0\n", records: [[1, ["a", "b"]]] },
  {
    given: "no-break spaces beside quoted cells",
    text: 'a,\u00a0b\u00a0\n"c",d\n',
    records: [
      [1, ["a", "b"]],
      [2, ["c", "d"]],
    ],
  },
  {
    given: "quoted rows of several lengths, and a carriage return of Windows after a quote",
    text: '"a"\r\n"b",c\r\n',
    records: [
      [1, ["a"]],
      [2, ["b", "c"]],
    ],
  },
  { given: "quoted cells", text: '"a,b"," c ","say ""x"""', records: [[1, ["a,b", " c ", 'say "x"']]] },
  {
    given: "a cell of several lines, and what follows it",
    text: '"a\nb\r\n\nc",d\ne,f\n',
    records: [
      [1, ["a\nb\r\n\nc", "d"]],
      [5, ["e", "f"]],
    ],
  },
  {
    given: "a cell of two lines that ends as Windows ends lines",
    text: 'a,"b\nc"\r\nd\r\n',
    records: [
      [1, ["a", "b\nc"]],
      [3, ["d"]],
    ],
  },
  {
    given: "a quote within a cell",
    text: 'a\n5"" pipe\nb',
    records: [
      [1, ["a"]],
      [2, WITHIN],
      [3, ["b"]],
    ],
  },
  {
    given: "text after a quote",
    text: 'a\n"b"c\nd',
    records: [
      [1, ["a"]],
      [2, TOO_EARLY],
      [3, ["d"]],
    ],
  },
  {
    given: "text between two quoted parts of a cell, or spaces alone",
    text: '"b"c"d"\n"e" "f"\ng',
    records: [
      [1, TOO_EARLY],
      [2, WITHIN],
      [3, ["g"]],
    ],
  },
  { given: "a quoted comma, and spaces after the quote", text: '"," ', records: [[1, [","]]] },
  {
    given: "a quoted cell with nothing or a space in it",
    text: '""\n" "',
    records: [
      [1, [""]],
      [2, [" "]],
    ],
  },
  { given: "a quote alone", text: '"', records: [[1, NOT_CLOSED]] },
  {
    given: "a quote within a cell, an empty line, and another such quote",
    text: 'a"\n\nb"',
    records: [
      [1, NOT_CLOSED],
      [3, NOT_CLOSED],
    ],
  },
  {
    given: "a quote that nothing closes",
    text: 'a\n"b\nc\nd',
    records: [
      [1, ["a"]],
      [2, NOT_CLOSED],
      [3, ["c"]],
      [4, ["d"]],
    ],
  },
  {
    given: "a quote that another row's closes by chance",
    text: 'a,"b\nc,d\ne,"f\ng',
    records: [
      [1, NOT_CLOSED],
      [2, ["c", "d"]],
      [3, NOT_CLOSED],
      [4, ["g"]],
    ],
  },
  {
    given: "quoted rows around a faulty one, each by itself",
    text: '"a",b\n"x"y\n"c","d,e"\n',
    records: [
      [1, ["a", "b"]],
      [2, TOO_EARLY],
      [3, ["c", "d,e"]],
    ],
  },
  { given: "quotes that nothing closes, and empty lines", text: '"a\n\n \n', records: [[1, NOT_CLOSED]] },
  {
    given: "a line as long as may be",
    text: `${long}\na`,
    records: [
      [1, [long]],
      [2, ["a"]],
    ],
  },
  {
    given: "a longer line",
    text: `a\n${long}x\nb`,
    records: [
      [1, ["a"]],
      [2, TOO_LONG],
      [3, ["b"]],
    ],
  },
  {
    given: "a cell of several lines, one of them longer",
    text: `"a\nb",${long}x\nc`,
    records: [
      [1, NOT_CLOSED],
      [2, NOT_CLOSED],
      [3, ["c"]],
    ],
  },
])("the CSV reader loses no row after a faulty one: $given", async ({ text, records }) => {
  expect(await recordsOf(text)).toEqual(records);
  if (text.length < 10_000) for (const length of [1, 2, 5]) expect(await recordsOf(text, length)).toEqual(records);
});

it("the CSV reader waits for a closing quote within the greatest record length", async () => {
  const half = "y".repeat(MAX_RECORD_LENGTH / 2);
  async function* blocks() {
    for (const [index, text] of ['"a', half, half.slice(2), '"'].entries()) yield [{ number: index + 1, text }];
  }
  const found = [];
  for await (const block of csvRecords(blocks())) found.push(...block);
  expect(found).toEqual([{ line: 1, cells: [`a\n${half}\n${half.slice(2)}\n`] }]);
});

it("the CSV reader waits for a closing quote even if a very long line comes before the quoted cell", async () => {
  async function* blocks() {
    yield [
      { number: 1, text: long },
      { number: 2, text: '"a' },
    ];
    yield [{ number: 3, text: 'b"' }];
  }
  const found = [];
  for await (const block of csvRecords(blocks())) found.push(...block);
  expect(found).toEqual([
    { line: 1, cells: [long] },
    { line: 2, cells: ["a\nb"] },
  ]);
});

it("the CSV reader reports a missing closing quote as soon as the record is too long, not at the file's end", async () => {
  const half = "y".repeat(MAX_RECORD_LENGTH / 2);
  const taken: number[] = [];
  async function* blocks() {
    for (const [index, text] of ['"a', half, half, "b"].entries()) {
      yield [{ number: index + 1, text }];
      taken.push(index + 1);
    }
  }
  for await (const block of csvRecords(blocks())) {
    if (block.length === 0) continue;
    expect(block.slice(0, 2)).toEqual([
      { line: 1, problem: NOT_CLOSED },
      { line: 2, cells: [half] },
    ]);
    break;
  }
  expect(taken).toEqual([1, 2]);
});

it("the CSV reader reads back what the writer wrote, whatever the cells contain", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.string({ unit: fc.constantFrom(...special) }), { minLength: 2, maxLength: 4 })),
      fc.integer({ min: 1, max: 9 }),
      async (rows, pieceLength) => {
        const found = await recordsOf(rows.map(csvText).join(""), pieceLength);
        expect(found.map(([, cells]) => !("code" in cells) && cells.map(removeFormulaQuote))).toEqual(rows);
      },
    ),
  ));

/** What follows blocks of so many lines each, all with faults or none. */
async function readAfter(text: string, ...counts: readonly number[]) {
  let number = 0;
  async function* blocks() {
    for (const length of counts) yield Array.from({ length }, () => ({ number: ++number, text }));
    yield [{ number: number + 1, text: "last" }];
  }
  let last: unknown;
  for await (const block of csvRecords(blocks())) last = block.at(-1) ?? last;
  return last;
}

it.each([
  { given: "ten thousand faulty lines", text: '"a"b', counts: [5_000, 5_000], last: { line: 10_001, cells: ["last"] } },
  { given: "more lines without a fault", text: "a", counts: [10_001], last: { line: 10_002, cells: ["last"] } },
  {
    given: "more faulty lines",
    text: '"a"b',
    counts: [5_000, 5_001],
    last: { line: 10_002, problem: { code: "tooManyFaults", most: 10_000 } },
  },
])("the CSV reader continues, or stops with an error, after $given", async ({ text, counts, last }) =>
  expect(await readAfter(text, ...counts)).toEqual(last),
);

async function* inPieces(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

it.each<{ given: string; pieces: readonly string[]; blocks: readonly (readonly string[])[] }>([
  { given: "nothing", pieces: [], blocks: [] },
  { given: "an empty piece", pieces: [""], blocks: [] },
  { given: "a last line without its end", pieces: ["a\nb"], blocks: [["1 a"], ["2 b"]] },
  { given: "a last line with its end", pieces: ["a\nb\n"], blocks: [["1 a", "2 b"]] },
  { given: "empty lines", pieces: ["\n\na"], blocks: [["1 ", "2 "], ["3 a"]] },
  { given: "a line in pieces", pieces: ["a", "b", "c\nd", "e\n"], blocks: [["1 abc"], ["2 de"]] },
  { given: "a line as long as may be", pieces: ["abcd\ne"], blocks: [["1 abcd"], ["2 e"]] },
  { given: "a longer line, which is cut off", pieces: ["abcde\nf"], blocks: [["1 abcd, cut"], ["2 f"]] },
  { given: "a line as long as may be, in pieces", pieces: ["ab", "cd", "\ne"], blocks: [["1 abcd"], ["2 e"]] },
  { given: "a longer line in pieces, cut off once it is too long", pieces: ["abc", "de", "", "\nf\n"], blocks: [["1 abcd, cut", "2 f"]] },
  { given: "a longer line that never ends", pieces: ["abc", "de", "fg"], blocks: [["1 abcd, cut"]] },
])("the line splitter splits a text correctly: $given", async ({ pieces, blocks }) => {
  const found: string[][] = [];
  for await (const block of splitLines(inPieces(...pieces), 4)) {
    found.push(block.map(({ number, text, tooLong }) => `${number} ${text}${tooLong ? ", cut" : ""}`));
  }
  expect(found).toEqual(blocks);
});

it("the escaping of formulas can be undone without loss", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...special) }), (cell) => {
      expect(removeFormulaQuote(formulaSafe(cell))).toBe(cell);
      expect(looksLikeFormula(formulaSafe(cell))).toBe(false);
    }),
  );
});

it.each(["=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠a"])(
  "the escaping of formulas adds a quote to %j, and another if there is one already",
  (cell) => {
    expect(looksLikeFormula(cell)).toBe(true);
    expect(formulaSafe(cell)).toBe(`'${cell}`);
    expect(formulaSafe(`'${cell}`)).toBe(`''${cell}`);
    expect(removeFormulaQuote(`''${cell}`)).toBe(`'${cell}`);
  },
);

it.each(["", "a=1", "'a=1", "'", "1+1", "kim@contoso.com", "it's -1"])("the escaping of formulas leaves %j unchanged", (cell) => {
  expect(looksLikeFormula(cell)).toBe(false);
  expect(formulaSafe(cell)).toBe(cell);
  expect(removeFormulaQuote(cell)).toBe(cell);
});
