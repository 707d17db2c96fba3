import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { isFileName, writeNew } from "../../../local/policies/files";
import { peopleIn } from "../../../local/workbench/bench";

const scratch = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

describe("isFileName", () => {
  it.each(["kim", "Kim-2", "a".repeat(60), "wrong-code"])("accepts %s", (name) => expect(isFileName(name)).toBe(true));
  it.each([
    "",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "a.b",
    ".hidden",
    "-x",
    "x-",
    "a--b",
    "con",
    "NUL",
    "com1",
    "a b",
    "é",
    "a\u0000b",
    "a".repeat(61),
    "x\n",
  ])("refuses %j", (name) => {
    expect(isFileName(name)).toBe(false);
    expect(writeNew(join(scratch, "refused"), name, "{}")).toEqual({ ok: false, why: "name", detail: name });
    expect(() => statSync(join(scratch, "refused"))).toThrow();
  });
});

describe("writeNew", () => {
  it("creates the folder and a file that a team can read", () => {
    const folder = join(scratch, "new", "people");
    expect(writeNew(folder, "kim", "{}\n")).toEqual({ ok: true, file: join(folder, "kim.json") });
    expect(statSync(join(folder, "kim.json")).mode & 0o777).toBe(0o644);
  });

  it("never overwrites an existing file", () => {
    writeFileSync(join(scratch, "there.json"), "mine");
    expect(writeNew(scratch, "there", "{}")).toEqual({ ok: false, why: "exists", detail: join(scratch, "there.json") });
    expect(readFileSync(join(scratch, "there.json"), "utf8")).toBe("mine");
  });

  it("says why a file cannot be written", () => {
    writeFileSync(join(scratch, "a-file"), "");
    const path = join(scratch, "a-file", "x.json");
    expect(writeNew(join(scratch, "a-file"), "x", "{}")).toEqual({ ok: false, why: "file", detail: expect.stringContaining(path) });
  });
});

describe("peopleIn", () => {
  it("reads the usable files, and reports the mistake and place in each other file", async () => {
    const folder = join(scratch, "people");
    mkdirSync(folder);
    const good = { title: "Good", tenant: "b2c", gate: "suppliers", issuer: "mail", email: "kim@contoso.com" };
    const files: Readonly<Record<string, string>> = {
      "good.json": JSON.stringify(good),
      "no-json.json": '{\n  "email": kim\n}',
      "unknown-key.json": JSON.stringify({ ...good, mail: "x" }),
      "odd-tenant.json": JSON.stringify({ ...good, tenant: "saml" }),
      "list.json": "[]",
      ".hidden.json": "no",
      "notes.txt": "no",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { people, flaws } = await peopleIn(folder);
    expect(people).toEqual([
      expect.objectContaining({
        name: "good",
        title: "Good",
        tenant: "b2c",
        gate: "suppliers",
        person: expect.objectContaining({ email: "kim@contoso.com" }),
      }),
    ]);
    expect(flaws).toEqual([
      `${join(folder, "list.json")}: issuer is missing; email is missing`,
      expect.stringContaining(`${join(folder, "no-json.json")}:2: `),
      `${join(folder, "odd-tenant.json")}: tenant must be one of workforce, b2c, external-tenant`,
      `${join(folder, "unknown-key.json")}: mail is unknown`,
    ]);
  });

  it("finds nobody if the folder does not exist", async () => {
    expect(await peopleIn(join(scratch, "none"))).toEqual({ people: [], flaws: [] });
  });

  it.each(["policy", "samples/policies/approval", "samples/policies/permitted-values"])(
    "reads every person that %s ships",
    async (policy) => {
      const { people, flaws } = await peopleIn(join(packageRoot, policy, "people"));
      expect(flaws).toEqual([]);
      expect(people.length).toBeGreaterThan(0);
      for (const { title } of people) expect(title).toMatch(/^[A-Z][a-z ]+: /);
    },
  );
});
