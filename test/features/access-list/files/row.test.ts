import fc from "fast-check";
import { detectFormat, isGarbled } from "../../../../engine/files/format";
import { readList } from "../../../../features/access-list/files/read";
import { csvHeader, formatCsvLine, formatJsonLine, readCells } from "../../../../features/access-list/files/row";
import { special } from "../../../engine/files/special";

it.each<{ given: string; cells: object; row: object }>([
  { given: "two cells", cells: {}, row: {} },
  {
    given: "every cell",
    cells: { issuer: "Google", note: "n", expiresAt: "2027-01-31", gates: "suppliers,default" },
    row: { issuer: "google.com", note: "n", expiresAt: "2027-01-31", gates: "default suppliers" },
  },
  { given: "an empty note", cells: { note: "" }, row: {} },
  { given: "an end as a number", cells: { expiresAt: 1900000000 }, row: { expiresAt: "1900000000" } },
  { given: "spaces around an end", cells: { expiresAt: " 2027-01-31 " }, row: { expiresAt: "2027-01-31" } },
  { given: "another spelling", cells: { entry: "@A.example" }, row: { typed: "@A.example" } },
  {
    given: "a denied address with a tag",
    cells: { entry: "kim+x@a.example", effect: "deny" },
    row: { entry: "kim@a.example", effect: "deny", typed: "kim+x@a.example", looser: "kim+x@a.example" },
  },
  { given: "an allowed one", cells: { entry: "kim+x@a.example" }, row: { entry: "kim+x@a.example" } },
])("cells are read as the table's row: $given", ({ cells, row }) =>
  expect(readCells({ entry: "a.example", effect: "allow", ...cells })).toStrictEqual({
    ok: true,
    row: { entry: "a.example", effect: "allow", ...row },
  }),
);

it.each([
  { cells: { entry: undefined }, problem: "noEntry" },
  { cells: { entry: "" }, problem: "noEntry" },
  { cells: { entry: 7 }, problem: "entryNotText" },
  { cells: { entry: "kim@" }, problem: "notAddress" },
  { cells: { effect: "alow" }, problem: "badEffect" },
  { cells: { issuer: " " }, problem: "emptyIssuer" },
  { cells: { note: 7 }, problem: "notText", column: "note" },
  { cells: { note: "caf\ufffd" }, problem: "spoiltCell" },
])("the cells $cells are refused: $problem", ({ cells, problem, column }) =>
  expect(readCells({ entry: "a.example", effect: "allow", ...cells })).toEqual({ ok: false, problems: [{ code: problem, column }] }),
);

it("all faults of a row are named", () =>
  expect(readCells({ entry: "kim@", effect: "allow", gates: "?", expiresAt: "31.01.2027", note: 7 })).toEqual({
    ok: false,
    problems: [
      { code: "notAddress" },
      { code: "badGates" },
      { code: "endInOtherOrder", meant: ["2027-01-31"] },
      { code: "notText", column: "note" },
    ],
  }));

it.each([
  { cell: "caf\ufffd", garbled: true },
  { cell: "a\0b", garbled: true },
  { cell: "café", garbled: false },
  { cell: ["\0"], garbled: false },
])("the cell $cell counts as text in another encoding: $garbled", ({ cell, garbled }) => expect(isGarbled(cell)).toBe(garbled));

it.each([
  { path: "list.csv", format: "csv" },
  { path: "list.jsonl", format: "jsonl" },
  { path: "LIST.NDJSON", format: "jsonl" },
  { path: "list.jsonl.txt", format: "csv" },
])("the file name $path means the format $format", ({ path, format }) => expect(detectFormat(path)).toBe(format));

const row = { entry: "a.example", effect: "deny" };

it("a CSV file begins with the names of its columns", () =>
  expect(csvHeader).toBe("entry,effect,issuer,note,expiresAt,gates,allowedUntil\r\n"));

it.each([
  { given: "every cell", cells: { issuer: "google.com", note: "n", expiresAt: "2027-01-31" }, csv: "google.com,n,2027-01-31," },
  { given: "gates", cells: { gates: ["Suppliers", "default"] }, csv: ",,,default suppliers" },
  { given: "gates that cannot be read, which decide", cells: { gates: "" }, csv: ",,,?" },
  { given: "columns of somebody's own", cells: { ticket: "T-17" }, csv: ",,," },
  { given: "epoch seconds", cells: { expiresAt: 4102444800 }, csv: ",,4102444800," },
  { given: "what is no text", cells: { issuer: 7, expiresAt: true }, csv: "?,,?," },
  { given: "empty texts, which decide", cells: { issuer: "", expiresAt: "" }, csv: "?,,?," },
  { given: "blank texts, which decide", cells: { issuer: " ", expiresAt: "\t", gates: " " }, csv: "?,,?,?" },
  { given: "an empty note, which does not", cells: { note: "" }, csv: ",,," },
  { given: "a note that is no text", cells: { note: ["a", 7] }, csv: ',"[""a"",7]",,' },
  { given: "spaces at an end", cells: { note: "a " }, csv: ',"a ",,' },
  { given: "spaces at the beginning", cells: { note: " a" }, csv: '," a",,' },
  { given: "spaces within", cells: { note: "a b" }, csv: ",a b,," },
  { given: "a formula", cells: { note: "=1+1" }, csv: ",'=1+1,," },
  ...["a;b", "a\tb", "a,b", "a\rb", "a\nb"].map((note) => ({ given: JSON.stringify(note), cells: { note }, csv: `,"${note}",,` })),
  { given: "quotes", cells: { note: 'a"b"' }, csv: ',"a""b""",,' },
])("a row's CSV line is unambiguous for any reader, and holds only the row's meaning: $given", ({ cells, csv }) =>
  expect(formatCsvLine({ ...row, ...cells })).toBe(`a.example,deny,${csv},\r\n`),
);

it.each([
  { given: "every cell", cells: { issuer: "google.com", note: "=1", expiresAt: "2027-01-31" } },
  { given: "columns of somebody's own", cells: { ticket: "T-17" }, becomes: {} },
  { given: "epoch seconds", cells: { expiresAt: 4102444800 } },
  { given: "numbers elsewhere", cells: { issuer: 7, note: 7 }, becomes: { issuer: "?", note: "7" } },
  { given: "what is neither text nor number", cells: { effect: true, expiresAt: false }, becomes: { effect: "?", expiresAt: "?" } },
  { given: "empty texts", cells: { issuer: "", note: "" }, becomes: { issuer: "?", note: "" } },
  { given: "blank texts", cells: { issuer: " ", gates: " " }, becomes: { issuer: "?", gates: "?" } },
  { given: "gates", cells: { gates: ["Suppliers", "default"] }, becomes: { gates: "default suppliers" } },
])("a row's JSON line is written: $given", ({ cells, becomes = cells }) =>
  expect(formatJsonLine({ ...row, ...cells })).toBe(`${JSON.stringify({ ...row, ...becomes })}\n`),
);

it("a row's note is read back unchanged from its CSV line", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...special), minLength: 1 }), async (note) => {
      const lines = [];
      async function* text() {
        yield csvHeader + formatCsvLine({ ...row, note });
      }
      for await (const block of readList(text(), "csv")) lines.push(...block);
      expect(lines).toMatchObject([{ line: 2, read: { ok: true, row: { entry: "a.example", note } } }]);
    }),
  );
});

it("a deny that rests until a day is written and read with that day", () => {
  const cells = { ...row, allowedUntil: "2027-01-31" };
  expect(formatCsvLine(cells)).toBe("a.example,deny,,,,,2027-01-31\r\n");
  expect(JSON.parse(formatJsonLine({ ...cells, allowedUntil: 1801353600 }))).toEqual({ ...cells, allowedUntil: 1801353600 });
  expect(formatCsvLine({ ...cells, allowedUntil: true })).toBe("a.example,deny,,,,,?\r\n");
  expect(readCells(cells)).toEqual({ ok: true, row: cells });
  expect(readCells({ ...cells, effect: "allow" })).toMatchObject({ ok: false, problems: [{ code: "misnamedColumn", meant: "expiresAt" }] });
  expect(readCells({ ...cells, entry: "kim+x@a.example" })).toMatchObject({ ok: false, problems: [{ code: "allowedUntilOfTag" }] });
});
