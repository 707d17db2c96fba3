import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { installCaseTime } from "../../../local/cases/case-time";
import { rowsInFolder } from "../../../local/cases/rows";
import type { JudgedPolicy, Pair, TriedSignUp } from "../../../local/counterexamples/judge";
import { searchSignUps } from "../../../local/counterexamples/search";
import { policyFolder, removePolicyFolders } from "../../support/policy-folder";
import { type DraftPatch, defects, refactorings } from "./drafts";

const now = new Date("2026-06-15T12:00:00Z");
const own = ["roster", "listed"];

afterAll(removePolicyFolders);

const bases = new Map<string, Promise<JudgedPolicy>>();

async function policyIn(folder: string): Promise<JudgedPolicy> {
  return {
    policy: loadPolicyFolder(folder),
    rows:
      own.some((name) => folder.endsWith(name)) || folder.includes("gatehouse-policy-") ? await rowsInFolder(join(folder, "cases")) : {},
  };
}

function folderOf(base: string): string {
  return join(packageRoot, own.includes(base) ? "test/local/counterexamples/policies" : "samples/policies", base);
}

/** As a search by hand, without the cases that the samples have; the same number of sign-ups each time. */
async function found(
  { base, file = "before-create-user.ts", from, to, imports = "" }: DraftPatch,
  directions: readonly ("admitted" | "refused")[],
  most: number,
) {
  installCaseTime();
  const folder = folderOf(base);
  const text = readFileSync(join(folder, file), "utf8");
  expect(text.split(from)).toHaveLength(2);
  const draft = policyFolder({ [file]: imports + text.replace(from, () => to) }, folder);
  if (!bases.has(base)) bases.set(base, policyIn(folder));
  return await foundBetween([await (bases.get(base) as Promise<JudgedPolicy>), await policyIn(draft)], directions, most);
}

async function foundBetween(
  policies: Pair<JudgedPolicy>,
  directions: readonly ("admitted" | "refused")[],
  most: number,
  accepted: readonly TriedSignUp[] = [],
) {
  return await searchSignUps(policies, {
    now,
    gate: undefined,
    directions,
    accepted: accepted.map((candidate) => ({ candidate, verdict: "continue" })),
    mayTry: (tried) => tried < most,
  });
}

describe("the search finds a person whom a draft admits or refuses by mistake", () => {
  it.each(defects)("$base: $what", async ({ finds, ...patch }) => {
    const result = await found(patch, [finds], 4_000);
    expect(result.found.map(({ direction }) => direction)).toEqual([finds]);
  });
});

describe("the search finds nobody if a draft means the same in other words", () => {
  it.each(refactorings)("$base: $what", async (patch) => {
    const { found: people } = await found(patch, ["admitted", "refused"], 80);
    expect(people.map(({ candidate }) => candidate)).toEqual([]);
  });
});

it.each([
  { what: "data beside the policy", files: { "domains.json": '["contoso.com"]' }, from: "./domains.json" },
  { what: "a file of rules elsewhere", files: { "common/domains.ts": 'export default ["contoso.com"];' }, from: "../common/domains" },
  {
    what: "what such a file imports",
    files: { "common/index.ts": 'export { default } from "./all";', "common/all.ts": 'export default ["contoso.com"];' },
    from: "../common",
  },
])("policies that differ only in $what are not equal", async ({ files, from }) => {
  const folder = from.startsWith("../") ? "policy" : ".";
  const text = `import { beforeCreateUser, onlyDomains } from "entra-gatehouse";
import domains from "${from}";
export default beforeCreateUser([onlyDomains(domains)], { trust: "any" });
`;
  const loaded = async (domains: string) => {
    const contents = Object.entries(files).map(([name, each]) => [name, each?.replace('"contoso.com"', domains)]);
    return await policyIn(join(policyFolder({ [`${folder}/before-create-user.ts`]: text, ...Object.fromEntries(contents) }), folder));
  };
  const one = await loaded('"contoso.com"');
  const policies = [one, await loaded('"contoso.com", "fabrikam.com"')] as const;
  expect(await foundBetween([one, await loaded('"contoso.com"')], ["admitted"], 500)).toMatchObject({ isSame: true, tried: 0 });
  const { isSame, found: people } = await foundBetween(policies, ["admitted"], 500);
  expect(isSame).toBe(false);
  expect(people.map(({ candidate }) => candidate.request.email)).toEqual(["kim@fabrikam.com"]);
});

it("policies that differ only in comments and types are equal", async () => {
  const loaded = async (rules: string) => {
    const text = `import { beforeCreateUser, onlyDomains } from "entra-gatehouse";\n${rules}`;
    return await policyIn(policyFolder({ "before-create-user.ts": text }));
  };
  const policies = [
    await loaded('const ours = ["contoso.com"];\nexport default beforeCreateUser([onlyDomains(ours)], { trust: "any" });\n'),
    await loaded(
      `// Ours.\nconst ours: string[] = ['contoso.com'];\nexport default beforeCreateUser([onlyDomains(ours)], { trust: "any" });\n`,
    ),
  ] as const;
  expect(await foundBetween(policies, ["admitted"], 500)).toMatchObject({ isSame: true, tried: 0 });
});

it("the search finds further differences of a rule even if one of the rule's differences is accepted", async () => {
  const loaded = async (decides: string) => {
    const text = `import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";
export default beforeCreateUser([defineRule("staff", ({ signUp: { attributes } }) => (${decides} ? pass() : block("staff.no")), { refuses: "people who are no staff" })]);
`;
    return await policyIn(policyFolder({ "before-create-user.ts": text }));
  };
  const policies = [
    await loaded("attributes.city === 'Oslo'"),
    await loaded("attributes.city === 'Oslo' || attributes.jobTitle === 'Dean' || attributes.country === 'NO'"),
  ] as const;
  const names: string[] = [];
  const accepted: TriedSignUp[] = [];
  for (let count = 0; count < 3; count++) {
    const [next] = (await foundBetween(policies, ["admitted"], 4_000, accepted)).found;
    if (next === undefined) break;
    accepted.push(next.candidate);
    names.push(...Object.keys(next.candidate.request.attributes ?? {}));
  }
  expect(names.sort()).toEqual(["country", "jobTitle"]);
});

it("the search finds a person for whom two policies differ only because of an approval entry", async () => {
  const loaded = async (between: string) => {
    const text = `import { accessList, beforeCreateUser, requestApproval } from "entra-gatehouse";
import { makeRule } from ${JSON.stringify(join(packageRoot, "engine/sign-up/rule"))};
const known = makeRule({ name: "known", decide: () => ({ kind: "continue", findings: { referred: false } }) });
export default beforeCreateUser([accessList(), ${between}requestApproval({ when: "approval" })], { trust: ["mail"] });
`;
    return await policyIn(policyFolder({ "before-create-user.ts": text }));
  };
  const { found: people } = await foundBetween([await loaded(""), await loaded("known, ")], ["admitted"], 4_000);
  expect(people.map(({ candidate }) => candidate.rows?.accessList?.map(({ effect }) => effect))).toEqual([["approval"]]);
});
