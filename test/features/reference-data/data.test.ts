import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import * as tableModule from "../../../adapters/tables/table";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";

const { batchGet } = tableModule;

const TABLES = {
  profiles: { name: "profiles-test", key: ["person"] },
  referenceData: { name: "reference-data", key: ["list", "value"] },
} as const;

let instance: TestInstance;
let folder: string;
beforeAll(async () => {
  instance = await startInstance();
  folder = mkdtempSync(join(tmpdir(), "gatehouse-data-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await instance.close();
});
afterEach(async () => {
  for (const table of ["profiles", "referenceData"] as const) {
    const rows = editedRows(instance.dynamodb.client, TABLES[table].name, TABLES[table].key);
    for (const item of await items(table)) await rows.remove(item);
  }
});

async function items(table: keyof typeof TABLES): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const page of readPages({ client: instance.dynamodb.client, ...TABLES[table] }, {})) found.push(...page);
  return found;
}
const rowsIn = async (table: keyof typeof TABLES) =>
  (await items(table)).map(toRow).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const put = (table: keyof typeof TABLES, row: object) =>
  instance.dynamodb.client.call("PutItem", { TableName: TABLES[table].name, Item: toItem(row) });
function file(text: string, name = "rows.csv"): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
const importing = (table: string, path: string, ...more: string[]) => gatehouse("table", "import", table, path, ...more, ...instance.local);

describe("table import", () => {
  it("adds, changes or keeps rows, in the spelling that rules look up", async () => {
    await put("profiles", { person: "kim@contoso.com", city: "Busan", extension_Seats: 25, tags: ["a"], own: "kept" });
    const path = file("person,city,extension_Seats,tags\nKim@Contoso.com,Seoul,25,\n issuer:google.com/1184 ,Jeju,,\n");
    const ran = await importing("profiles", path);
    expect(ran).toMatchObject({ exitCode: 0, stdout: "Added 1, changed 1; 0 are as in the file already.\n" });
    expect(await rowsIn("profiles")).toEqual([
      { person: "issuer:google.com/1184", city: "Jeju" },
      { person: "kim@contoso.com", city: "Seoul", extension_Seats: 25, tags: ["a"], own: "kept" },
    ]);
    expect((await importing("profiles", path)).stdout).toBe("Added 0, changed 0; 2 are as in the file already.\n");
  });

  it("warns about cells that a rule sets attributes from, and imports them", async () => {
    const codes = await startInstance([], "samples/policies/partner-codes");
    const path = file(`value,company\nONE,\nTWO,${"x".repeat(251)}\nSIX,Contoso\n`);
    const ran = await gatehouse("table", "import", "reference-data", path, "--list", "extension_PartnerCode", ...codes.local);
    await codes.close();
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Added 3") });
    expect(ran.stderr).toContain(
      `Warning: ${path}:2: lets nobody in: the column "company", from which a rule sets extension_Company, is missing or empty.`,
    );
    expect(ran.stderr).toContain(`:3: the column "company" has 251 characters, and Entra takes 250 for extension_Company.`);
    expect(ran.stderr).not.toContain(":4:");
  });

  it.each(["samples/policies/invitation-codes", "samples/policies/invitations"])(
    "warns about a value with a space if a rule takes spaces out of what people type: %s",
    async (policy) => {
      const codes = await startInstance([], policy);
      const path = file("list,value\nextension_InvitationCode,FAIR 26\nextension_InvitationCode,FAIR26\nextension_Other,FAIR 26\n");
      const ran = await gatehouse("table", "import", "reference-data", path, ...codes.local);
      await codes.close();
      expect(ran).toMatchObject({
        exitCode: 0,
        stderr: `Warning: ${path}:2: lets nobody in: the value has a space, and a rule takes spaces out of what people type.\n`,
      });
    },
  );

  it("accepts a list's name from --list, and normalizes spaces", async () => {
    await importing("reference-data", file("value,note\n A  1 ,first\nB2,\n"), "--list", "extension_Code");
    expect(await rowsIn("referenceData")).toEqual([
      { list: "extension_Code", value: "A 1", note: "first" },
      { list: "extension_Code", value: "B2" },
    ]);
  });

  it("preserves the types of JSON Lines, and treats null as a removal", async () => {
    await put("profiles", { person: "kim@contoso.com", city: "Busan", extension_Vip: true });
    const row = { person: "kim@contoso.com", city: null, extension_Seats: 7, extension_Vip: true };
    const ran = await importing("profiles", file(`${JSON.stringify(row)}\n`, "rows.jsonl"), "--json");
    expect(JSON.parse(ran.stdout)).toEqual({ added: 0, changed: 1, unchanged: 0, kept: 0, dryRun: false });
    expect(await rowsIn("profiles")).toEqual([{ person: "kim@contoso.com", extension_Seats: 7, extension_Vip: true }]);
  });

  it("writes nothing with --dry-run", async () => {
    const ran = await importing("profiles", file("person,city\nkim@contoso.com,Seoul\n"), "--dry-run");
    expect(ran).toMatchObject({ exitCode: 0, stdout: "Would add 1, change 0; 0 are as in the file already.\n" });
    expect(await rowsIn("profiles")).toEqual([]);
  });

  it.each([
    {
      given: "no key column",
      table: "profiles",
      text: "name,city\nkim,Seoul\n",
      says: 'rows.csv:1: the column "person" is missing',
    },
    {
      given: "an empty file",
      table: "profiles",
      text: "",
      says: "rows.csv:1: the file is empty: its first line names the columns, person,note,expiresAt",
    },
    { given: "a mistyped key", table: "profiles", text: "Persno,city\n", says: 'rows.csv:1: there is no column "Persno": write person' },
    {
      given: "the header of a second file, after cat",
      table: "reference-data",
      text: "list,value,city\na,A1,Seoul\nlist,value,city\na,A2,Busan\n",
      says: "rows.csv:3: names the columns once more",
    },
    {
      given: "blocks of other columns (Miller 6.6.0)",
      table: "reference-data",
      text: "list,value,city\na,A1,Seoul\n\nlist,value,department\na,A2,Sales\n",
      says: "rows.csv:4: names the columns once more",
    },
    {
      given: "semicolons",
      table: "profiles",
      text: "person;city\nkim@contoso.com;Seoul\n",
      says: "rows.csv:1: separate columns with commas",
    },
    {
      given: "a person that is none",
      table: "profiles",
      text: "person\nkim@contoso.com\ncontoso.com\n",
      says: 'rows.csv:3: the person "contoso.com" is neither an address nor an account: write one like',
    },
    {
      given: "one person twice",
      table: "profiles",
      text: "person\nkim@contoso.com\nKIM@contoso.com\n",
      says: "rows.csv:3: the same row is in line 2",
    },
    {
      given: "a bad date",
      table: "profiles",
      text: "person,expiresAt\nkim@contoso.com,tomorrow\n",
      says: "rows.csv:2: expiresAt is not a time",
    },
    {
      given: "a spreadsheet's number of a day",
      table: "profiles",
      text: "person,expiresAt\nkim@contoso.com,46418\n",
      says: "rows.csv:2: expiresAt is a spreadsheet's number of the day 2027-01-31: write 2027-01-31",
    },
    {
      given: "too many cells",
      table: "profiles",
      text: "person\nkim@contoso.com,x\n",
      says: "rows.csv:2: 2 cells where the header names 1",
    },
    { given: "a column twice", table: "profiles", text: "person,city,city\n", says: 'rows.csv:1: the column "city" appears twice' },
    { given: "no value", table: "reference-data", text: "list,value\nextension_Code,\n", says: "rows.csv:2: the value is missing" },
    { given: "no list", table: "reference-data", text: "list,value\n,A1\n", says: "rows.csv:2: the list is missing" },
    { given: "UTF-16", table: "profiles", text: "p\0e\0r\0s\0o\0n\0", says: "save the file as UTF-8" },
  ])("writes nothing from a file with $given", async ({ table, text, says }) => {
    const ran = await importing(table, file(text));
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
    expect([...(await rowsIn("profiles")), ...(await rowsIn("referenceData"))]).toEqual([]);
  });

  it("writes nothing if a row names another list than --list", async () => {
    const ran = await importing("reference-data", file("list,value\nextension_Code,A1\nother,B2\n"), "--list", "extension_Code");
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("rows.csv:3: the row is of the list other, and --list says extension_Code"),
    });
    expect(await rowsIn("referenceData")).toEqual([]);
  });

  it.each(['{"person":"kim@contoso.com","":"x"}', '{"person":"kim@contoso.com","a":[{"":1}]}'])(
    "writes nothing if a member has no name: %s",
    async (line) => {
      const ran = await importing("profiles", file(`${line}\n`, "rows.jsonl"));
      expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("rows.jsonl:1: a member has no name") });
      expect(await rowsIn("profiles")).toEqual([]);
    },
  );

  it("writes nothing if one row's number is invalid", async () => {
    await put("profiles", { person: "kim@contoso.com", extension_Seats: 25 });
    const ran = await importing("profiles", file("person,extension_Seats\nlee@contoso.com,3\nkim@contoso.com,many\n"));
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('rows.csv:3: "extension_Seats" is "many", but in the table it is a number'),
    });
    expect(await rowsIn("profiles")).toEqual([{ person: "kim@contoso.com", extension_Seats: 25 }]);
  });

  it.each([
    { tool: "PostgreSQL 15's COPY", cell: "t" },
    { tool: "a German Excel", cell: "WAHR" },
  ])("asks for the spelling true or false if $tool wrote another one", async ({ cell }) => {
    await put("profiles", { person: "kim@contoso.com", employee: true });
    const ran = await importing("profiles", file(`person,employee\nkim@contoso.com,${cell}\n`));
    expect(ran.stderr).toContain(`rows.csv:2: "employee" is "${cell}", but in the table it is true or false: write it like that`);
  });

  it.each([
    {
      given: "a number for a value",
      row: '{"list":"a","value":118003}',
      says: 'the value is 118003, a number: write it in quotes, "118003"',
    },
    {
      given: "more digits than a number keeps",
      row: '{"list":"a","value":"x","n":1234567890.123456789}',
      says: '"n" is 1234567890.123456789',
    },
    { given: "an integer above 2^53", row: '{"list":"a","value":"x","n":{"m":9007199254740993}}', says: '"n" is 9007199254740993' },
    { given: "DynamoDB JSON", row: '{"list":{"S":"a"},"value":{"S":"x"}}', says: "DynamoDB's own JSON" },
    { given: "an export to S3", row: '{"Item":{"list":{"S":"a"},"value":{"S":"x"}}}', says: "DynamoDB's own JSON" },
  ])("explains the problem in JSON Lines with $given", async ({ row, says }) => {
    const path = join(folder, "rows.jsonl");
    writeFileSync(path, `{"list":"a","value":"1"}\n${row}\n`);
    const ran = await importing("reference-data", path);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`rows.jsonl:2: ${says}`) });
    expect(await rowsIn("referenceData")).toEqual([]);
  });

  it("accepts column names in any case, and preserves the case of attributes", async () => {
    await importing("reference-data", file("List,Value,Note,ExpiresAt,extension_City\na,1,n,2099-01-31,Seoul\n"));
    expect(await rowsIn("referenceData")).toEqual([{ list: "a", value: "1", note: "n", expiresAt: "2099-01-31", extension_City: "Seoul" }]);
  });

  it.each(["NULL", "undefined", "1.23457E+11"])("warns about the value %s, which a tool has converted", async (value) => {
    const ran = await importing("reference-data", file(`list,value\na,${value}\n`));
    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`Warning: `) });
    expect(ran.stderr).toContain(`the value ${value} is`);
  });

  it("warns about rows that set nothing, have expired, or match one spelling only", async () => {
    const people = await importing("profiles", file("person,email,expiresAt\nkim@contoso.com,x,2020-01-01\n"));
    expect(people.stderr).toContain('no attribute is set from the column "email"');
    expect(people.stderr).toContain("has expired");
    const codes = await importing("reference-data", file("list,value\nc,MixedCase\n"));
    expect(codes.stderr).toContain("in mixed case");
    const alike = await importing("reference-data", file("list,value\nc,FAIR\nd,fair\nc,fair\n"));
    expect(alike.stderr.match(/:4: "fair" differs from "FAIR" in line 2 only by case/g)).toHaveLength(1);
    expect(alike.stderr).not.toContain(":3:");
    const turkish = await importing("reference-data", file("list,value\nc,İZMİR\nc,izmir\nc,ΟΔΟΣ\nc,οδος\nc,οδοσ\n"));
    expect(turkish.stderr.match(/:\d: .* only by case/g)?.sort()).toEqual([
      ':3: "izmir" differs from "İZMİR" in line 2 only by case',
      ':5: "οδος" differs from "ΟΔΟΣ" in line 4 only by case',
      ':6: "οδοσ" differs from "ΟΔΟΣ" in line 4 only by case',
    ]);
    const misnamed = await importing("reference-data", file("list,value,expires\nc,welcome,2027-01-31\n"));
    expect(misnamed.stderr).toContain("its column should be called expiresAt");
  });

  it("warns about a value that differs only by case from one in the table, unless that one has ended or is in the file", async () => {
    for (const [value, more] of [
      ["FAIR", {}],
      ["OVER", { expiresAt: "2020-01-01" }],
      ["TOLD", {}],
    ] as const)
      await put("referenceData", { list: "c", value, ...more });
    const alike = await importing("reference-data", file("list,value\nc,fair\nd,fair\nc,over\nc,Fair\nc,told\nc,TOLD\n"), "--dry-run");
    expect(alike.stderr.match(/:\d: .* only by case/g)?.sort()).toEqual([
      ':2: "fair" differs from "FAIR" in the table only by case',
      ':5: "Fair" differs from "FAIR" in the table only by case',
      ':5: "Fair" differs from "fair" in line 2 only by case',
      ':7: "TOLD" differs from "told" in line 6 only by case',
    ]);
  });

  it("says nothing of case where every rule of the list takes case into account", async () => {
    const exact = await startInstance([], "test/cli/policies/exact-case");
    await exact.dynamodb.client.call("PutItem", {
      TableName: TABLES.referenceData.name,
      Item: toItem({ list: "extension_Code", value: "FAIR" }),
    });
    const path = file("list,value\nextension_Code,fair\nextension_Code,Fair\nextension_Other,aB\n");
    const ran = await gatehouse("table", "import", "reference-data", path, ...exact.local);
    await exact.close();
    expect(ran.stderr).toMatch(/^Warning: \S+:4: the value is in mixed case: .*\n$/);
  });

  it("keeps an edit made meanwhile, and reports it", async () => {
    await put("profiles", { person: "kim@contoso.com", city: "Busan" });
    const path = file("person,city\nkim@contoso.com,Seoul\nlee@contoso.com,Jeju\n");
    const read = vi.spyOn(tableModule, "batchGet");
    read.mockImplementationOnce(async (...asked) => {
      const found = await batchGet(...asked);
      await put("profiles", { person: "kim@contoso.com", city: "Daegu" });
      return found;
    });
    const ran = await importing("profiles", path);
    read.mockRestore();
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("rows.csv:2: somebody edited the row meanwhile") });
    expect(await rowsIn("profiles")).toEqual([
      { person: "kim@contoso.com", city: "Daegu" },
      { person: "lee@contoso.com", city: "Jeju" },
    ]);
  });
});

describe("table export", () => {
  it.each(["csv", "jsonl"])("writes a file that import reads back unchanged: %s", async (format) => {
    const rows = [
      {
        person: "kim@contoso.com",
        city: "=1+1",
        note: 'says "hi", twice\nand goes',
        ...(format === "jsonl" && { extension_Seats: 25, tags: ["a"] }),
      },
      { person: "lee@contoso.com", phone: "+82 2", expiresAt: "2030-01-01" },
    ];
    for (const row of rows) await put("profiles", row);
    const path = join(folder, `out-${format}.${format}`);
    expect((await gatehouse("table", "export", "profiles", path, ...instance.local)).stdout).toContain("Wrote 2 rows");
    if (format === "csv") expect(readFileSync(path, "utf8")).not.toMatch(/(^|,)[=+]/m);
    for (const item of await items("profiles")) await editedRows(instance.dynamodb.client, "profiles-test", ["person"]).remove(item);
    expect(await importing("profiles", path)).toMatchObject({ exitCode: 0 });
    expect(await rowsIn("profiles")).toEqual(rows);
    expect((await importing("profiles", path)).stdout).toContain("2 are as in the file already");
  });

  it.each(["csv", "jsonl"])("keeps a row invalid if its end is invalid, in %s", async (format) => {
    for (const [value, expiresAt] of Object.entries({ a: "", b: " ", c: null }))
      await put("referenceData", { list: "l", value, expiresAt });
    const path = join(folder, `ends.${format}`);
    await gatehouse("table", "export", "reference-data", path, ...instance.local);
    expect(readFileSync(path, "utf8")).toMatch(format === "csv" ? /(l,.,,\?\r\n){3}$/ : /({.*"expiresAt":"\?"}\n){3}$/);
    expect((await importing("reference-data", path)).stderr).toContain("3 rows are wrong");
  });

  it("reports numbers that JSON Lines do not preserve, and preserves them in CSV", async () => {
    const Item = { list: { S: "l" }, value: { S: "a" }, seats: { N: "1234567890.123456789" }, few: { N: "1.50" } };
    await instance.dynamodb.client.call("PutItem", { TableName: TABLES.referenceData.name, Item });
    const exporting = (format: string) => gatehouse("table", "export", "reference-data", "--format", format, ...instance.local);
    expect((await exporting("jsonl")).stderr).toBe("Numbers have lost digits in seats. --format csv has them all.\n");
    expect(await exporting("csv")).toMatchObject({ stderr: "", stdout: expect.stringContaining("1234567890.123456789") });
  });

  it("writes to standard output for -, and creates no file", async () => {
    await put("referenceData", { list: "a", value: "1" });
    const ran = await gatehouse("table", "export", "reference-data", "-", ...instance.local);
    expect(ran.stdout).toBe("list,value,note,expiresAt\r\na,1,,\r\n");
    expect(existsSync("-")).toBe(false);
  });

  it("exports one of several lists, and reports the data that CSV omits", async () => {
    await put("referenceData", { list: "a", value: "1", tags: ["x"] });
    await put("referenceData", { list: "b", value: "2" });
    const ran = await gatehouse("table", "export", "reference-data", "--list", "a", ...instance.local);
    expect(ran.stdout).toBe("list,value,note,expiresAt\r\na,1,,\r\n");
    expect(ran.stderr).toContain("Left out: lists, maps, sets and bytes in tags");
  });

  it("overwrites no file without an option", async () => {
    const path = file("here");
    expect(await gatehouse("table", "export", "profiles", path, ...instance.local)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--force"),
    });
    expect(readFileSync(path, "utf8")).toBe("here");
  });
});
