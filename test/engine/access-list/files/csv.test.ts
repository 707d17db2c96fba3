import { csvRecords } from "../../../../engine/access-list/files/csv";
import { linesOf, MAX_RECORD_LENGTH } from "../../../../engine/access-list/files/lines";

/** Each record's line with its cells, or with what is wrong. */
async function recordsOf(text: string, pieceLength = 10_000_000): Promise<readonly (readonly [number, readonly string[] | string])[]> {
  async function* pieces() {
    for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
  }
  const found = [];
  for await (const block of csvRecords(linesOf(pieces()))) {
    for (const record of block) found.push([record.line, "cells" in record ? record.cells : record.problem] as const);
  }
  return found;
}

const NOT_CLOSED = "a quote opens here and is not closed";
const TOO_EARLY = "a quote is not closed before its cell ends";
const WITHIN = 'a quote within a cell that is not quoted: write "5"" pipe"';
const TOO_LONG = `longer than ${MAX_RECORD_LENGTH} characters`;
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
    given: "more rows than are parsed at once, one of them wrong",
    text: Array.from({ length: 600 }, (_, index) => (index === 400 ? '5" pipe"' : `r${index}`)).join("\n"),
    records: Array.from({ length: 600 }, (_, index) => [index + 1, index === 400 ? WITHIN : [`r${index}`]] as const),
  },
])("reads CSV, and loses no row after a faulty one: $given", async ({ text, records }) => {
  expect(await recordsOf(text)).toEqual(records);
  if (text.length < 10_000) for (const length of [1, 2, 5]) expect(await recordsOf(text, length)).toEqual(records);
});

it("gives up a quote once what it opens is longer than a record may be, not at the end of the file", async () => {
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
