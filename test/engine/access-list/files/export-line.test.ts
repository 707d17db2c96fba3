import fc from "fast-check";
import { csvHeader, csvLineOf, jsonLineOf } from "../../../../engine/access-list/files/export-line";
import { readList } from "../../../../engine/access-list/files/read";
import { special } from "./special";

const row = { entry: "a.example", effect: "deny" };

it("names the columns first", () => expect(csvHeader).toBe("entry,effect,issuer,note,expiresAt,gates\r\n"));

it.each([
  { given: "every cell", cells: { issuer: "google.com", note: "n", expiresAt: "2027-01-31" }, csv: "google.com,n,2027-01-31," },
  { given: "gates", cells: { gates: ["Suppliers", "default"] }, csv: ",,,default suppliers" },
  { given: "gates that cannot be read, which decide", cells: { gates: "" }, csv: ',,," "' },
  { given: "columns of somebody's own", cells: { ticket: "T-17" }, csv: ",,," },
  { given: "epoch seconds", cells: { expiresAt: 4102444800 }, csv: ",,4102444800," },
  { given: "what is no text", cells: { issuer: 7, expiresAt: true }, csv: '" ",," ",' },
  { given: "empty texts, which decide", cells: { issuer: "", expiresAt: "" }, csv: '" ",," ",' },
  { given: "an empty note, which does not", cells: { note: "" }, csv: ",,," },
  { given: "a note that is no text", cells: { note: ["a", 7] }, csv: ',"[""a"",7]",,' },
  { given: "spaces at an end", cells: { note: "a " }, csv: ',"a ",,' },
  { given: "spaces at the beginning", cells: { note: " a" }, csv: '," a",,' },
  { given: "spaces within", cells: { note: "a b" }, csv: ",a b,," },
  { given: "a formula", cells: { note: "=1+1" }, csv: ",'=1+1,," },
  ...["a;b", "a\tb", "a,b", "a\rb", "a\nb"].map((note) => ({ given: JSON.stringify(note), cells: { note }, csv: `,"${note}",,` })),
  { given: "quotes", cells: { note: 'a"b"' }, csv: ',"a""b""",,' },
])("writes a CSV line whose cells any reader keeps apart, and that says no more than the row: $given", ({ cells, csv }) =>
  expect(csvLineOf({ ...row, ...cells })).toBe(`a.example,deny,${csv}\r\n`),
);

it.each([
  { given: "every cell", cells: { issuer: "google.com", note: "=1", expiresAt: "2027-01-31" } },
  { given: "columns of somebody's own", cells: { ticket: "T-17" }, becomes: {} },
  { given: "epoch seconds", cells: { expiresAt: 4102444800 } },
  { given: "numbers elsewhere", cells: { issuer: 7, note: 7 }, becomes: { issuer: " ", note: "7" } },
  { given: "what is neither text nor number", cells: { effect: true, expiresAt: false }, becomes: { effect: " ", expiresAt: " " } },
  { given: "empty texts", cells: { issuer: "", note: "" } },
  { given: "gates", cells: { gates: ["Suppliers", "default"] }, becomes: { gates: "default suppliers" } },
])("writes a JSON line: $given", ({ cells, becomes = cells }) =>
  expect(jsonLineOf({ ...row, ...cells })).toBe(`${JSON.stringify({ ...row, ...becomes })}\n`),
);

it("is read back as it was, note for note", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...special), minLength: 1 }), async (note) => {
      const lines = [];
      async function* text() {
        yield csvHeader + csvLineOf({ ...row, note });
      }
      for await (const block of readList(text(), "csv")) lines.push(...block);
      expect(lines).toMatchObject([{ line: 2, read: { ok: true, row: { entry: "a.example", note } } }]);
    }),
  );
});
