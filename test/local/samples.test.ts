import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSamples, SAMPLE_LIST, SamplesError } from "../../local/samples";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "list.csv");
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(file, text);
  return readSamples(file);
}

describe("samples", () => {
  it("reads the list that is shipped", async () => expect(await readSamples(SAMPLE_LIST)).toHaveLength(7));

  it("takes only the cells that are filled in", async () => {
    expect(await read('effect,entry,note\nallow, contoso.com ,\n\ndeny,*,"a, b"\n')).toEqual([
      { entry: "contoso.com", effect: "allow" },
      { entry: "*", effect: "deny", note: "a, b" },
    ]);
  });

  it.each([
    {
      text: "entry,effect,colour\na.example,allow,red\n",
      says: ':1: there is no column "colour"; there are entry, effect, issuer, note, expiresAt',
    },
    { text: "entry,note\na.example,x\n", says: ':1: the column "effect" is missing' },
    { text: "entry,effect\na.example,allow\nb.example,alow\n", says: ":3: effect is neither allow nor deny" },
    { text: "entry,effect\nkim@,allow\n", says: ":2: not an e-mail address: write kim@contoso.com" },
    { text: "entry,effect\n,allow\n", says: ":2: the entry is missing" },
    { text: "entry,effect,expiresAt\na.example,allow,soon\n", says: ":2: expiresAt is neither a date like 2027-01-31 nor epoch seconds" },
    { text: "entry,effect\na.example,allow\na.example,deny\n", says: ":3: the entry stands there twice" },
    { text: "entry,effect\na.example,allow,more\n", says: ":2: 3 cells where the header names 2" },
  ])("refuses $text", async ({ text, says }) => {
    await expect(read(text)).rejects.toThrow(SamplesError);
    await expect(read(text)).rejects.toThrow(`${file}${says}`);
  });
});
