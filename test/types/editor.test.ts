import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attributesText } from "../../features/entra/verbs/types/attributes";
import { packageRoot } from "../../lib/package-root";
import { LanguageServer } from "./language-server";

// What the author of a policy sees in an editor.

const folder = mkdtempSync(join(packageRoot, ".local-test-editor-"));
const server = new LanguageServer();
beforeAll(() => server.start());
afterAll(() => {
  server.end();
  rmSync(folder, { recursive: true });
});

const imports =
  'import { accessList, assign, beforeCreateUser, defineRule, format, lookup, permittedValue, profiles, service } from "entra-gatehouse";\n';
const attributes = attributesText({
  attributes: [
    { name: "city", type: "string", label: "City" },
    { name: "extension_Seats", type: "number", label: "Seats" },
  ],
  extensionsAppId: undefined,
  flows: [],
});

/** A policy of one file in a project of its own; the bar is where the cursor stands. */
function policy(name: string, marked: string, others: Readonly<Record<string, string>> = {}): readonly [string, string, number] {
  const text = imports + marked.replace("|", "");
  const files = { "policy.ts": text, ...others };
  mkdirSync(join(folder, name), { recursive: true });
  const tsconfig = { extends: "../../tsconfig.json", files: Object.keys(files), include: [] };
  for (const [file, held] of Object.entries({ ...files, "tsconfig.json": JSON.stringify(tsconfig) }))
    writeFileSync(join(folder, name, file), held);
  return [join(folder, name, "policy.ts"), text, (imports + marked).indexOf("|")];
}

const standard = ["city", "country", "displayName", "givenName", "jobTitle", "postalCode", "state", "streetAddress", "surname"];

it.each([
  { where: "format({ | })", offers: standard },
  { where: "assign({ | })", offers: standard },
  { where: 'permittedValue("|")', offers: standard },
  { where: 'lookup(profiles({ trust: [] }), { only: ["|"] })', offers: standard },
  { where: "beforeCreateUser([accessList()], { labels: { | } })", offers: [...standard, "email"].sort() },
  { where: 'beforeCreateUser([accessList()], { eventAttributes: ["|"] })', offers: standard },
])("offers the attributes that every tenant has: $where", async ({ where, offers }) =>
  expect(await server.completions(...policy("standard", where))).toEqual(offers),
);

it.each([
  { where: "format({ | })", offers: ["city"] },
  { where: "assign({ | })", offers: ["city", "extension_Seats"] },
  { where: 'permittedValue("|")', offers: ["city", "extension_Seats"] },
])("offers the tenant's own, where they are known: $where", async ({ where, offers }) =>
  expect(await server.completions(...policy("known", where, { "entra-attributes.ts": attributes }))).toEqual(offers),
);

it.each([
  { where: "uses|: []", says: "Resources of the rule outside the engine" },
  { where: "de|cide: () => CONTINUE", says: /The rule's answer[\s\S]*`signUp`[^\n]*the person[\s\S]*`context`[^\n]*services/ },
  { where: "decide: (_, context) => (context.fin|dings.listed ? CONTINUE : CONTINUE)", says: "Findings of earlier rules" },
  { where: "decide: (_, context) => (context.no|w.getTime() ? CONTINUE : CONTINUE)", says: "in place of `new Date()`" },
  { where: "decide: (signUp) => (signUp.attri|butes.city ? CONTINUE : CONTINUE)", says: "By short name" },
  { where: 'decide: () => ({ ki|nd: "block", reason: "own.no" })', says: "The sign-up ends here" },
  { where: 'decide: () => ({ kind: "block", rea|son: "own.no" })', says: "A code" },
])("explains what a rule consists of: $where", async ({ where, says }) => {
  const rule = `const CONTINUE = { kind: "continue" } as const;\ndefineRule({ name: "own", ${where} });`;
  expect(await server.hover(...policy("hover", rule))).toMatch(says);
});

it("says what to do about a service that no rule declares", async () => {
  const rule =
    'defineRule({ name: "own", decide: async (_, { services }) => (await services.call("crm|", { path: "/" })) ?? { kind: "continue" } });';
  const [file, text] = policy("hover", rule);
  expect(await server.problems(file, text)).toContainEqual(
    expect.stringContaining(
      `"crm"' is not assignable to parameter of type '"Declare the service in this rule's \\"uses\\": uses: [service(`,
    ),
  );
});
