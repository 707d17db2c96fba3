import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { accessList } from "../../../features/access-list/rule";
import { packageRoot } from "../../../lib/app-root";
import * as policyTypes from "../../../lib/policy-folder/policy-types";
import type { PolicyFunction } from "../../../local/aws/functions/functions";
import { type Builder, policyBuilder } from "../../../local/reload/builder";
import { buildPolicies } from "../../../local/reload/policy-build";
import { type Reload, type ReloadReport, reloadOnSave } from "../../../local/reload/reload";
import type { Lasting } from "../../../local/run/lasting";
import { patiently } from "../../support/patience";

const folder = mkdtempSync(join(packageRoot, ".local-test-reload-"));
const file = join(folder, "policy", "before-create-user.ts");
const name = relative(packageRoot, file);
const policy = (rules: string, before = "") =>
  `import { accessList, beforeCreateUser, onlyDomains } from "entra-gatehouse";\n${before}export default beforeCreateUser([${rules}], { trust: "any" });\n`;

const told: unknown[][] = [];
let wake = () => {};
const tell = (...words: unknown[]) => {
  told.push(words);
  wake();
};
const renewed: (readonly [string, Readonly<Record<string, string>>])[] = [];
const repeats: unknown[] = [];
let warnings: readonly string[] = [];
let refused: Error | undefined;
const event = { body: "{}", requestContext: { requestTimeEpoch: 1, requestId: "first", stage: "v1" } };
let reload: Reload;
/** What builds the next policy that is saved. */
let builder: Builder;
let reloading: (lasting?: Pick<Lasting, "restart" | "latest">) => Promise<Reload>;

/** A process of its own that compiles, as people have it: where a policy ends its process, or the types are what is wrong. */
const inProcesses = policyBuilder({ clockMs: patiently.timeout });
/** The same without the seconds that a process and the compiler take. */
const here: Builder = {
  async build(order) {
    for (const loaded of Object.keys(require.cache)) if (loaded.startsWith(folder)) delete require.cache[loaded];
    const compiler = vi.spyOn(policyTypes, "checkTypesOfPolicies").mockReturnValue(undefined);
    const result = await buildPolicies(order);
    compiler.mockRestore();
    return result;
  },
  close: () => undefined,
};

beforeAll(async () => {
  mkdirSync(join(folder, "policy"));
  mkdirSync(join(folder, "common"));
  writeFileSync(join(folder, "common", "domains.ts"), 'export const domains = ["contoso.com"] as const;\n');
  writeFileSync(file, policy("accessList()"));
  const lambda: PolicyFunction["lambda"] = {
    name: "Gate",
    last: { event, at: 1 },
    load: async () => undefined,
    close: async () => undefined,
    renew: async (...given) => {
      if (refused !== undefined) throw refused;
      renewed.push(given);
    },
    invoke: async (given) => {
      repeats.push(given);
      return { outcome: { ok: true, value: { statusCode: 200 } }, output: [] };
    },
  };
  const made = {
    step: "before-create-user",
    file,
    entry: "before-create-user",
    uses: accessList().uses ?? [],
  } as const;
  const report: ReloadReport = {
    reloaded: (files, _, found) => {
      warnings = found;
      tell("reloaded", files);
    },
    repeated: (label) => tell("repeated", label),
    kept: (files, problem) => tell("kept", files, problem),
  };
  reloading = (lasting) =>
    reloadOnSave([{ made, lambda }], join(folder, "scratch"), report, lasting, {
      build: (order) => builder.build(order),
      close: () => undefined,
    });
  reload = await reloading();
});
afterAll(() => {
  reload.close();
  inProcesses.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  builder = here;
  for (const each of [told, renewed, repeats]) each.length = 0;
});

/** What is told once a file is saved. @param count of tellings */
async function saved(path: string, source: string, count: number): Promise<unknown[][]> {
  const all = new Promise<void>((resolve) => {
    wake = () => told.length >= count && resolve();
  });
  writeFileSync(path, source);
  await all;
  return told;
}

it("the start serves the saved policy, and repeats the newest call", async () => {
  builder = inProcesses;
  expect(await saved(file, policy('accessList(), onlyDomains(["contoso.com"])'), 2)).toEqual([
    ["reloaded", [name]],
    ["repeated", "before-create-user"],
  ]);
  const [[bundle, variables] = ["", {}]] = renewed;
  expect(readFileSync(bundle, "utf8")).toContain("contoso.com");
  expect(variables.POLICY_VERSION).toMatch(/^[0-9a-f]{12}$/);
  expect(repeats).toEqual([
    { body: "{}", requestContext: { requestTimeEpoch: expect.any(Number), requestId: expect.any(String), stage: "v1" } },
  ]);
  expect(repeats).not.toContainEqual(event);
  expect(reload.problem()).toBeUndefined();
});

it.each([
  {
    given: "a type that does not fit",
    source: policy("accessList()", 'const limit: number = "a";\n'),
    says: /before-create-user\.ts\(2,7\): error TS2322/,
    by: inProcesses,
  },
  { given: "what is no TypeScript", source: "export default beforeCreateUser([", says: /before-create-user\.ts/ },
  {
    given: "an error at load",
    source: policy("accessList()", 'throw new Error("too late");\n'),
    says: /before-create-user\.ts:2:7: too late/,
  },
  { given: "the end of its process", source: policy("accessList()", "process.exit(3);\n"), says: /it ends its process/, by: inProcesses },
  { given: "no rule", source: policy(""), says: /before-create-user\.ts/ },
])("the start keeps the previous policy, and says why: $given", async ({ source, says, by = here }) => {
  builder = by;
  expect(await saved(file, source, 1)).toEqual([["kept", [name], expect.stringMatching(says)]]);
  expect(reload.problem()).toMatch(says);
  expect(renewed).toEqual([]);
});

it("the start recovers from an unusable function once a file that the policy imports is saved", async () => {
  refused = new Error("the thread does not start");
  const importing = policy("onlyDomains([...domains])", 'import { domains } from "../common/domains";\n');
  expect(await saved(file, importing, 1)).toEqual([["kept", [name], "the thread does not start"]]);
  expect(reload.problem()).toBe("the thread does not start");
  refused = undefined;
  told.length = 0;
  const domains = 'export const domains = ["contoso.com", "fabrikam.com"] as const;\n';
  expect(await saved(join(folder, "common", "domains.ts"), domains, 2)).toEqual([
    ["reloaded", [name]],
    ["repeated", "before-create-user"],
  ]);
  expect(renewed.map(([bundle]) => readFileSync(bundle, "utf8").includes("fabrikam.com"))).toEqual([true]);
  expect(reload.problem()).toBeUndefined();
});

it("the start keeps the previous policy if a rule needs rights that take a restart, or if saved terms are empty", async () => {
  const terms = join(folder, "policy", "terms.en.md");
  writeFileSync(terms, "Be kind.");
  const rule = 'terms("extension_Terms", { version: "1", files: { en: "terms.en.md" } })';
  const source = policy(`accessList(), ${rule}`).replace("onlyDomains }", "onlyDomains, terms }");
  const takesRestart = /now uses .*the table ledger.*, which takes a restart/;
  expect(await saved(file, source, 1)).toEqual([["kept", [name], expect.stringMatching(takesRestart)]]);
  expect(reload.problem()).toMatch(takesRestart);
  expect(renewed).toEqual([]);
  told.length = 0;
  expect(await saved(terms, "", 1)).toEqual([["kept", [name], expect.stringMatching(/the file terms.en.md \(en\) is empty/)]]);
});

it("the start warns of likely mistakes in the served policy", async () => {
  const mistyped = policy("accessList(), validate(v.object({ jobTitel: v.optional(v.string()) }))").replace("onlyDomains }", "validate }");
  await saved(file, `import * as v from "valibot";\n${mistyped}`, 2);
  expect(warnings).toEqual([expect.stringMatching(/before-create-user\.ts:3: validate names jobTitel, .* Did you mean jobTitle\?/)]);
});

it("the start restarts if it can, and then repeats the latest request", async () => {
  reload.close();
  const lasting: Pick<Lasting, "restart" | "latest"> = { restart: () => tell("restarts") };
  reload = await reloading(lasting);
  const source = policy("accessList(), requestApproval()").replace("onlyDomains }", "requestApproval }");
  expect(await saved(file, source, 1)).toEqual([["restarts"]]);
  reload.close();
  reload = await reloading(lasting);
  await reload.replay();
  expect(told.at(-1)).toEqual(["repeated", "before-create-user"]);
  expect(repeats).toMatchObject([{ body: "{}", requestContext: { stage: "v1" } }]);
  expect(lasting.latest).toBeUndefined();
});
