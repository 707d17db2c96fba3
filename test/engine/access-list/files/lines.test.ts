import { linesOf } from "../../../../engine/access-list/files/lines";

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
])("splits a text into lines: $given", async ({ pieces, blocks }) => {
  const found: string[][] = [];
  for await (const block of linesOf(inPieces(...pieces), 4)) {
    found.push(block.map(({ number, text, tooLong }) => `${number} ${text}${tooLong ? ", cut" : ""}`));
  }
  expect(found).toEqual(blocks);
});
