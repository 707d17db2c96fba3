import { MAX_RECORD_LENGTH } from "../../../../engine/files/csv";
import type { ListFormat } from "../../../../engine/files/format";
import { ListFileError, readList } from "../../../../features/access-list/files/read";

async function linesOf(text: string, format: ListFormat) {
  async function* inPieces() {
    for (let at = 0; at < text.length; at += 10) yield text.slice(at, at + 10);
  }
  const lines = [];
  for await (const block of readList(inPieces(), format)) lines.push(...block);
  return lines;
}

const COLUMNS = "entry, effect, issuer, note, expiresAt, gates";
const NAMES = COLUMNS.replaceAll(" ", "");

it.each([
  { text: "", says: `the file is empty: its first line names the columns, ${NAMES}` },
  { text: "\n \n", says: `the file is empty: its first line names the columns, ${NAMES}` },
  { text: '"entry,effect\na.example,allow\n', says: "a quote opens here and is not closed" },
  { text: "entry,effect,caf\ufffd\n", says: "not UTF-8 (UTF-16 perhaps): save the file as UTF-8" },
  { text: "entry,effect;issuer\n", says: "separate columns with commas" },
  { text: "entry,effect,colour\n", says: `there is no column "colour"; there are ${COLUMNS}` },
])("refuses a file by its header $text", async ({ text, says }) => {
  const error = await linesOf(text, "csv").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ListFileError);
  expect(error).toMatchObject({ line: 1, message: says });
});

it.each([
  { text: "null", says: "not a JSON object on one line" },
  { text: "7", says: "not a JSON object on one line" },
  { text: '"a"', says: "not a JSON object on one line" },
  { text: "[]", says: "not a JSON object on one line" },
  { text: "caf\ufffd", says: "not UTF-8 (UTF-16 perhaps): save the file as UTF-8" },
  { text: '{"entry":"a.example","effect":"allow","colour":1}', says: `there is no column "colour"; there are ${COLUMNS}` },
  { text: `{"entry":"${"x".repeat(MAX_RECORD_LENGTH)}"}`, says: "the line is too long" },
])("refuses a line of JSON lines alone: $says", async ({ text, says }) =>
  expect(await linesOf(`${text}\n \n\n{"entry":"a.example","effect":"allow"}\n`, "jsonl")).toEqual([
    { line: 1, cells: {}, read: { ok: false, problems: [says] } },
    { line: 4, cells: { entry: "a.example", effect: "allow" }, read: { ok: true, row: { entry: "a.example", effect: "allow" } } },
  ]),
);

it.each<{ format: ListFormat; text: string }>([
  { format: "csv", text: 'entry,effect,note\na.example,allow,"x\ufeffy"\n' },
  { format: "jsonl", text: '{"entry":"a.example","effect":"allow","note":"x\ufeffy"}\n' },
])("takes a byte order mark for one at the beginning of $format alone", async ({ format, text }) => {
  for (const mark of ["", "\ufeff"]) {
    expect(await linesOf(mark + text, format)).toMatchObject([{ read: { ok: true, row: { entry: "a.example", note: "x\ufeffy" } } }]);
  }
  const [, second] = await linesOf('{"entry":"a.example","effect":"allow"}\n\ufeff{"entry":"b.example","effect":"allow"}', "jsonl");
  expect(second?.read.ok).toBe(false);
});

it("leaves out cells that are empty, and takes off what keeps a spreadsheet from running them", async () => {
  const [line] = await linesOf("entry,effect,issuer,note\n'+x@a.example,allow,,'=1\n", "csv");
  expect(line?.cells).toStrictEqual({ entry: "+x@a.example", effect: "allow", note: "=1" });
});
