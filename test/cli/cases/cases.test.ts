import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCases } from "../../../cli/cases/run";
import { packageRoot } from "../../../lib/package-root";
import { gatehouse, jsonLines } from "../support";

const policies = "test/cli/policies";

describe("the policy that ships", () => {
  it("has cases at both steps, of every kind", async () => {
    const results = await runCases("policy");
    expect(new Set(results.map(({ step, expected }) => `${step}: ${expected}`))).toEqual(
      new Set([
        "after-sign-in: continue",
        "after-sign-in: block",
        "before-create-user: continue",
        "before-create-user: block",
        "before-create-user: invalid",
      ]),
    );
  });

  it("answers every case as its folder claims", async () => {
    expect((await runCases("policy")).filter(({ right }) => !right)).toEqual([]);
  });

  it("passes the command", async () => {
    const { exitCode, stdout } = await gatehouse("test");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("ok    block/nobody-speaks-of-them.json (before-create-user): block access-list.unlisted by access-list\n");
    expect(stdout).toMatch(/\n(\d+) of \1 cases are right\.\n$/);
  });
});

it("gives cases the profiles and reference data of their folder", async () => {
  expect(await runCases(`${policies}/tables`)).toEqual([
    expect.objectContaining({ name: "block/no-profile.json", right: true, got: "block lookup.not-found by lookup" }),
    expect.objectContaining({ name: "continue/known.json", right: true }),
    expect.objectContaining({
      name: "invalid/other-code.json",
      right: true,
      got: "invalid value.not-permitted (extension_Code) by permitted-value",
    }),
  ]);
});

describe("a policy with wrong cases", () => {
  it.each([
    { name: "block/relay.json", right: true, got: "block access-list.denied by access-list" },
    { name: "block/no-address.json", right: true, got: "block request.email by the request itself" },
    { name: "continue/denied.json", right: false, got: "block access-list.denied by access-list" },
    { name: "invalid/blocked-instead.json", right: false, got: "block access-list.denied by access-list" },
    {
      name: "continue/gets-as-far-as-the-oracle.json",
      right: false,
      got: "no answer: the rule ask-outside uses oracle, which cases do not call",
    },
    { name: "block/rule-that-throws.json", right: false, got: "no answer: the rule breaks-for-lee failed: no answer for this one" },
    { name: "after-sign-in/continue/no-such-step.json", right: false, got: "nothing: the policy has no after-sign-in.ts" },
  ])("finds $name right: $right", async ({ name, right, got }) => {
    const results = await runCases(`${policies}/odd`);
    expect(results.find((result) => result.name === name)).toMatchObject({ right, got });
  });

  it("fails the command with what differs", async () => {
    const { exitCode, stdout } = await gatehouse("test", "--policy", `${policies}/odd`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "WRONG continue/denied.json (before-create-user): expected continue, got block access-list.denied by access-list\n",
    );
    expect(stdout).toMatch(/\n2 of 7 cases are right\.\n$/);
  });

  it("answers JSON, a case a line", async () => {
    const ran = await gatehouse("test", "--policy", `${policies}/odd`, "--json");
    expect(ran.exitCode).toBe(1);
    expect(jsonLines(ran)).toHaveLength(7);
    expect(jsonLines(ran)).toContainEqual({
      name: "block/relay.json",
      step: "before-create-user",
      expected: "block",
      right: true,
      got: "block access-list.denied by access-list",
    });
  });
});

it("names the line where a case is no JSON", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-cases-"));
  const policy = join(packageRoot, policies, "odd", "before-create-user");
  writeFileSync(join(folder, "before-create-user.ts"), `export { default } from ${JSON.stringify(policy)};\n`);
  mkdirSync(join(folder, "cases", "block"), { recursive: true });
  writeFileSync(join(folder, "cases", "access-list.csv"), "entry,effect\n");
  writeFileSync(join(folder, "cases", "block", "no-json.json"), '{\n  "email": "kim@duck.com",\n  oops\n}\n');
  expect(await runCases(folder)).toEqual([
    expect.objectContaining({ right: false, got: expect.stringMatching(/block\/no-json\.json:3: /) }),
  ]);
  rmSync(folder, { recursive: true });
});

it("runs cases in no step's folder at the only step there is", async () => {
  expect(await runCases(`${policies}/only-after-sign-in`)).toEqual([expect.objectContaining({ step: "after-sign-in", right: true })]);
});

it.each([
  { policy: "no-cases", says: "has no cases: put requests into" },
  { policy: "unknown-folder", says: /cases\/blocked: a folder of cases holds continue, block, invalid/ },
  { policy: "two-rows-one-entry", says: /access-list\.csv: two rows mean the entry contoso\.com/ },
  { policy: "unreadable-list", says: /access-list\.csv:2: effect is neither allow nor deny/ },
  { policy: "missing", says: "There is no policy folder" },
])("fails on the policy $policy", async ({ policy, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse("test", "--policy", `${policies}/${policy}`);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(says);
});
