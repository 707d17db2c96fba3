import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownDomains } from "../../../features/look-alikes/store";
import { gatehouse, jsonLines, surroundings, withoutSets } from "../../cli/support";

const around = surroundings();
const { folder } = around;

function file(content: string | Buffer, name = "list.csv"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const importing = (path: string, ...args: string[]) => withoutSets(gatehouse("list", "import", path, ...args, ...around.instance.local));
const byEntry = (a: Record<string, string>, b: Record<string, string>) => (String(a.entry) < String(b.entry) ? -1 : 1);
const rows = async () => (await around.instance.rows()).toSorted(byEntry);

describe("list import", () => {
  it("stores rows in the same form as list add", async () => {
    const path = file(
      '\ufeffnote,expiresAt,effect,entry,issuer\r\n,,allow,@Contoso.COM,\r\n"two\r\nlines, ""quoted""",2099-12-31,Deny,kim+x@contoso.com,Google\r\n\r\n',
    );
    expect(await importing(path)).toEqual({
      exitCode: 0,
      stdout: "2 to add, 0 to change, 0 to remove, 0 unchanged.\n",
      stderr: "Done: 2 writes.\n",
    });
    // Strictly: a cell that is no text shows as undefined.
    expect(await rows()).toStrictEqual([
      { entry: "contoso.com", effect: "allow", typed: "@Contoso.COM" },
      {
        entry: "kim@contoso.com",
        effect: "deny",
        issuer: "google.com",
        note: 'two\r\nlines, "quoted"',
        expiresAt: "2099-12-31",
        typed: "kim+x@contoso.com",
      },
    ]);
  });

  it("warns before anything is written if a row allows a look-alike of a known domain", async () => {
    await around.instance.putRow({ entry: "contoso.com", effect: "allow" });
    await knownDomains(around.instance.dynamodb.client, "ledger").allowed(["contoso.com"]);
    const path = file("entry,effect\nc0ntoso.com,allow\ncontosso.com,deny\nfabrikam.com,allow\n");
    const { exitCode, stderr } = await importing(path, "--dry-run");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `Warning: ${path}:2: c0ntoso.com: It looks like contoso.com, which is let in: make sure that it isn't somebody posing as them.\n`,
    });
  });

  it("reads JSON lines", async () => {
    const path = file('{"entry":"a.example","effect":"allow","expiresAt":4102444800}\n\n{"entry":"*","effect":"deny"}\n', "list.ndjson");
    expect(await importing(path)).toMatchObject({ exitCode: 0 });
    expect(await rows()).toEqual([
      { entry: "*", effect: "deny" },
      { entry: "a.example", effect: "allow", expiresAt: "4102444800" },
    ]);
  });

  it("gives each user in a file of the admin center the effect of --effect, and lists the ignored columns", async () => {
    const path = file(
      "userPrincipalName,displayName,mail,userType\r\nlee_fabrikam.com#EXT#@contoso.onmicrosoft.com,Lee,lee@fabrikam.com,Guest\r\n",
      "exportUsers_2026-11-28.csv",
    );
    expect((await importing(path)).stderr).toContain(
      `${path}:1: the column "effect" is missing: add it, or give all rows one effect, list import FILE --effect deny`,
    );
    const ran = await importing(path, "--effect", "deny");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "Not read: displayName, userType.\nDone: 1 write.\n" });
    expect(await rows()).toStrictEqual([{ entry: "lee@fabrikam.com", effect: "deny" }]);
  });

  it("skips equal rows, keeps unknown columns, and replaces an allow of an address by its deny", async () => {
    await around.instance.putRow({ entry: "a.example", effect: "allow", typed: "@a.example" });
    await around.instance.putRow({ entry: "b.example", effect: "allow", ticket: "T-17" });
    await around.instance.putRow({ entry: "kim+x@contoso.com", effect: "allow" });
    await around.instance.putRow({ entry: "other.example", effect: "allow" });
    around.instance.dynamodb.operations();
    const path = file("entry,effect,note\na.example,allow,\nb.example,deny,why\nkim+x@contoso.com,deny,\n");
    expect(jsonLines(await importing(path, "--json"))).toEqual([
      { added: 1, changed: 1, removed: 1, unchanged: 1, repeated: 0 },
      { changeSet: expect.any(String), writes: 3, kept: 0, keptEntries: [] },
    ]);
    // Few rows at once, with their entry in the trail.
    const writes = around.instance.dynamodb
      .operations()
      .filter((operation) => /Put|Update|Delete|Batch(Write|Execute)|Transact/.test(operation));
    expect(writes).toEqual(["TransactWriteItems"]);
    expect(await rows()).toEqual([
      { entry: "a.example", effect: "allow", typed: "@a.example" },
      { entry: "b.example", effect: "deny", note: "why", ticket: "T-17" },
      { entry: "kim@contoso.com", effect: "deny", typed: "kim+x@contoso.com" },
      { entry: "other.example", effect: "allow" },
    ]);
    expect(jsonLines(await importing(path, "--json"))).toEqual([{ added: 0, changed: 0, removed: 0, unchanged: 3, repeated: 0 }]);
    expect(around.instance.dynamodb.operations()).not.toContain("BatchWriteItem");
  });

  it("stores the file's spelling of a denied address, since a later allow would use that spelling", async () => {
    const path = file("entry,effect\nkim+y@contoso.com,deny\nLee@contoso.com,deny\nmax@contoso.com,deny\n");
    await around.instance.putRow({ entry: "kim@contoso.com", effect: "deny", typed: "kim+x@contoso.com", ticket: "T-17" });
    await around.instance.putRow({ entry: "lee@contoso.com", effect: "deny", typed: " LEE@Contoso.com" });
    await around.instance.putRow({ entry: "max@contoso.com", effect: "deny", typed: "max" });
    expect(jsonLines(await importing(path, "--json"))).toEqual([
      { added: 0, changed: 1, removed: 0, unchanged: 2, repeated: 0 },
      expect.objectContaining({ writes: 1 }),
    ]);
    expect(await rows()).toEqual([
      { entry: "kim@contoso.com", effect: "deny", typed: "kim+y@contoso.com", ticket: "T-17" },
      { entry: "lee@contoso.com", effect: "deny", typed: " LEE@Contoso.com" },
      { entry: "max@contoso.com", effect: "deny", typed: "max" },
    ]);
    const whole = file("entry,effect\nkim@contoso.com,deny\n");
    expect(jsonLines(await importing(whole, "--json"))).toEqual([
      { added: 0, changed: 1, removed: 0, unchanged: 0, repeated: 0 },
      expect.objectContaining({ writes: 1 }),
    ]);
    expect((await rows())[0]).toEqual({ entry: "kim@contoso.com", effect: "deny", ticket: "T-17" });
    expect(jsonLines(await importing(whole, "--json"))).toEqual([{ added: 0, changed: 0, removed: 0, unchanged: 1, repeated: 0 }]);
  });

  it("shows its changes with --dry-run, and writes nothing", async () => {
    await around.instance.putRow({ entry: "a.example", effect: "allow" });
    await around.instance.putRow({ entry: "b.example", effect: "allow" });
    const path = file("entry,effect\na.example,deny\nc.example,allow\nC.example,allow\n");
    const { exitCode, stdout } = await importing(path, "--dry-run", "--replace");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "1 to add, 1 to change, 1 to remove, 0 unchanged.",
      "Repeated in the file: 1.",
      "+ c.example: allow",
      "~ a.example: allow -> deny",
      "- b.example: allow",
      "",
    ]);
    expect(await rows()).toEqual([
      { entry: "a.example", effect: "allow" },
      { entry: "b.example", effect: "allow" },
    ]);
  });

  it("makes the table equal to the file with --replace", async () => {
    await around.instance.putRow({ entry: "a.example", effect: "allow", issuer: "google.com" });
    await around.instance.putRow({ entry: "b.example", effect: "deny", issuer: "google.com", expiresAt: "2099-01-01" });
    await around.instance.putRow({ entry: "gone.example", effect: "deny" });
    const path = file("entry,effect,issuer\na.example,allow,facebook.com\nb.example,deny,facebook.com\n");
    expect(await importing(path, "--replace")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("would remove 1 row: add --yes"),
    });
    expect(await rows()).toHaveLength(3);
    expect(await importing(path, "--replace", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await rows()).toEqual([
      { entry: "a.example", effect: "allow", issuer: "facebook.com" },
      { entry: "b.example", effect: "deny", issuer: "facebook.com" },
    ]);
  });

  it("empties the list only with --yes", async () => {
    await around.instance.putRow({ entry: "a.example", effect: "allow" });
    const path = file("entry,effect\n");
    expect(await importing(path, "--replace")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("would empty the list") });
    expect(await rows()).toHaveLength(1);
    expect(await importing(path, "--replace", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await rows()).toEqual([]);
  });

  it("warns once of each provider that Entra does not name", async () => {
    const path = file(
      "entry,effect,issuer\na.example,deny,tiktok\nb.example,deny,tiktok\nissuer:gogle.com/1,deny,\nissuer:https://idp/saml,deny,mail\n",
    );
    const { exitCode, stderr } = await importing(path);
    expect(exitCode).toBe(0);
    expect(stderr.split("\n")).toEqual([
      expect.stringContaining(`Warning: ${path}:2: a.example and 1 more: Perhaps nobody signs in with a provider called tiktok: `),
      expect.stringMatching(
        /:4: issuer:gogle\.com\/1: Perhaps nobody signs in with a provider called gogle\.com: .* Did you mean google\.com\?$/,
      ),
      "Done: 4 writes.",
      "",
    ]);
  });

  it.each([
    { file: "R 4.2.2, write.csv of a column without a value", gates: "NA", says: "there is no gate na: the only one is default" },
    { file: "a typist", gates: "default suplliers", says: "there is no gate suplliers: the only one is default" },
  ])("refuses a new row at an unknown gate, since it would apply nowhere: a file from $file", async ({ gates, says }) => {
    const path = file(`entry,effect,gates\n*,deny,default\nfabrikam.com,deny,${gates}\n`);
    expect(await importing(path)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `${path}:3: fabrikam.com: ${says}\n1 row cannot be written; nothing was written.\n`,
    });
    expect(await rows()).toEqual([]);
  });

  it("accepts an existing row at an unknown gate", async () => {
    await around.instance.putRow({ entry: "fabrikam.com", effect: "deny", gates: "gone" });
    const path = file("entry,effect,gates,note\nfabrikam.com,deny,gone,left\n");
    expect(await importing(path)).toMatchObject({ exitCode: 0 });
    expect(await rows()).toMatchObject([{ entry: "fabrikam.com", gates: "gone", note: "left" }]);
  });

  it("reports one write in the singular", async () => {
    expect((await importing(file("entry,effect\na.example,allow\n"))).stderr).toBe("Done: 1 write.\n");
  });

  it("leaves no files in the folder for temporary files", async () => {
    // A folder of its own: other suites work at the same time.
    const { TMPDIR } = process.env;
    const temporary = mkdtempSync(join(tmpdir(), "import-"));
    process.env.TMPDIR = temporary;
    try {
      await importing(file("entry,effect\na.example,allow\n"));
      await importing(file("entry,effect\na.example,alow\n"));
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(temporary, { recursive: true });
    }
  });
});

describe("a file for list import", () => {
  const header = "entry,effect,issuer,note,expiresAt\n";

  it("is refused with the file, line and reason of each fault, even in the last line", async () => {
    const path = file(`${header}a.example,allow,,ok,\nb.example,allow,,"open,\nc.example,alow,,,\n`);
    const { exitCode, stdout, stderr } = await importing(path);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.split("\n").slice(0, 2)).toEqual([
      `${path}:3: a quote opens here and is not closed`,
      `${path}:4: "alow": effect is none of allow, approval and deny`,
    ]);
    expect(await rows()).toEqual([]);
    const lines = file("[]\n", "list.jsonl");
    expect(await importing(lines)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${lines}:1: a JSON array`) });
    const empty = file("");
    expect(await importing(empty)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${empty}:1: the file is empty`) });
  });

  it("is refused with the fault of each row, without the effect that such a row has in the table", async () => {
    const path = file(`${header}a.example,alow,,,\na.example,allow," ",,\na.example,allow,,,soon\n`);
    expect((await importing(path)).stderr.split("\n").slice(0, 3)).toEqual([
      `${path}:2: "alow": effect is none of allow, approval and deny`,
      `${path}:3: " ": issuer is an empty cell: remove it to mean every provider`,
      `${path}:4: "soon": expiresAt is not a date like 2027-01-31`,
    ]);
  });

  it.each([
    {
      cells: "kim\u2013x@contoso.com,allow,,,",
      says: '"kim\u2013x@contoso.com" (with an en dash, U+2013): not an e-mail address: write kim-x@contoso.com',
    },
    {
      cells: "a\u200bb@contoso.com,allow,,,",
      says: '"a\\u200bb@contoso.com" (with a zero-width space, U+200B): not an e-mail address: write ab@contoso.com',
    },
    {
      cells: "\u201ckim@contoso.com\u201d,allow,,,",
      says: '"\u201ckim@contoso.com\u201d" (with a curly quote, U+201C; a curly quote, U+201D): not an e-mail address: write kim@contoso.com',
    },
    { cells: "a.example,allow,,,31.12.2027", says: '"31.12.2027": expiresAt is not in the order year, month, day: write 2027-12-31' },
    { cells: "a.example,allow,,,2027-02-30", says: '"2027-02-30": expiresAt is not a day or time that exists' },
    {
      cells: "a.example,deny,,,46418",
      says: '"46418": expiresAt is a spreadsheet\'s number of the day 2027-01-31: write 2027-01-31',
    },
    {
      cells: "a.example,deny,,,0001-01-01T00:00:00Z",
      says: '"0001-01-01T00:00:00Z": expiresAt is before the year 2000: write a day like 2027-01-31, or leave it out for no end',
    },
    { cells: "a.example,allow,,,2027", says: '"2027": expiresAt is not clearly a day: write a whole day like 2027-01-31' },
    {
      cells: "kim@,alow,,,",
      says: '"kim@", "alow": not an e-mail address: write one like kim@contoso.com; effect is none of allow, approval and deny',
    },
  ])("is reported with the bad cells, and invisible characters are named: $cells", async ({ cells, says }) => {
    const path = file(`${header}${cells}\n`);
    expect((await importing(path)).stderr.split("\n")[0]).toBe(`${path}:2: ${says}`);
  });

  it("is reported by its unknown column, but known columns may have any case", async () => {
    const path = file("Entry,Effect,Expires\na.example,allow,2099-12-31\n");
    expect((await importing(path)).stderr).toBe(`${path}:1: there is no column "Expires": write expiresAt\n`);
    expect(await importing(file("Entry,EFFECT,expiresat\na.example,allow,2099-12-31\n"))).toMatchObject({ exitCode: 0 });
    expect(await rows()).toEqual([{ entry: "a.example", effect: "allow", expiresAt: "2099-12-31" }]);
  });

  it("is previewed with the first changes in the order of their entries", async () => {
    const people = Array.from({ length: 90 }, (_, index) => `person${String(89 - index).padStart(2, "0")}@a.example,allow`);
    const { stdout } = await importing(file(`entry,effect\n${people.join("\n")}\n`), "--dry-run");
    const shown = [...stdout.matchAll(/^\+ (\S+):/gm)].map(([, entry]) => entry);
    expect(shown).toEqual(Array.from({ length: 20 }, (_, index) => `person${String(index).padStart(2, "0")}@a.example`));
  });

  it("is reported with the first fifty bad lines and the count of all, even at the end of a long file", async () => {
    const good = Array.from({ length: 3_000 }, (_, index) => `person${index}@a.example,allow\n`).join("");
    const one = file(`entry,effect\n${good}kim@,allow\n`);
    expect(await importing(one)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`${one}:3002: "kim@": not an e-mail address`),
    });
    const many = file(`entry,effect\n${"kim@,allow\n".repeat(120)}`);
    const lines = (await importing(many)).stderr.trim().split("\n");
    expect(lines).toHaveLength(52);
    expect(lines.slice(-3)).toEqual([expect.stringContaining(`${many}:51: `), "and 70 more.", "120 rows are wrong; nothing was written."]);
    expect(await rows()).toEqual([]);
  });

  it("is reported if its name is wrong", async () => {
    expect(await importing(join(folder, "none.csv"))).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no file") });
    expect(await importing(folder)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is a folder") });
    expect(await importing("-")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--format") });
  });
});

describe("list import over a deny", () => {
  const kim = { entry: "kim@contoso.com", effect: "deny", note: "left" };
  const header = "entry,effect,note,expiresAt";

  it("lets in until a day without taking the deny away, and repeats that without a change", async () => {
    await around.instance.putRow(kim);
    const path = file(`${header}\nkim@contoso.com,allow,,2099-12-31\n`);
    expect(await importing(path)).toMatchObject({ exitCode: 0 });
    expect(await rows()).toEqual([{ ...kim, allowedUntil: "2099-12-31" }]);
    expect((await importing(path)).stdout).toContain("0 to change, 0 to remove, 1 unchanged.");
  });

  it("with --replace makes the list the file", async () => {
    await around.instance.putRow(kim);
    expect(await importing(file(`${header}\nkim@contoso.com,allow,,2099-12-31\n`), "--replace", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await rows()).toEqual([{ entry: "kim@contoso.com", effect: "allow", expiresAt: "2099-12-31" }]);
  });

  it("refuses a row that lets in only some of the deny's people, and names its line", async () => {
    await around.instance.putRow(kim);
    const refused = await importing(file("entry,effect,gates,expiresAt\na.example,allow,,\nkim@contoso.com,allow,default,2099-12-31\n"));
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/list\.csv:3: kim@contoso\.com: the current entry denies/),
    });
    expect(refused.stderr).toContain("1 row cannot be written; nothing was written.");
    expect(await rows()).toEqual([kim]);
  });

  it.each([
    { name: "a file without the column", content: `${header}\nkim@contoso.com,deny,new,\n`, allowedUntil: "2099-12-31" },
    { name: "an empty cell", content: "entry,effect,note,allowedUntil\nkim@contoso.com,deny,new,\n", allowedUntil: undefined },
    { name: "another day", content: "entry,effect,note,allowedUntil\nkim@contoso.com,deny,new,2099-11-30\n", allowedUntil: "2099-11-30" },
  ])("keeps or changes the day that stands: $name", async ({ content, allowedUntil }) => {
    await around.instance.putRow({ ...kim, allowedUntil: "2099-12-31" });
    await importing(file(content));
    expect(await rows()).toEqual([{ ...kim, note: "new", ...(allowedUntil && { allowedUntil }) }]);
  });

  it("keeps the day in lines of JSON without the member, and ends it with null", async () => {
    await around.instance.putRow({ ...kim, allowedUntil: "2099-12-31" });
    await importing(file('{"entry":"kim@contoso.com","effect":"deny","note":"new"}\n', "list.jsonl"));
    expect(await rows()).toEqual([{ ...kim, note: "new", allowedUntil: "2099-12-31" }]);
    await importing(file('{"entry":"kim@contoso.com","effect":"deny","note":"new","allowedUntil":null}\n', "list.jsonl"));
    expect(await rows()).toEqual([{ ...kim, note: "new" }]);
  });
});
