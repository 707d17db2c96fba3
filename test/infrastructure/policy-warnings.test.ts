import * as v from "valibot";
import { EVERY_FINDING } from "../../engine/sign-up/checks";
import { defineRule, pass } from "../../engine/sign-up/own-rule";
import { afterSignIn, beforeCreateUser, beforeSendingToken, type Policy } from "../../engine/sign-up/policy";
import { makeRule, type Rule, type ShadowRule } from "../../engine/sign-up/rule";
import type { Source } from "../../engine/sign-up/source";
import { formatTimeout, type Timeout } from "../../engine/sign-up/time";
import { accessList } from "../../features/access-list/rule";
import { type RequestApprovalOptions, requestApproval } from "../../features/approvals/request-approval";
import { assign } from "../../features/assign/rule";
import { lookup } from "../../features/lookup/rule";
import { minimumAge } from "../../features/minimum-age/rule";
import { oneAccount } from "../../features/one-account/rule";
import { permittedValue } from "../../features/permitted-value/rule";
import { surge } from "../../features/posture/rule";
import { shadow } from "../../features/shadow/rule";
import { validate } from "../../features/validate/rule";
import { policyWarnings, postureNotes } from "../../lib/policy-folder/policy-warnings";

const decide = () => ({ kind: "continue" as const });
const cheap = makeRule({ name: "cheap", sets: [], decide });
const setting = makeRule({
  name: "setting",

  uses: [{ service: "crm", timeout: "100ms" }],
  reads: [],
  sets: ["city"],
  decide,
});
const slow = makeRule({ name: "slow", uses: [{ service: "vendor" }], decide });
const looking = makeRule({ name: "looking", consumes: ["identity"], decide });
const lookingAtAll = makeRule({ name: "looking-at-all", consumes: [EVERY_FINDING], decide });
const preparing = makeRule({ name: "preparing", prepare: () => ({}) });

const doubting = makeRule({ name: "doubting", recommends: ["identity"], decide });

const warningsOn = (policy: Policy) => policyWarnings([{ step: policy.step, file: "", policy }]);

describe("the warning on an attribute that a rule sets before assign", () => {
  const finding = makeRule({ name: "finding", reads: [], sets: ["city"], decide });
  const warned = [
    "In before-create-user, assign runs before finding, wherever you put it, so city keeps the value that finding sets. Take city out of one of them.",
  ];

  it.each([
    { policy: beforeCreateUser([finding, assign({ city: "Seoul" })]), said: warned },
    { policy: beforeCreateUser([assign({ city: "Seoul" }), finding]), said: [] },
    { policy: beforeCreateUser([finding, assign({ country: "KR" })]), said: [] },
  ])("appears only if a later assign sets the same attribute: number of lines $said.length", ({ policy, said }) =>
    expect(warningsOn(policy)).toEqual(said),
  );
});

describe("the warning that no earlier rule refers people to the approval", () => {
  const asking = requestApproval({ when: "approval" });
  const own = defineRule("own", () => pass(), { refuses: "strangers" });
  const saying = defineRule("saying", () => pass(), { refers: "strangers" });
  const NOBODY =
    'In before-create-user, request-approval decides on people whom an earlier rule refers, but no rule declares that it refers anybody. If own answers approval, say for whom: { refers: "people of unknown regions" }.';

  it.each([
    { after: "a rule of one's own that does not say that it refers", rules: [accessList(), own, asking], said: [NOBODY] },
    { after: "one that says so", rules: [saying, asking], said: [] },
    { after: "both", rules: [own, saying, asking], said: [] },
    { after: "a rule of Gatehouse", rules: [accessList(), asking], said: [] },
  ])("appears if the approval comes after $after: number of warnings $said.length", ({ rules, said }) =>
    expect(warningsOn(beforeCreateUser(rules as never, { trust: "any" })).filter((each) => each.includes("refers"))).toEqual(said),
  );

  it("is absent if the approval asks everybody", () =>
    expect(
      warningsOn(beforeCreateUser([own, requestApproval()], { trust: ["mail", "google.com"] })).filter((each) => each.includes("refers")),
    ).toEqual([]));
});

describe("a rule that calls an outside system", () => {
  it.each([
    { where: "last", policy: beforeCreateUser([cheap, slow]) },
    { where: "before one that judges what it sets", policy: beforeCreateUser([setting, cheap]) },
    { where: "before a rule that looks at what it found", policy: beforeCreateUser([cheap, slow, looking]) },
    { where: "before a rule that looks at every finding", policy: beforeCreateUser([cheap, slow, lookingAtAll]) },
    { where: "before another one", policy: beforeCreateUser([cheap, slow, slow]) },
    { where: "before a rule that only prepares", policy: beforeCreateUser([cheap, slow, preparing]) },
  ])("causes no warning if it stands $where", ({ policy }) => expect(warningsOn(policy)).toEqual([]));

  it("causes a warning if it stands before a cheaper rule", () => {
    expect(warningsOn(beforeCreateUser([slow, cheap, looking]))).toEqual([
      "In before-create-user, slow calls another system before cheap, which is cheaper, decides: put it last.",
    ]);
    expect(warningsOn(afterSignIn([slow, cheap]))).toContainEqual(expect.stringMatching(/^In after-sign-in, slow calls/));
  });
});

describe("rules that conflict with each other", () => {
  const born = minimumAge("extension_Born" as never, { years: 16 });
  const looksAtBorn = validate(v.object({ extension_Born: v.string() }) as never);
  const labels = { labels: { extension_Born: "Date of birth" } };
  const approval = requestApproval({ then: "continue", unproven: "block" });

  it.each<{ given: string; rules: readonly (Rule<"before-create-user"> | ShadowRule)[]; says: readonly string[] }>([
    { given: "approval last", rules: [cheap, born, approval], says: [] },
    { given: "a report after approval", rules: [cheap, approval, shadow(born), preparing], says: [] },
    {
      given: "rules after approval",
      rules: [approval, cheap, born],
      says: ["In before-create-user, request-approval asks an approver about people that cheap or minimum-age may refuse: put it last."],
    },
    {
      given: "a rule that looks at a date that nobody may keep",
      rules: [cheap, looksAtBorn, born],
      says: [
        "In before-create-user, validate looks at extension_Born, which minimum-age empties before any other rule sees it: take it out there, or set keep: true on minimum-age.",
      ],
    },
    {
      given: "a rule that looks at a date that is kept",
      rules: [cheap, looksAtBorn, minimumAge("extension_Born" as never, { years: 16, keep: true })],
      says: [],
    },
  ])("cause a warning: $given", ({ rules, says }) =>
    expect(warningsOn(beforeCreateUser(rules as [Rule<"before-create-user">], { trust: "any", ...labels }))).toEqual(says),
  );
});

it.each([
  { given: "in both steps", last: [cheap, oneAccount()], says: [] },
  { given: "before the user is created alone", first: cheap, last: [cheap, oneAccount()], says: [] },
  { given: "after sign-in alone", last: [cheap], says: [expect.stringMatching(/^oneAccount is used only after sign-in/)] },
])("oneAccount causes a warning if it is used only after sign-in: $given", ({ first = oneAccount(), last, says }) => {
  const steps = [afterSignIn([first]), beforeCreateUser(last as [Rule])];
  expect(policyWarnings(steps.map((policy) => ({ step: policy.step, file: "", policy })))).toEqual(says);
});

const apart =
  'The two steps trust different identity providers, ["mail"] after sign-in and "any" before the account is created: write one trust in both, or in admit.';
it.each([
  { first: ["mail"], last: "any" as const, says: [apart] },
  { first: ["mail", "google.com"], last: ["google.com", "mail"], says: [] },
  { first: "any" as const, last: "any" as const, says: [] },
  { first: undefined, last: "any" as const, says: [] },
])("two steps cause a warning if both state their trust and it differs: $first and $last", ({ first, last, says }) => {
  const steps = [afterSignIn([cheap], { ...(first && { trust: first }) }), beforeCreateUser([accessList()], { trust: last })];
  expect(policyWarnings(steps.map((policy) => ({ step: policy.step, file: "", policy })))).toEqual(says);
});

it.each([
  { rules: [cheap, slow], deadline: "1499ms", warns: true },
  { rules: [cheap, slow], deadline: "1.5s", warns: false },
  { rules: [cheap], deadline: "500ms", warns: false },
  { rules: [cheap, shadow(slow)], deadline: "500ms", warns: false },
])("a deadline of $deadline causes a warning if it leaves no time for the rules' outside calls: $warns", ({ rules, deadline, warns }) => {
  const warning = 'In before-create-user, deadline leaves slow no time to call another system: set it to "1.5s" or more.';
  expect(warningsOn(beforeCreateUser(rules as [Rule], { deadline: deadline as Timeout }))).toEqual(warns ? [warning] : []);
});

it("beforeSendingToken causes no warning on its short deadline, because it refuses nobody", () =>
  expect(
    policyWarnings([cheap, slow].map((each) => ({ step: "before-sending-token", file: "", policy: beforeSendingToken([each]) }))),
  ).toEqual(["There is no before-create-user step: people who skip the first step are not checked at all."]));

describe("a time limit for a rule's outside call", () => {
  const asking = (limit: number) =>
    makeRule({ name: "asking", uses: [{ service: "crm", timeout: `${limit}ms` }], prepare: () => ({}), decide });
  const words = (step: string, limit: number, longest: number) =>
    `In ${step}, asking may wait ${formatTimeout(limit)} for crm, but the step's deadline leaves ${formatTimeout(longest)}: give it a timeout below "${formatTimeout(longest)}", or the step a deadline above "${formatTimeout(limit + 400)}".`;

  it.each([
    { policy: beforeSendingToken([asking(3_000)]), warning: words("before-sending-token", 3_000, 400) },
    { policy: beforeCreateUser([asking(3_600)]), warning: words("before-create-user", 3_600, 3_600) },
    { policy: beforeCreateUser([asking(3_000)], { deadline: "2s" }), warning: words("before-create-user", 3_000, 1_600) },
  ])("causes a warning if the step's deadline always cuts it short: $warning", ({ policy, warning }) =>
    expect(warningsOn(policy)).toContainEqual(warning),
  );

  it.each([
    beforeCreateUser([asking(3_599)]),
    beforeCreateUser([asking(5_000)], { deadline: "5401ms" }),
    beforeCreateUser([cheap, shadow(asking(9_000))]),
  ])("causes no warning if it fits into the step's deadline, or if the rule is shadowed", (policy) =>
    expect(warningsOn(policy).filter((warning) => warning.includes("may wait"))).toEqual([]),
  );
});

it.each([
  { rules: [doubting], warns: true },
  { rules: [looking, doubting], warns: true },
  { rules: [doubting, looking], warns: false },
  { rules: [doubting, lookingAtAll], warns: false },
])("a rule that lets people go on in doubt causes a warning if no later rule reads its finding: $warns", ({ rules, warns }) => {
  const warning = 'In before-create-user, doubting lets people go on in doubt, but no later rule looks at its finding "identity".';
  expect(warningsOn(beforeCreateUser(rules as [Rule])).includes(warning)).toBe(warns);
});

it.each<RequestApprovalOptions>([
  {},
  { then: "continue" },
  { then: "continue", unproven: "block" },
  { then: "continue", unproven: "provision" },
])("a setting for unproven addresses causes no warning if the step's trust rules such addresses out: %o", (options) =>
  expect(warningsOn(beforeCreateUser([requestApproval(options)], { trust: ["mail", "google.com"] }))).toEqual([]),
);

describe("a custom attribute that the policy sets on accounts made through Graph", () => {
  const source: Source = { name: "crm", uses: [], find: () => undefined };
  const own = makeRule({ name: "own", sets: ["extension_Tier", "city"], decide });
  const labels = { extension_Desk: { en: "Desk" } };
  const warning = (what: string) =>
    expect.stringMatching(new RegExp(`^In before-create-user, ${what}\\. An account that Graph creates .* set extensionsAppId`));

  it("causes a warning with the app's id if the tenant's attributes are known", () => {
    const policy = beforeCreateUser([own, requestApproval()], { trust: ["mail", "google.com"] });
    const attributes = { names: ["city", "extension_Tier"], extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2", flows: [] };
    expect(policyWarnings([{ step: policy.step, file: "", policy }], { attributes })).toEqual([
      expect.stringContaining('set extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2".'),
    ]);
  });

  it.each<{ rules: Rule<"before-create-user">[]; warns?: string }>([
    { rules: [assign({ extension_Tier: "gold" })], warns: "assign sets extension_Tier" },
    { rules: [assign({ extension_Tier: "gold", extension_Desk: 7 })], warns: "assign sets extension_Tier and extension_Desk" },
    { rules: [own], warns: "own sets extension_Tier" },
    { rules: [lookup(source, { only: ["extension_Desk"] })], warns: "lookup sets extension_Desk" },
    { rules: [lookup(source)], warns: "lookup may set custom attributes" },
    { rules: [permittedValue("extension_Desk", { source })], warns: "permitted-value may set custom attributes" },
    { rules: [permittedValue("extension_Desk")] },
    { rules: [assign({ country: "KR", [`extension_${"1".repeat(32)}_Tier`]: "gold" })] },
    { rules: [lookup(source, { only: ["jobTitle"] })] },
  ])("causes a warning if the app's id is missing: $warns", ({ rules, warns }) => {
    const through = (approval: Rule<"before-create-user">, extensionsAppId?: string) => {
      const policy = beforeCreateUser([...rules, approval] as unknown as [Rule], { trust: "any", labels });
      return policyWarnings([{ step: policy.step, file: "", policy }], { settings: { extensionsAppId } });
    };
    expect(through(requestApproval())).toEqual(warns === undefined ? [] : [warning(warns)]);
    expect(through(requestApproval({ then: "continue", unproven: "provision" }))).toHaveLength(warns === undefined ? 0 : 1);
    expect(through(requestApproval({ then: "continue", unproven: "block" }))).toEqual([]);
    expect(through(requestApproval(), "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2")).toEqual([]);
  });
});

it("a name that looks mistyped causes a warning", () =>
  expect(warningsOn(beforeCreateUser([cheap, assign({ ctiy: "Busan" })]))).toEqual([
    "In before-create-user, assign names ctiy, which no tenant has. Did you mean city?",
  ]));

describe("an attribute that a rule may report as wrong", () => {
  const warning = (name: string) =>
    `In before-create-user, asking can find a problem with ${name}, which has no label: add labels: { ${name}: "…" }, as the form shows it.`;
  const asking = makeRule({
    name: "asking",
    reads: [],
    sets: [],
    asks: ["city", "email", "extension_Code", "extension_Seats"],
    decide,
  });

  it("needs a label if Entra does not name it", () =>
    expect(warningsOn(beforeCreateUser([asking, asking]))).toEqual([warning("extension_Code"), warning("extension_Seats")]));

  it("causes no warning if it has a label, or if the rule only observes", () => {
    expect(warningsOn(beforeCreateUser([asking], { labels: { extension_Code: "Code" } }))).toEqual([warning("extension_Seats")]);
    expect(warningsOn(beforeCreateUser([cheap, shadow(asking)]))).toEqual([]);
  });

  it("causes one warning, with the correct name, if its name is mistyped", () => {
    const mistyped = makeRule({ name: "mistyped", asks: ["jobtitle"], decide });
    expect(warningsOn(beforeCreateUser([mistyped]))).toEqual([
      "In before-create-user, mistyped names jobtitle, which no tenant has. Did you mean jobTitle?",
    ]);
  });

  it("causes the warning if a rule that Gatehouse ships may report it", () => {
    const nothing = { name: "nothing", uses: [], find: () => undefined };
    const policy = beforeCreateUser([
      validate(v.object({ extension_A: v.string() })),
      permittedValue("extension_B"),
      lookup(nothing, { only: ["extension_C"] }),
    ]);
    expect(warningsOn(policy).map((text) => /extension_\w/.exec(text)?.[0])).toEqual(["extension_A", "extension_B", "extension_C"]);
  });
});

it("a warning reports that a gate set to approval acts as listed, because no rule asks for approval", () => {
  const saidOf = (...rules: Parameters<typeof beforeCreateUser>[0]) =>
    postureNotes([{ step: "before-create-user", file: "", policy: beforeCreateUser(rules, { trust: "any" }) }]);
  const counted = surge({ max: 20, per: "1h" });
  expect(saidOf(cheap, counted)).toEqual([expect.stringContaining("acts as listed")]);
  expect(saidOf(cheap, counted, requestApproval({ when: "approval" }))).toEqual([]);
  expect(saidOf(cheap)).toEqual([]);
  const alone = postureNotes([{ step: "after-sign-in", file: "", policy: afterSignIn([cheap]) }]);
  expect(alone).toEqual([expect.stringContaining("keeps nobody out. Set it to closed.")]);
});
