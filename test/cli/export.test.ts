import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { formulaSafe, looksLikeFormula, withoutFormulaQuote } from "../../list-file/formula";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "./support";

let instance: TestInstance;
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
beforeAll(async () => {
  instance = await startInstance();
});
afterAll(async () => {
  await instance.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => instance.clear());

const list = (...args: string[]) => gatehouse("list", ...args, ...instance.local);
const path = join(folder, "list.csv");

const odd: readonly Readonly<Record<string, string>>[] = [
  { entry: "contoso.com", effect: "allow", typed: "@Contoso.com", ticket: "T-17" },
  { entry: "+tag@contoso.com", effect: "allow", note: "=1+1" },
  { entry: "'-x@contoso.com", effect: "allow", note: "'=1+1" },
  { entry: 'issuer:google.com/a,b"c', effect: "deny", issuer: "google.com", note: ' spaces, "quotes"\r\nand lines ' },
  { entry: "*", effect: "deny", expiresAt: "2099-12-31", note: "\ttab" },
  { entry: "kim@contoso.com", effect: "Deny ", issuer: "Google", note: "@kim \u202e \u001b[31m" },
];

describe("list export", () => {
  it.each(["list.csv", "list.jsonl"])("writes a %s that list import finds unchanged", async (name) => {
    for (const row of odd) await instance.putRow(row);
    await instance.dynamodb.client.call("PutItem", {
      TableName: instance.dynamodb.tableName,
      Item: { entry: { S: "a.example" }, effect: { S: "allow" }, expiresAt: { N: "4102444800" } },
    });
    const file = join(folder, name);
    expect(await list("export", file, "--force")).toEqual({ exitCode: 0, stdout: `Wrote 7 rows to ${file}.\n`, stderr: "" });
    expect(jsonLines(await list("import", file, "--replace", "--json"))).toEqual([
      { added: 0, changed: 0, removed: 0, unchanged: 7, repeated: 0 },
    ]);
  });

  it("escapes what a spreadsheet would run", async () => {
    await instance.putRow({ entry: "+tag@contoso.com", effect: "allow", note: '=HYPERLINK("http://x")' });
    expect((await list("export")).stdout).toBe(
      'entry,effect,issuer,note,expiresAt\r\n\'+tag@contoso.com,allow,,"\'=HYPERLINK(""http://x"")",\r\n',
    );
  });

  it("loses nothing by escaping", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "a") }), (cell) => {
        expect(withoutFormulaQuote(formulaSafe(cell))).toBe(cell);
        expect(looksLikeFormula(formulaSafe(cell))).toBe(false);
      }),
    );
  });

  it("does not make a row count that does not", async () => {
    await instance.putRow({ entry: "a.example", effect: "allow", issuer: "" });
    await instance.putRow({ entry: "b.example", effect: "allow", expiresAt: "" });
    await list("export", path, "--force");
    expect(await list("import", path)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("2 rows are wrong") });
  });

  it("overwrites only with --force, and leaves a file as it was where it fails", async () => {
    writeFileSync(path, "kept");
    expect(await list("export", path)).toMatchObject({ exitCode: 1, stderr: `${path} exists: add --force to overwrite it.\n` });
    const { exitCode } = await gatehouse("list", "export", path, "--force", "--local", "--data", folder);
    expect(exitCode).toBe(1);
    expect(readFileSync(path, "utf8")).toBe("kept");
    await instance.dynamodb.client.call("DeleteTable", { TableName: instance.dynamodb.tableName });
    expect(await list("export", path, "--force")).toMatchObject({ exitCode: 1 });
    expect(await list("export", join(folder, "new.csv"))).toMatchObject({ exitCode: 1 });
    expect(readFileSync(path, "utf8")).toBe("kept");
    expect(existsSync(join(folder, "new.csv"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
