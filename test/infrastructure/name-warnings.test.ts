import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { policyChecks as accessListPolicy } from "../../features/access-list/stack/policy";
import { packageRoot } from "../../lib/app-root";
import type { KnownAttributes } from "../../lib/attributes-file";
import { nameWarnings } from "../../lib/policy-folder/name-warnings";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { policyWarnings, synthWarnings } from "../../lib/policy-folder/policy-warnings";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const IMPORTS =
  'import { accessList, afterSignIn, assign, beforeCreateUser, beforeSendingToken, ask, block, defineRule, format, limit, lookup, onlyDomains, pass, permittedValue, prefill, profiles, requestApproval, shadow, titleCase, validate, verifyIdentity, experian } from "entra-gatehouse"; import * as v from "valibot";';

/** A policy of one step, which begins at line 2. */
function policyOf(source: string, step = "before-create-user") {
  const folder = mkdtempSync(join(packageRoot, ".local-test-names-"));
  folders.push(folder);
  writeFileSync(join(folder, `${step}.ts`), `${IMPORTS}\n${source}`);
  return loadPolicyFolder(folder);
}

/** What is warned of in it, without the folder's name. */
function warningsOn(
  source: string,
  attributes?: KnownAttributes,
  { step = "before-create-user", gate = "default" } = {},
): readonly string[] {
  const steps = policyOf(source, step);
  const place = folders.at(-1)?.slice(packageRoot.length + 1);
  const found = [...nameWarnings(steps, { gate, attributes }), ...(accessListPolicy.warns?.(steps, {} as never) ?? [])];
  return found.map((warning) => warning.replaceAll(`${place}/`, ""));
}
const policy = (rules: string, options = "{}") =>
  `export default beforeCreateUser([onlyDomains(["contoso.com"]), ${rules}], { trust: "any", ...${options} });`;
const own = (options: string, decide = "() => pass()") => `defineRule("own", ${decide}, { ${options} })`;

const at = (line = 2, step = "before-create-user") => `${step}.ts:${line}: `;
const known: KnownAttributes = {
  names: ["displayName", "city", "extension_Tier"],
  flows: [
    { flow: "B2X_1_Partner", collects: ["displayName", "city"] },
    { flow: "B2X_1_Suppliers", gate: "suppliers", collects: ["displayName", "extension_Tier"] },
  ],
};

describe("the warning on providers that a policy relies on", () => {
  const says = (issuer: string) => `Perhaps nobody signs in with a provider called ${issuer}: `;
  it.each([
    { source: policy('prefill(profiles({ trust: ["google", "mial"] }))'), warns: ["entra means no provider. Did you mean mail?"] },
    { source: policy("onlyDomains(['contoso.com'], { trust: ['gogle.com'] })"), warns: [`${at()}${says("gogle.com")}`] },
    { source: policy("format({ city: titleCase })", '{ trust: ["mail", "gogle"] }'), warns: [`${at()}${says("gogle")}`] },
    {
      source: `const trust = [\n  "mail",\n  "facebok.com",\n];\n${policy("profilesOf()").replace("profilesOf()", "prefill(profiles({ trust }))")}`,
      warns: [`${at(4)}${says("facebok.com")}`],
    },
    {
      source: policy(
        'prefill(profiles({ trust: ["google", "mail", "entra", "facebook.com", "login.contoso.com", "https://login.contoso.com/v2"] }))',
      ),
      warns: [],
    },
  ])("gives exactly the texts $warns", ({ source, warns }) => {
    const found = warningsOn(source);
    expect(found).toEqual(warns.map((each) => expect.stringContaining(each)));
    for (const each of found) expect(each.split("Did you mean").length).toBeLessThanOrEqual(2);
  });
});

describe("the warning on attribute names", () => {
  it.each([
    { rules: "format({ dispalyName: titleCase })", says: "format names dispalyName, which no tenant has. Did you mean displayName?" },
    { rules: 'assign({ Country: "KR" })', says: "assign names Country, which no tenant has. Did you mean country?" },
    { rules: 'permittedValue("postcode")', says: "permitted-value names postcode, which no tenant has. Did you mean postalCode?" },
    {
      rules: 'lookup(profiles({ trust: [] }), { only: ["givenname"] })',
      says: "lookup names givenname, which no tenant has. Did you mean givenName?",
    },
    { rules: "validate(v.object({ jobTitel: v.string() }))", says: "validate names jobTitel, which no tenant has. Did you mean jobTitle?" },
    {
      rules: 'requestApproval({ show: ["jobtitle"] })',
      says: "request-approval names jobtitle, which no tenant has. Did you mean jobTitle?",
    },
    { rules: 'shadow(assign({ ctiy: "x" }))', says: "assign names ctiy, which no tenant has. Did you mean city?" },
    {
      rules: 'assign({ department: "Sales" })',
      says: "assign names department, which no sign-up form collects: use a custom attribute, such as extension_Department.",
    },
    {
      rules: 'assign({ companyName: "Contoso" })',
      says: "assign names companyName, which neither a workforce tenant's form nor Azure AD B2C's collects: there, use a custom attribute, such as extension_CompanyName.",
    },
    { rules: own('asks: ["surnam"]'), says: "own names surnam, which no tenant has. Did you mean surname?" },
  ])("appears for the rules $rules", ({ rules, says }) => expect(warningsOn(policy(rules))).toEqual([at() + says]));

  it("reports a label only if it misspells an attribute that a rule names", () => {
    const rules = 'permittedValue("extension_PartnerNumber")';
    const labelled = (name: string) => warningsOn(policy(rules, `{ labels: { ${name}: "Number" } }`));
    expect(labelled("extension_PartnreNumber")).toEqual([
      `${at()}labels names extension_PartnreNumber, which no rule names. Did you mean extension_PartnerNumber?`,
    ]);
    expect([...labelled("extension_PartnerNumber"), ...labelled("extension_Desk"), ...labelled("city")]).toEqual([]);
  });

  it("reports each wrong name in the options once", () => {
    const options = '{\n  labels: { dispalyName: "Name" },\n  eventAttributes: ["dispalyName", "stat"],\n}';
    expect(warningsOn(policy("accessList()", options))).toEqual([
      `${at(3)}labels names dispalyName, which no tenant has. Did you mean displayName?`,
      `${at(4)}eventAttributes names stat, which no tenant has. Did you mean state?`,
    ]);
  });

  it.each([
    policy("format({ displayName: titleCase, extension_Anything: titleCase, email: titleCase })".replace(", email: titleCase", "")),
    policy("validate(v.object({ email: v.string(), extension_X: v.string() }))"),
    policy("lookup(profiles({ trust: [] }))"),
    policy('assign({ ["extension_" + "1".repeat(32) + "_Tier"]: "x" })'),
    policy("verifyIdentity(experian())"),
  ])("spares names that may well exist: %s", (source) => expect(warningsOn(source)).toEqual([]));

  it.each([
    {
      rules: 'assign({ extension_Teir: "x" })',
      gate: "suppliers",
      says: "assign names extension_Teir, which the tenant does not have. Did you mean extension_Tier?",
    },
    { rules: 'assign({ jobTitle: "x" })', gate: "suppliers", says: "assign names jobTitle, which the tenant does not have." },
    {
      rules: 'assign({ extension_Tier: "x" })',
      gate: "default",
      says: "assign names extension_Tier, which B2X_1_Partner does not collect: tick it under User attributes, or let entra apply, and write entra-attributes.ts again (entra types).",
    },
    {
      rules: "format({ extension_Tier: titleCase })",
      gate: "default",
      says: "format names extension_Tier, which B2X_1_Partner does not collect: tick it under User attributes, and write entra-attributes.ts again (entra types).",
    },
    {
      rules: 'format({ extension_Tier: titleCase }), assign({ extension_Tier: "x" })',
      gate: "default",
      says: "format names extension_Tier, which B2X_1_Partner does not collect: tick it under User attributes, or let entra apply, and write entra-attributes.ts again (entra types).",
    },
  ])("reports names that the tenant does not have or the gate's flow does not collect: $rules", ({ rules, gate, says }) =>
    expect(warningsOn(policy(rules), known, { gate })).toEqual([at() + says]),
  );

  it("asks for a label of an existing attribute, but not of a mistyped one", () => {
    const rules = "validate(v.object({ extension_Teir: v.string(), extension_Tier: v.string() }))";
    const [step] = policyOf(policy(rules));
    expect(policyWarnings([step as PolicyStep], { gate: "suppliers", attributes: known }).filter((text) => text.includes("_T"))).toEqual([
      expect.stringContaining("Did you mean extension_Tier?"),
      expect.stringContaining("extension_Tier, which has no label"),
    ]);
  });

  it("spares attributes that the gate's flow collects", () => {
    expect(warningsOn(policy('assign({ extension_Tier: "x", displayName: "y" })'), known, { gate: "suppliers" })).toEqual([]);
    expect(
      warningsOn(policy("validate(v.object({ city: v.string(), email: v.string() }))", '{ labels: { extension_Tier: "T" } }'), known),
    ).toEqual([]);
  });

  it("allows new claim names in a token, and still reports mistyped ones", () => {
    const source = (name: string) => `export default beforeSendingToken([assign({ ${name}: "x" })]);`;
    const step = "before-sending-token";
    expect(warningsOn(source("partner_tier"), known, { step })).toEqual([]);
    expect(warningsOn(source("dispalyName"), known, { step })).toEqual([
      `${at(2, step)}assign names dispalyName, which no tenant has. Did you mean displayName?`,
    ]);
  });
});

describe("the warning on reasons in messages", () => {
  const messages = (reason: string) => `{ messages: { "${reason}": "Text." } }`;
  it.each([{ rules: "accessList()", reason: "hours.closed", says: "messages has a text for hours.closed, a reason that no rule gives." }])(
    "appears for the reason $reason beside the rules $rules",
    ({ rules, reason, says }) => expect(warningsOn(policy(rules, messages(reason)))).toEqual([at() + says]),
  );

  it.each([
    { rules: "accessList()", reason: "access-list.denid", says: "a reason that no rule gives. Did you mean access-list.denied?" },
    {
      rules: own(""),
      reason: "code.usedup",
      says: "a reason that no rule gives. Did you mean code.used-up?",
    },
    { rules: "accessList()", reason: "ko", says: 'messages has ko where a reason belongs: write { "access-list.denied": { ko: "…" } }.' },
  ])("is an error for the reason $reason beside the rules $rules", ({ rules, reason, says }) =>
    expect(() => warningsOn(policy(rules, messages(reason)))).toThrow(says),
  );

  it.each([
    { rules: "accessList()", reason: "access-list.denied" },
    { rules: "accessList()", reason: "code.used-up" },
    { rules: "accessList()", reason: "gatehouse.block-title" },
    { rules: "accessList()", reason: "request.email" },
    { rules: own(""), reason: "hours.closed" },
    { rules: own("", "() => block('code.usedup')"), reason: "code.usedup" },
  ])("is absent for the reason $reason beside the rules $rules", ({ rules, reason }) =>
    expect(warningsOn(policy(rules, messages(reason)))).toEqual([]),
  );
});

describe("the warning on languages of a custom rule's message", () => {
  it.each([
    { message: '{ en: "No.", sp: "No." }', says: '"sp" is not a language. Did you mean es (Spanish)?' },
    {
      message: "{\n en: `Please, so: \"x\"`,\n 'pt-Brazil': 'Não.',\n 'jp': 'x' }",
      says: '"jp" is not a language. Did you mean ja (Japanese)?',
    },
    { message: '{ en: "Say, xx: \\"no\\".", ko: "x" }' },
  ])("appears only if a language's code is wrong: $message", ({ message, says }) => {
    for (const answer of [`block("own.no", ${message})`, `ask({ city: ${message} })`])
      expect(warningsOn(policy(own("", `() => ${answer}`)))).toEqual(says === undefined ? [] : [at() + says]);
  });
});

describe("the warning on findings", () => {
  it.each([
    {
      rules: 'accessList({ otherwise: "continue" }), requestApproval({ unless: ({ findings }) => findings.listd === "allow" })',
      says: "the finding listd is looked at, which no rule of this step leaves. Did you mean listed?",
    },
    {
      rules: `accessList(), ${own('consumes: ["identity"]')}`,
      says: "own looks at the finding identity, which no rule before it leaves.",
    },
    {
      rules: 'accessList(), limit({ by: "mailHost", windows: [{ max: 1, per: "1h" }] })',
      says: "limit looks at the finding mailHost, which no rule before it leaves.",
    },
    {
      rules: `${own('consumes: ["listed"]')}, accessList()`,
      says: "own looks at the finding listed, which no rule before it leaves.",
    },
    {
      rules: `lookup(profiles({ trust: [] })), accessList(), ${own("", '({ findings }) => (findings["Listed"] ? pass() : pass())')}`,
      says: "the finding Listed is looked at, which no rule of this step leaves. Did you mean listed?",
    },
  ])("appears for the rules $rules", ({ rules, says }) => expect(warningsOn(policy(rules))).toEqual([at() + says]));

  it.each([
    'accessList(), requestApproval({ unless: ({ findings }) => findings.listed === "allow" })',
    'permittedValue("extension_Code"), requestApproval({ when: ({ findings }) => findings.extension_Code === "unchecked" })',
    'verifyIdentity(experian(), { review: "approval" }), requestApproval({ when: "approval" })',
    'prefill(profiles({ trust: [] })), requestApproval({ when: ({ findings }) => findings.profiles === "unavailable" })',
    `${own("", "() => pass({ findings: { early: true } })")}, requestApproval({ when: ({ findings }) => findings.early === true })`,
    `accessList(), ${own('consumes: ["listed"]')}`,
  ])("spares findings that a rule leaves, or may leave: %s", (rules) => expect(warningsOn(policy(rules))).toEqual([]));
});

describe("the warning on secrets", () => {
  const asking = (declared: string, asked: string) =>
    policy(own(`uses: [{ secret: "${declared}" }]`, `async ({ services }) => {\n await ${asked}; return pass(); }`));
  it("reports secrets that no rule declares and secrets that no rule asks for", () =>
    expect(warningsOn(asking("crm-key", 'services.secret("crm-kye")'))).toEqual([
      `${at(3)}the secret crm-kye is asked for, and no rule declares it: uses: [{ secret: "crm-kye" }]. Did you mean crm-key?`,
      `${at(3)}the secret crm-key is declared, and no rule asks for it: services.secret("crm-key").`,
    ]));

  it.each([
    asking("crm-key", 'services.secret("crm-key")'),
    asking("crm-key", 'services.secret(["crm", "key"].join("-"))'),
    policy('verifyIdentity(experian({ secret: "experian-eu" }))'),
  ])("spares secrets that are declared and used: %s", (source) => expect(warningsOn(source)).toEqual([]));
});

it("a warning points to the line with code, not to a comment", () => {
  expect(warningsOn(`// dispalyName is what we format.\n/** dispalyName */\n${policy("format({ dispalyName: titleCase })")}`)).toEqual([
    expect.stringMatching(/^before-create-user\.ts:4: format names/),
  ]);
});

it("the shipped policies cause no name warning", () => {
  const samples = readdirSync(join(packageRoot, "samples/policies"), { withFileTypes: true }).filter((each) => each.isDirectory());
  const shipped = ["policy", ...samples.map(({ name }) => `samples/policies/${name}`)];
  expect(shipped.length).toBeGreaterThan(5);
  expect(shipped.flatMap((folder) => nameWarnings(loadPolicyFolder(folder)))).toEqual([]);
});

it("a custom attribute registered by another app causes a warning", () => {
  const app = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
  const file = { extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2" };
  const warnings = (extensionsAppId: string | undefined, attributes: Partial<KnownAttributes> | undefined) =>
    synthWarnings([], { settings: { extensionsAppId }, attributes: attributes && { names: [], flows: [], ...attributes } });
  expect([warnings(app, file), warnings(undefined, file), warnings(app, {}), warnings(app, undefined)]).toEqual([[], [], [], []]);
  expect(warnings("1".repeat(32), file)).toEqual([expect.stringContaining("names 0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2")]);
});
