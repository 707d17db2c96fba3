import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attributesText } from "../../features/entra/verbs/types/attributes";
import { packageRoot } from "../../lib/app-root";
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
  'import { accessList, ask, assign, beforeCreateUser, block, defineRule, format, lookup, pass, permittedValue, profiles, service } from "entra-gatehouse";\n';
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
  { where: 'beforeCreateUser([accessList()], { trust: "any", labels: { | } })', offers: [...standard, "email"].sort() },
  { where: 'beforeCreateUser([accessList()], { trust: "any", eventAttributes: ["|"] })', offers: standard },
])("the editor offers the attributes that every tenant has: $where", async ({ where, offers }) =>
  expect(await server.completions(...policy("standard", where))).toEqual(offers),
);

it.each([
  { where: "format({ | })", offers: ["city"] },
  { where: "assign({ | })", offers: ["city", "extension_Seats"] },
  { where: 'permittedValue("|")', offers: ["city", "extension_Seats"] },
])("the editor offers the tenant's own attributes if they are known: $where", async ({ where, offers }) =>
  expect(await server.completions(...policy("known", where, { "entra-attributes.ts": attributes }))).toEqual(offers),
);

it.each([
  { rule: 'defineRule("own", () => pass(), { us|es: [] })', says: "Resources outside the engine" },
  { rule: 'defi|neRule("own", () => pass())', says: /`approval\(note\)`[\s\S]*await every call/ },
  { rule: 'defineRule("own", (context) => (context.fin|dings.listed ? pass() : pass()))', says: "Findings of earlier rules" },
  { rule: 'defineRule("own", (context) => (context.no|w.getTime() ? pass() : pass()))', says: "in place of `new Date()`" },
  { rule: 'defineRule("own", ({ signUp }) => (signUp.attri|butes.city ? pass() : pass()))', says: "Attributes by short name" },
  { rule: 'defineRule("own", () => blo|ck("own.no"))', says: "the sign-up ends" },
  { rule: 'defineRule("own", () => as|k({ city: "Which one?" }))', says: "the person corrects these fields" },
])("the editor explains the parts of a rule: $rule", async ({ rule, says }) => {
  expect(await server.hover(...policy("hover", rule))).toMatch(says);
});

it("the editor says what to do about a service that no rule declares", async () => {
  const rule = 'defineRule("own", async ({ services }) => ((await services.call("crm|", { path: "/" })) ? pass() : pass()));';
  const [file, text] = policy("hover", rule);
  expect(await server.problems(file, text)).toContainEqual(
    expect.stringContaining(
      `"crm"' is not assignable to parameter of type '"Declare the service in this rule's \\"uses\\": uses: [service(`,
    ),
  );
});
