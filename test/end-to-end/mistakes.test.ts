import { mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { GatehouseStack } from "../../lib/gatehouse-stack";
import { runApp } from "../../lib/run-app";
import { buildPolicies } from "../../local/reload/policy-build";
import { gatehouse } from "../cli/support";
import { writeInto } from "../support/policy-folder";

// Each kind of mistake as its author reads it: by `gate test`, by synth, and of a policy that is saved while `npm start` runs.

const folder = mkdtempSync(join(packageRoot, ".local-test-mistakes-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const imports =
  'import { accessList, afterSignIn, ask, beforeCreateUser, defineRule, onlyDomains, pass, requestApproval } from "entra-gatehouse";\n';
const policy = (rules = "", before = "") =>
  `${imports}${before}export default beforeCreateUser([accessList()${rules}], { trust: "any" });\n`;

interface Kind {
  readonly kind: string;
  readonly source: string;
  /** After the folder's name. */
  readonly says: string | RegExp;
  readonly more?: Readonly<Record<string, unknown>>;
}

const kinds: readonly Kind[] = [
  {
    kind: "an option that there is not",
    source: policy(', onlyDomains(["contoso.com"], { subdomain: true })'),
    says: 'before-create-user.ts:2:48: onlyDomains has no option "subdomain": write one of subdomains, otherwise, unless, trust. Did you mean subdomains?',
  },
  {
    kind: "a type alone",
    source: policy(", requestApproval({ unless: async () => true })"),
    says: /^before-create-user\.ts\(2,\d+\): error TS2322: .*\n .*\n {4}Type 'Promise<boolean>' is not assignable to type 'boolean'\.$/,
  },
  {
    kind: "an answer that is missing",
    source: policy(', defineRule("own", ({ now }) => { if (now.getUTCHours() > 8) return pass(); })'),
    says: /^before-create-user\.ts\(2,\d+\): error TS2345: [^\n]*\n .*\n .*'undefined' is not assignable [^\n]*$/,
  },
  {
    kind: "a rule for the other step",
    source: policy(),
    more: {
      "after-sign-in.ts": `${imports}export default afterSignIn([accessList(), defineRule("own", () => ask({ jobTitle: "Yours?" }))], { trust: "any" });\n`,
    },
    says: "after-sign-in.ts(2,43): A rule that answers ask or approval cannot stand in after-sign-in.ts: write it in before-create-user.ts.",
  },
  {
    kind: "options among the rules",
    source: policy(', { trust: ["mail"] }'),
    says: "before-create-user.ts:2:16: The policy for before-create-user has the option trust among its rules: write options after the list, as in [accessList()], { trust: … }.",
  },
  {
    kind: "a mistyped import",
    source: policy().replaceAll("accessList", "acessList"),
    says: /^before-create-user\.ts\(1,\d+\): error TS2724: '"entra-gatehouse"' has no exported member named 'acessList'\. Did you mean 'accessList'\?$/,
  },
  {
    kind: "a syntax error",
    source: policy(' onlyDomains(["contoso.com"])'),
    says: 'before-create-user.ts:2:46: Expected "]" but found "onlyDomains"',
  },
  {
    kind: "a package that is not there",
    source: `import "left-pad";\n${policy()}`,
    says: `before-create-user.ts:1: Cannot find module 'left-pad'\nIs it a package that is not installed yet? Run "npm install left-pad".`,
  },
  {
    kind: "a file that is not there",
    source: policy("", 'import "./people";\n'),
    says: "before-create-user.ts:2: Cannot find module './people'",
  },
  {
    kind: "a mistake in a file that it imports",
    source: policy(", only", 'import { only } from "./only";\n'),
    more: { "only.ts": 'import { onlyDomains } from "entra-gatehouse";\nexport const only = onlyDomains(["*.contoso.com"]);\n' },
    says: 'only.ts:2:21: onlyDomains: "*.contoso.com" is not a domain; write "contoso.com": for its subdomains, too, set subdomains: true.',
  },
  {
    kind: "the CDK app's exports",
    source: `import { runApp } from "entra-gatehouse/cdk";\n${policy("", "void runApp;\n")}`,
    says: 'before-create-user.ts:1: entra-gatehouse/cdk is for the CDK app: a policy imports from "entra-gatehouse".',
  },
  {
    kind: "an error of its own",
    source: policy("", 'throw new Error("Which domains?");\n'),
    says: "before-create-user.ts:2:7: Which domains?",
  },
  {
    kind: "a policy that lets everybody in",
    source: policy().replace("accessList()", 'accessList({ otherwise: "continue" })'),
    says: /^before-create-user\.ts:2:16: The policy for before-create-user lets everybody in: [^\n]*$/,
  },
  {
    kind: "no word on whose word counts",
    source: policy().replace(', { trust: "any" }', ""),
    says: /^before-create-user\.ts:2:16: The policy for before-create-user goes by addresses [^\n]*\n {2}\{ trust: [^\n]*\n {2}\{ trust: [^\n]*$/,
  },
  {
    kind: "a list that is not a policy",
    source: policy().replace("beforeCreateUser([accessList()]", "([accessList()]"),
    says: "before-create-user.ts: it must export a policy: write export default beforeCreateUser([…]).",
  },
];

/** By `gate test`, in a thread of its own, as on a command line. */
async function readInTest(shown: string): Promise<string> {
  const { exitCode, stdout, stderr } = await gatehouse("test", "--policy", shown);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  return stderr;
}

/** By an app as `init` writes it. */
function readInSynth(shown: string, options: object = {}): string {
  let said = "";
  vi.spyOn(console, "error").mockImplementation((text) => {
    said += `${text}\n`;
  });
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  expect(() => runApp((app) => void new GatehouseStack(app, "Gatehouse", { policy: shown, ...options }))).toThrow("exit 1");
  return said;
}

/** By the process that builds what was saved. */
async function readInStart(file: string): Promise<string> {
  const step = { step: "before-create-user", file, entry: "before-create-user", uses: [] } as const;
  const result = await buildPolicies({ functions: [step], outDir: join(folder, "built") });
  return result.ok ? "" : `${result.problem}\n`;
}

it.each(kinds)(
  "$kind is reported alike by tests, synth and npm start, with its place, in at most three lines",
  async ({ kind, source, says, more = {} }) => {
    const below = kind.replace(/\W+/g, "-");
    const shown = join(relative(packageRoot, folder), below);
    const file = join(folder, below, "before-create-user.ts");
    for (const [name, content] of Object.entries({ "before-create-user.ts": source, ...more }))
      writeInto(join(folder, below), name, content);
    const said = await readInTest(shown);
    expect(said.replaceAll(`${shown}/`, "").trimEnd()).toEqual(typeof says === "string" ? says : expect.stringMatching(says));
    expect(said.trimEnd().split("\n").length).toBeLessThanOrEqual(3);
    expect(readInSynth(shown)).toBe(said);
    expect(await readInStart(file)).toBe(said);
  },
);

it("a mistyped word in a case is reported with its place", async () => {
  const shown = join(relative(packageRoot, folder), "cases");
  const one = { name: "one", request: { email: "kim@contoso.com" }, expects: { verdict: "block" } };
  writeInto(join(folder, "cases"), "before-create-user.ts", policy());
  writeInto(join(folder, "cases"), "cases/one.json", { cases: [one] });
  expect(await readInTest(shown)).toBe(`${shown}/cases/one.json:8: cases[0].expects is unknown: did you mean expect?\n`);
});

it.each([
  {
    what: "the CDK refuses",
    options: { stackName: "my_stack" },
    says: /^Stack name must match [^\n]*got 'my_stack' \([^\n]*GATEHOUSE_DEBUG=1 shows where\)\n$/,
  },
  {
    what: "there is not",
    options: { alarmMail: "it@contoso.com" },
    says: /^Gatehouse's option alarmMail is unknown: did you mean alarmEmail\?\n$/,
  },
])("an option that $what is reported in one sentence", ({ options, says }) => expect(readInSynth("policy", options)).toMatch(says));
