import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toRow } from "../../../adapters/tables/item";
import * as typed from "../../../cli/typed";
import { invited } from "../../../features/invitations/rule";
import { columnsIn } from "../../../features/reference-data/row";
import { referenceDataStore } from "../../../features/reference-data/store";
import { addedValues } from "../../../features/reference-data/world";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";

let instance: TestInstance;
let folder: string;
beforeAll(async () => {
  instance = await startInstance([], "test/cli/policies/tables");
  folder = mkdtempSync(join(tmpdir(), "gatehouse-codes-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await instance.close();
});

const create = (...args: string[]) => gatehouse("invite", "codes", "create", ...args, ...instance.local);
async function rowsOf(list: string) {
  const rows = [];
  for await (const page of referenceDataStore(instance.dynamodb.client, "reference-data").valuesOf(list)) rows.push(...page.map(toRow));
  return rows;
}

it("creates the requested number of codes, in the table and in a file that only its owner can read", async () => {
  const out = join(folder, "codes.csv");
  const ran = await create(
    "extension_Code",
    "--count",
    "120",
    "--expires",
    "2099-01-31",
    "--note",
    "fair, =2",
    "--prefix",
    "FAIR26",
    "--out",
    out,
  );
  expect(ran).toMatchObject({ exitCode: 0, stdout: `Made 120 codes in extension_Code; ${out} has them.\n` });
  const rows = await rowsOf("extension_Code");
  expect(rows).toHaveLength(120);
  for (const row of rows)
    expect(row).toEqual({
      list: "extension_Code",
      value: expect.stringMatching(/^FAIR26[34679AC-HJKMNP-RTVWXY]{12}$/),
      note: "fair, =2",
      expiresAt: "2099-01-31",
    });
  const [header, ...lines] = readFileSync(out, "utf8").trim().split("\r\n");
  expect(header).toBe("list,value,note,expiresAt");
  expect(lines.map((line) => line.split(",")[1]).sort()).toEqual(rows.map(({ value }) => value));
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const again = await gatehouse("table", "import", "reference-data", out, ...instance.local);
  expect(again.stdout).toContain("120 are as in the file already");
});

it.each([[], ["--out", "-"]])("writes CSV to standard output without a file: %s", async (...out) => {
  const { stdout } = await create("plain", "--count", "3", "--length", "8", ...out);
  expect(stdout).toMatch(/^list,value,note,expiresAt\r\n(plain,[3-9A-Y]{8},,\r\n){3}$/);
});

it("reports that no rule of the policy reads the list, and suggests lists", async () => {
  const said = async (list: string) => (await create(list, "--count", "1")).stderr;
  expect(await said("extension_Cod")).toContain(
    "No rule of the policy reads extension_Cod, so its codes let nobody in yet. Did you mean extension_Code?\n",
  );
  expect(await said("extension_Code")).not.toContain("No rule");
  const partners = await startInstance([], "samples/policies/partner-codes");
  const { stderr } = await gatehouse("invite", "codes", "create", "extension_PartnerCode", "--count", "1", ...partners.local);
  await partners.close();
  expect(stderr).toContain(
    "They let nobody in until their rows have company: add that to the file, then table import reference-data FILE.",
  );
  expect(columnsIn([{ rules: [invited()] }])).toEqual([{ list: "extension_InvitationCode", of: {}, withoutSpaces: true }]);
});

it("prints one object for each code with --json, without a file", async () => {
  const { stdout } = await create("objects", "--count", "2", "--note", "spring fair", "--json");
  const printed = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(printed).toHaveLength(2);
  expect(await rowsOf("objects")).toEqual(expect.arrayContaining(printed));
});

it("has the codes in the file if the table fails, and explains how to continue", async () => {
  const out = join(folder, "kept.csv");
  const { make } = addedValues;
  const members = vi
    .spyOn(addedValues, "make")
    .mockImplementation((place) => ({ ...make(place), add: () => Promise.reject(new Error("down")) }));
  const ran = await create("lost", "--count", "2", "--out", out);
  members.mockRestore();
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`table import reference-data ${out}`) });
  expect(readFileSync(out, "utf8").split("\r\n")).toHaveLength(4);
});

it.each([
  { given: "none", args: ["--count", "0"], says: "Use a whole number from 1" },
  { given: "too many", args: ["--count", "100001"], says: "at most 100000" },
  { given: "a past end", args: ["--count", "1", "--expires", "2020-01-01"], says: "is past" },
  { given: "no time", args: ["--count", "1", "--expires", "soon"], says: "is not a time" },
  { given: "a short code", args: ["--count", "1", "--length", "6"], says: "from 8 to 64" },
  { given: "a prefix in lower case", args: ["--count", "1", "--prefix", "fair"], says: "capital letters and digits" },
])("creates no code with $given", async ({ args, says }) => {
  expect(await create("refused", ...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(await rowsOf("refused")).toEqual([]);
});

it("overwrites no file", async () => {
  const out = join(folder, "codes.csv");
  expect(existsSync(out)).toBe(true);
  expect(await create("refused", "--count", "1", "--out", out)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("exists") });
});

it("prints an end by this machine's clock too where the two differ", async () => {
  // A zone of a suite's own would depend on the suites before it: formats of times are kept.
  const local = vi.spyOn(typed, "localEnd").mockReturnValue("2099-12-24 18:00:00 UTC-08:00");
  const { stderr } = await create("zoned", "--count", "1", "--expires", "2099-12-25T02:00Z");
  local.mockRestore();
  expect(stderr).toContain("They end at 2099-12-25T02:00Z, by this machine's clock 2099-12-24 18:00:00 UTC-08:00.\n");
});
