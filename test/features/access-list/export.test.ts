import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { gatehouse, jsonLines, surroundings } from "../../cli/support";
import { usersNode } from "../../support/users-node";

const around = surroundings();
const { folder } = around;

function ended(child: ChildProcess): Promise<{ readonly status: number | null; readonly stdout: string }> {
  let stdout = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout })));
}

const list = (...args: string[]) => gatehouse("list", ...args, ...around.instance.local);
const path = join(folder, "list.csv");

const odd: readonly Readonly<Record<string, string>>[] = [
  { entry: "contoso.com", effect: "allow", typed: "@Contoso.com", ticket: "T-17" },
  { entry: "+tag@contoso.com", effect: "allow", note: "=1+1" },
  { entry: "'-x@contoso.com", effect: "allow", note: "'=1+1" },
  { entry: 'issuer:google.com/a,b"c', effect: "deny", issuer: "google.com", note: ' spaces, "quotes"\r\nand lines ' },
  { entry: "*", effect: "deny", expiresAt: "2099-12-31", note: "\ttab" },
  { entry: "lines.example", effect: "deny", note: "\n=1+1" },
  { entry: "wide.example", effect: "deny", note: "＝1+1" },
  { entry: "cells.example", effect: "deny", note: "a;=1+1\t=2" },
  { entry: "kim@contoso.com", effect: "Deny ", issuer: "Google", note: "@kim \u202e \u001b[31m" },
  { entry: "gates.example", effect: "allow", gates: "Suppliers, default" },
  { entry: "wait.example", effect: " Approval", note: "asked first", expiresAt: "2099-12-31" },
];

describe("list export", () => {
  it.each(["list.csv", "list.jsonl"])("writes a %s file that list import finds unchanged", async (name) => {
    for (const row of odd) await around.instance.putRow(row);
    await around.instance.dynamodb.client.call("PutItem", {
      TableName: around.instance.dynamodb.tableName,
      Item: { entry: { S: "a.example" }, effect: { S: "allow" }, expiresAt: { N: "4102444800" } },
    });
    const file = join(folder, name);
    expect(await list("export", file, "--force")).toEqual({ exitCode: 0, stdout: `Wrote 12 rows to ${file}.\n`, stderr: "" });
    expect(jsonLines(await list("import", file, "--replace", "--json"))).toEqual([
      { added: 0, changed: 0, removed: 0, unchanged: 12, repeated: 0 },
    ]);
  });

  it.each(["csv", "jsonl"])("writes %s sorted by entry, whatever the order of the table", async (format) => {
    const entries = Array.from({ length: 60 }, (_, index) => `n${String(index).padStart(2, "0")}.example`);
    await around.instance.putRows(entries.toReversed().map((entry) => ({ entry, effect: "deny" })));
    const { stdout } = await list("export", "--format", format);
    expect(stdout.match(/n\d\d\.example/g)).toEqual(entries);
  });

  it("escapes cells that a spreadsheet would run as formulas", async () => {
    await around.instance.putRow({ entry: "+tag@contoso.com", effect: "allow", note: '=HYPERLINK("http://x")' });
    expect((await list("export")).stdout).toBe(
      'entry,effect,issuer,note,expiresAt,gates,allowedUntil\r\n\'+tag@contoso.com,allow,,"\'=HYPERLINK(""http://x"")",,,\r\n',
    );
  });

  it("fails and leaves no file if the disk takes only a part", async () => {
    for (let index = 0; index < 80; index++)
      await around.instance.putRow({ entry: `n${index}.example`, effect: "deny", note: "x".repeat(1_000) });
    const part = join(folder, "part.csv");
    const command = [
      usersNode,
      "--import",
      "tsx",
      join(packageRoot, "bin", "entra-gatehouse.ts"),
      "list",
      "export",
      part,
      ...around.instance.local,
    ];
    // A limit of a file's size stands for a full disk: 64 KiB of the 80.
    const limited = ["-c", 'ulimit -f 64; trap "" XFSZ; exec "$@"', "bash", ...command];
    const { status, stdout } = await ended(spawn("bash", limited, { cwd: packageRoot, env: { ...process.env, TSX_DISABLE_CACHE: "1" } }));
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(existsSync(part)).toBe(false);
  });

  it.each(["csv", "jsonl"])("writes %s to standard output if the path is -, and creates no file", async (format) => {
    await around.instance.putRow({ entry: "a.example", effect: "deny" });
    const written = await list("export", "-", "--format", format);
    expect(written).toEqual({ ...(await list("export", "--format", format)), exitCode: 0, stderr: "" });
    expect(written.stdout).toContain("a.example");
    expect(existsSync("-")).toBe(false);
  });

  it("writes an invalid row so that an import refuses it", async () => {
    await around.instance.putRow({ entry: "a.example", effect: "allow", issuer: "" });
    await around.instance.putRow({ entry: "b.example", effect: "allow", expiresAt: "" });
    await list("export", path, "--force");
    expect(await list("import", path)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("2 rows are wrong") });
  });

  it("overwrites a file only with --force, and leaves it unchanged if the export fails", async () => {
    writeFileSync(path, "kept");
    const nowhere = join(folder, "nowhere", "list.csv");
    expect(await list("export", nowhere)).toMatchObject({
      exitCode: 1,
      stderr: `${join(folder, "nowhere")} is not a folder that you may write to.\n`,
    });
    expect(await list("export", path)).toMatchObject({ exitCode: 1, stderr: `${path} exists: add --force to overwrite it.\n` });
    const { exitCode } = await gatehouse("list", "export", path, "--force", "--local", "--data", folder);
    expect(exitCode).toBe(1);
    expect(readFileSync(path, "utf8")).toBe("kept");
    await around.instance.dynamodb.client.call("DeleteTable", { TableName: around.instance.dynamodb.tableName });
    expect(await list("export", path, "--force")).toMatchObject({ exitCode: 1 });
    expect(await list("export", join(folder, "new.csv"))).toMatchObject({ exitCode: 1 });
    expect(readFileSync(path, "utf8")).toBe("kept");
    expect(existsSync(join(folder, "new.csv"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
