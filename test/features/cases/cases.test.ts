import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MockInstance } from "vitest";
import { packageRoot } from "../../../lib/app-root";
import type { GatehouseSettings } from "../../../lib/gatehouse-stack";
import * as policyTypes from "../../../lib/policy-folder/policy-types";
import * as settingsModule from "../../../lib/settings";
import { runCases } from "../../../local/cases/run";
import * as supervised from "../../../local/cases/supervised";
import { gatehouse, jsonLines } from "../../cli/support";

let settings: GatehouseSettings;
beforeEach(() => {
  settings = { policy: "policy" };
  vi.spyOn(settingsModule, "settingsIn").mockImplementation(() => settings);
});
afterEach(() => vi.restoreAllMocks());

/** The compiler takes most of the time, and a thread loads the package anew: they run for the tests that are about them. */
let compiler: MockInstance;
let threads: MockInstance;
const withTheCompiler = () => compiler.mockRestore();
const inThreads = () => threads.mockRestore();
beforeEach(() => {
  compiler = vi.spyOn(policyTypes, "checkTypesOfPolicies").mockReturnValue(undefined);
  threads = vi.spyOn(supervised, "runSupervised").mockImplementation(({ folder, gate }) => runCases(folder, gate));
});

const policies = "test/cli/policies";

it("gatehouse test passes the default policy, and lists the parts that its cases do not cover", async () => {
  withTheCompiler();
  inThreads();
  const { exitCode, stdout, stderr } = await gatehouse("test");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain(
    "ok    an address that no entry names is blocked (before-create-user): block access-list.unlisted by access-list\n",
  );
  // Nothing follows the cases that could read as a fault.
  expect(stdout).toMatch(/\nok .*\n(\d+) of \1 cases are right\.\n$/);
});

it.each([
  { given: { gatez: {} }, says: "Gatehouse's option gatez is unknown: did you mean gates?" },
  { given: { decisionDays: "90" }, says: 'Gatehouse\'s option decisionDays is "90"; it must be a whole number from 1 to 36500.' },
])("gatehouse test refuses the settings $given, as synth does", async ({ given, says }) => {
  settings = { policy: "policy", ...(given as object) };
  expect(await gatehouse("test")).toEqual({ exitCode: 1, stdout: "", stderr: `${says}\n` });
});

it("gatehouse test warns of names that look mistyped, and accepts correct ones", async () => {
  const folder = mkdtempSync(join(packageRoot, ".local-test-cases-"));
  try {
    cpSync(join(packageRoot, "policy"), folder, { recursive: true });
    const file = join(folder, "before-create-user.ts");
    writeFileSync(file, readFileSync(file, "utf8").replace("displayName: titleCase", "displayName: titleCase, dispalyName: titleCase"));
    const { exitCode, stderr } = await gatehouse("test", "--policy", folder);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/^Warning: .*before-create-user\.ts:\d+: format names dispalyName, .* Did you mean displayName\?\n$/),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  { given: "asks nobody", base: "policy", rows: ["wait.example,approval,,"], says: "access-list.csv: wait.example: No approver is asked" },
  {
    given: "asks nobody about two",
    base: "policy",
    rows: ["wait.example,approval,,", "other.example, Approval,,"],
    says: "access-list.csv: wait.example and 1 more: No approver",
  },
  { given: "asks nobody, for a row of another gate", base: "policy", rows: ["wait.example,approval,suppliers,"], says: undefined },
  { given: "asks nobody, for a row whose end is over", base: "policy", rows: ["wait.example,approval,,2020-01-01"], says: undefined },
  { given: "asks nobody, for a deny", base: "policy", rows: ["wait.example,deny,,"], says: undefined },
  { given: "asks an approver", base: "samples/policies/who-open", rows: ["wait.example,approval,,"], says: undefined },
])(
  "gatehouse test warns of a valid entry with effect approval if nobody would be asked: the policy $given",
  async ({ base, rows, says }) => {
    const folder = mkdtempSync(join(packageRoot, ".local-test-cases-"));
    try {
      cpSync(join(packageRoot, base), folder, { recursive: true });
      writeFileSync(join(folder, "cases", "access-list.csv"), `entry,effect,gates,expiresAt\n${rows.join("\n")}\n`);
      const { stdout, stderr } = await gatehouse("test", "--policy", folder);
      expect(stdout).toMatch(/cases are right\.\n$/);
      if (says === undefined) expect(stderr).not.toContain("approver is asked");
      else expect(stderr.match(/^Warning: .*approver is asked.*$/gm)).toEqual([expect.stringContaining(says)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

describe("a policy with wrong cases", () => {
  it("makes the command fail, with the differences", async () => {
    inThreads();
    const { exitCode, stdout } = await gatehouse("test", "--policy", `${policies}/odd`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      [
        "WRONG a denied person gets in (before-create-user): got block access-list.denied by access-list",
        `      ${policies}/odd/cases/odd.json:14`,
        "      verdict",
        '        - expected "continue"',
        '        + got      "block"',
        "",
      ].join("\n"),
    );
    expect(stdout).toMatch(/\n2 of 9 cases are right\.\n$/);
  });

  it("is reported in JSON, one case a line, then the uncovered parts", async () => {
    const ran = await gatehouse("test", "--policy", `${policies}/odd`, "--json");
    expect(ran.exitCode).toBe(1);
    expect(jsonLines(ran)).toHaveLength(10);
    expect(jsonLines(ran)[0]).toEqual({
      name: "a relay is blocked",
      file: `${policies}/odd/cases/odd.json`,
      line: 4,
      step: "before-create-user",
      right: true,
      got: "block access-list.denied by access-list",
      differences: [],
      notes: [],
    });
    expect(jsonLines(ran).at(-1)).toEqual({
      coverage: {
        rules: [{ step: "before-create-user", name: "ask-outside" }],
        // Its list lets people continue that no entry names.
        reasons: [],
      },
    });
  });
});

it.each([
  { policy: "no-cases", says: "has no cases: put files of cases into" },
  { policy: "unknown-folder", says: /cases\/blocked: a folder of cases holds files that end in .json/ },
  { policy: "two-rows-one-entry", says: /access-list\.csv: two rows mean the entry contoso\.com/ },
  { policy: "unreadable-list", says: /access-list\.csv:2: effect is none of allow, approval and deny/ },
  { policy: "missing", says: "There is no policy folder" },
  { policy: "open", says: /open\/before-create-user\.ts:4:\d+: The policy for before-create-user lets everybody in/ },
])("gatehouse test fails on the policy $policy", async ({ policy, says }) => {
  if (policy === "open") inThreads();
  const { exitCode, stdout, stderr } = await gatehouse("test", "--policy", `${policies}/${policy}`);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain("GATEHOUSE_DEBUG");
});

it.each([
  { mistake: "a rule's option", rules: "validate(3)", says: /after-sign-in\.ts:2:\d+: validate needs a Standard Schema/ },
  { mistake: "a type", rules: "accessList(), ...([] as number[])", says: /after-sign-in\.ts\(2,\d+\): error TS2322/ },
  { mistake: "an import", rules: "acessList()", says: /after-sign-in\.ts\(1,\d+\): error TS2724: .* Did you mean 'accessList'\?/ },
  { mistake: "a package's member", rules: "accessList.of()", says: /after-sign-in\.ts\(2,\d+\): error TS2339/ },
])("gatehouse test reports the clearer error, that of loading or that of compiling: a mistake in $mistake", async ({ rules, says }) => {
  withTheCompiler();
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-cases-"));
  const names = rules.startsWith("acess") ? "acessList" : "accessList, validate";
  const policy = `import { afterSignIn, ${names} } from "entra-gatehouse";\nexport default afterSignIn([${rules}], { trust: "any" });\n`;
  writeFileSync(join(folder, "after-sign-in.ts"), policy);
  const { exitCode, stdout, stderr } = await gatehouse("test", "--policy", folder);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(says);
  rmSync(folder, { recursive: true });
});

describe("options of gatehouse test", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-cases-"));
  const cases = join(folder, "cases", "listed.json");
  beforeAll(() => cpSync(join(packageRoot, policies, "one-step"), folder, { recursive: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    { args: [], exitCode: 0 },
    { args: ["--require-coverage"], exitCode: 0 },
    { args: ["--require-coverage", "reasons"], exitCode: 2 },
  ])("end with exit code $exitCode for $args if a reason is not covered", async ({ args, exitCode }) => {
    expect(await gatehouse("test", "--policy", folder, ...args)).toMatchObject({ exitCode });
  });

  it("--update corrects wrong cases, shows the changes, and leaves the rest of the file unchanged", async () => {
    const before = readFileSync(cases, "utf8");
    writeFileSync(cases, before.replace('"continue"', '"block"'));
    const { exitCode, stdout } = await gatehouse("test", "--policy", folder, "--update");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("WRONG");
    expect(stdout).toContain('updated listed\n      - verdict: "block"\n      + verdict: "continue"\n      + attributes: {}\n');
    expect(stdout).toMatch(/1 of 1 cases are right, 1 of them as updated: review them\.\n$/);
    const bare = (text: string) => text.replace(/\s/g, "");
    expect(bare(readFileSync(cases, "utf8"))).toBe(bare(before).replace('"continue"', '"continue","attributes":{}'));
  });
});

describe("gatehouse test in an app with gates", () => {
  const tables = "test/cli/policies/tables";
  beforeEach(() => {
    settings = { policy: tables, gates: { suppliers: { policy: "test/cli/policies/one-step" }, partners: { policy: tables } } };
  });

  const gatesRun = async (...args: string[]) => [
    ...new Set(
      (jsonLines(await gatehouse("test", "--json", ...args)) as { gate?: string; name?: string }[]).flatMap(({ gate = "default", name }) =>
        name === undefined ? [] : gate,
      ),
    ),
  ];

  it.each([
    { args: [], runs: ["default", "suppliers", "partners"] },
    { args: ["--gate", "suppliers"], runs: ["suppliers"] },
    { args: ["--gate", "default"], runs: ["default"] },
    { args: ["--policy", tables], runs: ["default"] },
    { args: ["--policy", tables, "--gate", "suppliers"], runs: ["suppliers"] },
  ])("runs the cases of $runs with $args", async ({ args, runs }) => expect(await gatesRun(...args)).toEqual(runs));

  it("names the gate of each case", async () => {
    const { exitCode, stdout } = await gatehouse("test");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok {4}no profile \(/m);
    expect(stdout).toMatch(/^ok {4}suppliers: listed \(/m);
  });

  it("reports a gate without cases", async () => {
    settings = { ...settings, gates: { suppliers: { policy: "test/cli/policies/no-cases" } } };
    expect(await gatehouse("test")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("test/cli/policies/no-cases has no cases"),
    });
  });

  it("fails if synth refuses a gate", async () => {
    settings = { ...settings, gates: { suppliers: tables } as never };
    expect(await gatehouse("test")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: 'Gatehouse\'s option gates.suppliers is "test/cli/policies/tables"; it must be an object, { policy: … }.\n',
    });
  });

  it("lists the existing gates if a gate is unknown", async () => {
    const { stderr } = await gatehouse("test", "--gate", "customers");
    expect(stderr).toContain("There is no gate customers: there are default, suppliers, partners.");
  });
});
