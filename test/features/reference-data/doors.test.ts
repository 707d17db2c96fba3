import { toItem } from "../../../adapters/tables/item";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

// What the console's page and the command know of the same values.

const POLICY = "samples/policies/partner-codes";
const LIST = "extension_PartnerCode";
const rows = [
  { value: "FAIR", company: "Contoso", note: "spring fair", expiresAt: "2099-01-31" },
  { value: "NULL", company: "Contoso" },
  { value: "1.2E+11", company: "Contoso" },
  { value: "Mixed", company: "Contoso" },
  { value: " padded", company: "Contoso" },
  { value: "x".repeat(300), company: "Contoso" },
  { value: "EMPTY" },
  { value: "SOON", company: "Contoso", expiresAt: "soon" },
  { value: "PAST", company: "Contoso", expiresAt: "2020-01-01" },
  { value: "fair", company: "Contoso" },
];

let instance: TestInstance;
let pages: TestConsole;
beforeAll(async () => {
  [instance, pages] = await Promise.all([startInstance([], POLICY), startConsole()]);
  const policies = loadPolicyFolder(POLICY).map(({ policy }) => policy);
  Object.assign(pages.world, { policiesAt: () => policies });
  for (const row of [...rows.map((each) => ({ list: LIST, ...each })), { list: "other", value: "RED" }]) {
    await pages.put(row, "referenceData");
    await instance.dynamodb.client.call("PutItem", { TableName: "reference-data", Item: toItem(row) });
  }
});
afterAll(async () => {
  await pages.close();
  await instance.close();
});

const html = async (path: string) => (await pages.get(path, "Administrator")).text();
const listed = async (...args: string[]) => await gatehouse("invite", "codes", "list", ...args, ...instance.local);
const panel = async (value: string) =>
  (await html(`/reference-data/list?list=${LIST}&open=${encodeURIComponent(value)}`)).split("<aside")[1] ?? "";

/** Each problem as the page and the command word it. */
const problems = [
  ["what databases write for none", "what databases write for none"],
  ["has shortened", "has shortened"],
  ["in mixed case", "in mixed case"],
  ["spaces around it", "spaces around it"],
  ["never found", "never found"],
  ["is empty: this value lets nobody in", "lets nobody in"],
  ["cannot be read", "its end cannot be read"],
] as const;

it.each(rows.map(({ value }) => value))("page and command say the same of the value %s", async (value) => {
  const page = await panel(value);
  const codes = jsonLines(await listed(LIST, "--json")) as { value: string; state: string; problems?: string[] }[];
  const code = codes.find((each) => each.value === value);
  const told = (code?.problems ?? []).join("; ");
  for (const [atPage, atCommand] of problems) expect([atPage, told.includes(atCommand)]).toEqual([atPage, page.includes(atPage)]);
  expect(code?.state === "expired").toBe(/<[^>]*>Expired|expired|cannot be read/.test(page));
});

it("page and command list the same values in the same order, with end and note", async () => {
  const page = await html(`/reference-data/list?list=${LIST}`);
  const shown = [...page.matchAll(/<bdi class="value">([^<]*)<\/bdi><\/a>/g)].map(([, value = ""]) => value.slice(0, 40).trim());
  const { stdout } = await listed(LIST);
  const codes = jsonLines(await listed(LIST, "--json")) as { value: string }[];
  expect(codes.map(({ value }) => value.slice(0, 40).trim())).toEqual(shown);
  for (const text of ["2099", "spring fair"]) expect([page.includes(text), stdout.includes(text)]).toEqual([true, true]);
});

it("page and command list the lists that rules read, even without values, and say which list no rule reads", async () => {
  const bare = await startInstance([], "test/cli/policies/exact-case");
  expect(jsonLines(await gatehouse("invite", "codes", "list", "--json", ...bare.local))).toContainEqual({
    list: "extension_Code",
    values: 0,
  });
  await bare.close();
  expect(jsonLines(await listed("--json"))).toEqual(
    expect.arrayContaining([
      { list: LIST, values: rows.length },
      { list: "other", values: 1 },
    ]),
  );
  expect(await html("/reference-data/list?list=other")).toContain("No rule reads this list.");
  expect((await listed("other")).stderr).toContain("No rule of the policy reads other");
  expect((await listed(LIST)).stderr).not.toContain("No rule");
});

it("page and command tell values that differ only by case", async () => {
  expect(await panel("fair")).toMatch(/Also in this list: .*FAIR/);
  expect(await panel("FAIR")).toMatch(/Also in this list: .*fair/);
  expect(await panel("NULL")).not.toContain("Also in this list");
  const codes = jsonLines(await listed(LIST, "--json")) as { value: string; problems?: string[] }[];
  const twins = codes.filter((code) => code.problems?.some((problem) => problem.includes("only by case"))).map(({ value }) => value);
  expect(twins).toEqual(["FAIR", "fair"]);
});
