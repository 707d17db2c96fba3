import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { local } from "../../../features/access-list/local";
import { readRows, SamplesError } from "../../../local/data/csv-table";
import { shippedSamples } from "../../../local/parts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "list.csv");
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(file, text);
  return local.csvTable.read(file);
}

describe("local samples", () => {
  it("include the shipped file", async () => {
    const samples = await shippedSamples();
    const [, profiles, referenceData] = samples.map(({ rows }) => rows);
    expect(samples.map(({ of, rows }) => [of.name, rows.length])).toEqual([
      ["access-list", 7],
      ["profiles", 3],
      ["reference-data", 6],
    ]);
    expect(profiles?.[0]).toMatchObject({ person: "kim@contoso.com", givenName: "Kim" });
    expect(referenceData?.[0]).toEqual({ list: "extension_PartnerNumber", value: "P-118003" });
  });

  it("use only filled cells", async () => {
    expect(await read('effect,entry,note\nallow, contoso.com ,\n\ndeny,*,"a, b"\n')).toEqual([
      { entry: "contoso.com", effect: "allow" },
      { entry: "*", effect: "deny", note: "a, b" },
    ]);
  });

  it.each([
    {
      text: "entry,effect,colour\na.example,allow,red\n",
      says: ':1: there is no column "colour"; there are entry, effect, issuer, note, expiresAt, gates',
    },
    { text: "entry,note\na.example,x\n", says: ':1: the column "effect" is missing' },
    { text: "entry,effect\na.example,allow\nb.example,alow\n", says: ":3: effect is none of allow, approval and deny" },
    { text: "entry,effect\nkim@,allow\n", says: ":2: not an e-mail address: write one like kim@contoso.com" },
    { text: "entry,effect\n,allow\n", says: ":2: the entry is missing" },
    { text: "entry,effect,expiresAt\na.example,allow,soon\n", says: ":2: expiresAt is not a date like 2027-01-31" },
    { text: "entry,effect\na.example,allow\na.example,deny\n", says: ":3: the entry is there twice" },
    { text: "entry,effect\na.example,allow,more\n", says: ":2: 3 cells where the header names 2" },
  ])("refuse $text", async ({ text, says }) => {
    await expect(read(text)).rejects.toThrow(SamplesError);
    await expect(read(text)).rejects.toThrow(`${file}${says}`);
  });

  describe("local samples of other tables", () => {
    const rowsOf = (text: string) => {
      writeFileSync(file, text);
      return readRows(file, "referenceData");
    };

    it("may have any columns besides those of the key", () => {
      expect(rowsOf('\ufeffvalue,list,note,own\r\nP-1, codes ,"a, b",\r\n\r\nP-2,codes,,x\r\n')).toEqual([
        { list: "codes", value: "P-1", note: "a, b" },
        { list: "codes", value: "P-2", own: "x" },
      ]);
    });

    it.each([
      { text: "list,note\ncodes,x\n", says: ":2: value is missing" },
      { text: "list,value\ncodes,P-1\n,P-2\n", says: ":3: list is missing" },
      { text: "list,value,note\ncodes,P-1,a\ncodes,P-1,b\n", says: ":3: the row is there twice" },
      { text: "list,value\ncodes,P-1,more\n", says: ":2: Invalid Record Length" },
    ])("refuse $text", ({ text, says }) => {
      expect(() => rowsOf(text)).toThrow(SamplesError);
      expect(() => rowsOf(text)).toThrow(`${file}${says}`);
    });

    it("say which file is missing", () => {
      expect(() => readRows(join(folder, "none.csv"), "profiles")).toThrow(/none\.csv: .*ENOENT/);
    });
  });
});
