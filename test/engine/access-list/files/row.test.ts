import { formatOf, isGarbled, readCells } from "../../../../engine/access-list/files/row";

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
])("reads a row as the table keeps it: $given", ({ cells, row }) =>
  expect(readCells({ entry: "a.example", effect: "allow", ...cells })).toStrictEqual({
    ok: true,
    row: { entry: "a.example", effect: "allow", ...row },
  }),
);

it.each([
  { cells: { entry: undefined }, problem: "the entry is missing" },
  { cells: { entry: "" }, problem: "the entry is missing" },
  { cells: { entry: 7 }, problem: "the entry is not a text" },
  { cells: { entry: "kim@" }, problem: "not an e-mail address: write kim@contoso.com" },
  { cells: { effect: "alow" }, problem: "effect is neither allow nor deny" },
  { cells: { issuer: " " }, problem: "issuer is not a provider's name" },
  { cells: { note: 7 }, problem: "the note is not a text" },
  { cells: { note: "caf\ufffd" }, problem: "not UTF-8, or spoilt by an earlier conversion: save the file as UTF-8" },
])("refuses $cells: $problem", ({ cells, problem }) =>
  expect(readCells({ entry: "a.example", effect: "allow", ...cells })).toEqual({ ok: false, problems: [problem] }),
);

it("names all that is wrong with a row", () =>
  expect(readCells({ entry: "kim@", effect: "allow", gates: "?", expiresAt: "31.01.2027", note: 7 })).toEqual({
    ok: false,
    problems: [
      "not an e-mail address: write kim@contoso.com",
      "gates is not names of gates",
      "expiresAt is neither a date like 2027-01-31 nor epoch seconds",
      "the note is not a text",
    ],
  }));

it.each([
  { cell: "caf\ufffd", garbled: true },
  { cell: "a\0b", garbled: true },
  { cell: "café", garbled: false },
  { cell: ["\0"], garbled: false },
])("takes $cell for bytes of another encoding: $garbled", ({ cell, garbled }) => expect(isGarbled(cell)).toBe(garbled));

it.each([
  { path: "list.csv", format: "csv" },
  { path: "list.jsonl", format: "jsonl" },
  { path: "LIST.NDJSON", format: "jsonl" },
  { path: "list.jsonl.txt", format: "csv" },
])("takes $path for $format", ({ path, format }) => expect(formatOf(path)).toBe(format));
