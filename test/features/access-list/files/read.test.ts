import { MAX_RECORD_LENGTH } from "../../../../engine/files/csv";
import { FileError } from "../../../../engine/files/file-problem";
import type { ListFormat } from "../../../../engine/files/format";
import { readList } from "../../../../features/access-list/files/read";
import { columns } from "../../../../features/access-list/row";

async function linesOf(text: string, format: ListFormat) {
  async function* inPieces() {
    for (let at = 0; at < text.length; at += 10) yield text.slice(at, at + 10);
  }
  const lines = [];
  for await (const block of readList(inPieces(), format)) lines.push(...block);
  return lines;
}

it.each([
  { text: "", problem: { code: "emptyFile" } },
  { text: "\n \n", problem: { code: "emptyFile" } },
  { text: '"entry,effect\na.example,allow\n', problem: { code: "quoteNotClosed" } },
  { text: "entry,effect,caf\ufffd\n", problem: { code: "notUtf8" } },
  { text: "entry,effect;issuer\n", problem: { code: "otherSeparator" } },
  { text: "entry,effect,colour\n", problem: { code: "unknownColumn", name: "colour" } },
])("a file with the header $text is refused", async ({ text, problem }) => {
  const error = await linesOf(text, "csv").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FileError);
  expect(error).toMatchObject({ line: 1, problem });
});

it.each([
  { text: "null", problem: { code: "notJsonObject" } },
  { text: "7", problem: { code: "notJsonObject" } },
  { text: '"a"', problem: { code: "notJsonObject" } },
  { text: "caf\ufffd", problem: { code: "notUtf8" } },
  { text: '{"entry":"a.example","effect":"allow","colour":1}', problem: { code: "unknownColumn", name: "colour", columns } },
  { text: `{"entry":"${"x".repeat(MAX_RECORD_LENGTH)}"}`, problem: { code: "lineTooLong" } },
])("a faulty line of JSON lines is refused by itself: $problem.code", async ({ text, problem }) =>
  expect(await linesOf(`${text}\n \n\n{"entry":"a.example","effect":"allow"}\n`, "jsonl")).toEqual([
    { line: 1, cells: {}, read: { ok: false, problems: [problem] } },
    { line: 4, cells: { entry: "a.example", effect: "allow" }, read: { ok: true, row: { entry: "a.example", effect: "allow" } } },
  ]),
);

it.each<{ format: ListFormat; text: string }>([
  { format: "csv", text: 'entry,effect,note\na.example,allow,"x\ufeffy"\n' },
  { format: "jsonl", text: '{"entry":"a.example","effect":"allow","note":"x\ufeffy"}\n' },
])("a byte order mark is skipped only at the beginning of $format", async ({ format, text }) => {
  for (const mark of ["", "\ufeff"]) {
    expect(await linesOf(mark + text, format)).toMatchObject([{ read: { ok: true, row: { entry: "a.example", note: "x\ufeffy" } } }]);
  }
  const [, second] = await linesOf('{"entry":"a.example","effect":"allow"}\n\ufeff{"entry":"b.example","effect":"allow"}', "jsonl");
  expect(second?.read.ok).toBe(false);
});

it("empty cells are left out, and the quote that protects from formulas is removed", async () => {
  const [line] = await linesOf("entry,effect,issuer,note\n'+x@a.example,allow,,'=1\n", "csv");
  expect(line?.cells).toStrictEqual({ entry: "+x@a.example", effect: "allow", note: "=1" });
});
