import { EVERY_FINDING, REFERRED } from "../../../engine/sign-up/checks";
import {
  afterSignIn,
  beforeCreateUser,
  beforeSendingToken,
  type StepOptions,
  servicesAtOdds,
  unconsumedFindings,
  unwrapRule,
} from "../../../engine/sign-up/policy";
import { makeRule, type Rule, type ShadowRule, type Use } from "../../../engine/sign-up/rule";
import { readDeadlineMs } from "../../../engine/sign-up/time";
import { shadow } from "../../../features/shadow/rule";
import {
  accessList,
  apiKey,
  experian,
  http,
  idology,
  lookup,
  oauth,
  onlyDomains,
  permittedValue,
  profiles,
  requestApproval,
  service,
  verifyIdentity,
} from "../../../index";
import { CONTINUE, saying } from "./people";

const rule = makeRule({ name: "any", decide: () => CONTINUE });

describe("a policy", () => {
  it.each([
    { step: "after-sign-in", make: () => afterSignIn([rule]) },
    { step: "before-create-user", make: () => beforeCreateUser([saying("any", CONTINUE)]) },
    { step: "before-sending-token", make: () => beforeSendingToken([rule]) },
  ])("for $step has its step, its rules in order and its options", ({ step, make }) => {
    expect(make()).toMatchObject({ step, rules: [{ name: "any" }], options: {} });
  });

  it.each([
    { given: "nothing", rules: undefined },
    { given: "a rule without a list", rules: rule },
  ])("made from $given is refused by an error that shows a list", ({ rules }) => {
    const says = /takes its rules as a list: write square brackets around them, as in \[accessList\(\)\]/;
    expect(() => afterSignIn(rules as never)).toThrow(says);
    expect(() => beforeCreateUser(rules as never)).toThrow(says);
    expect(() => beforeSendingToken(rules as never)).toThrow(says);
  });

  it("with an empty list is refused", () => {
    const rules: readonly never[] = [];
    const says = (step: string, what: string) =>
      new TypeError(
        `The policy for ${step} has no rule: it would ${what}. Write one, such as ${step === "before-sending-token" ? "prefill(…)" : "accessList()"}.`,
      );
    expect(() => afterSignIn(rules as never)).toThrow(says("after-sign-in", "let everyone in"));
    expect(() => beforeCreateUser(rules as never)).toThrow(says("before-create-user", "let everyone in"));
    expect(() => beforeSendingToken(rules as never)).toThrow(says("before-sending-token", "do nothing"));
  });

  it.each(["500ms", "8s", "18s", undefined] as const)("accepts a deadline of %p", (deadline) => {
    expect(() => beforeCreateUser([rule], deadline === undefined ? {} : { deadline })).not.toThrow();
  });

  it.each([
    { options: { messages: { "access-list.denied": "" } }, says: /^before-create-user: messages has no text for "access-list.denied"/ },
    { options: { messages: { "access-list.denied": {} } }, says: /has no text for "access-list.denied"/ },
    { options: { messages: { "access-list.denied": { en: "No.", ko: " " } } }, says: /has no text for "access-list.denied"/ },
    { options: { messages: "No." as never }, says: /^before-create-user: messages are texts by reason code, not "No\."/ },
    { options: { messages: null as never }, says: "before-create-user: messages are texts by reason code, not null." },
    { options: { labels: "Town" as never }, says: 'before-create-user: labels are texts by attribute, not "Town".' },
    { options: { labels: { extension_Seats: {} } }, says: /^before-create-user: labels has no text for "extension_Seats"/ },
    {
      options: { messages: { "access-list.denied": { en: "No.", sp: "No." } } },
      says: 'before-create-user: messages, the text for "access-list.denied": "sp" is not a language. Did you mean es (Spanish)?',
    },
    {
      options: { messages: { en: { "access-list.deny": "No." } } },
      says: '"access-list.deny" is not a language. Write a BCP 47 tag: en, ko, pt-BR.',
    },
    { options: { labels: { city: { jp: "市" } } }, says: /^before-create-user: labels, .* Did you mean ja \(Japanese\)\?$/ },
  ])("refuses empty texts and texts in no language: $options", ({ options, says }) =>
    expect(() => beforeCreateUser([rule], options as StepOptions)).toThrow(says),
  );

  it("refuses an invalid provider", () =>
    expect(() => beforeCreateUser([rule], { trust: ["mail", "nobody knows"] })).toThrow(
      /^before-create-user: "nobody knows" in trust is not an identity provider/,
    ));

  describe("in a bundle", () => {
    afterEach(() => vi.unstubAllGlobals());

    it("is not checked again", () => {
      vi.stubGlobal("GATEHOUSE_OPTIONS", "checked");
      expect(beforeCreateUser([rule], { deadline: "1ms" }).options).toEqual({ deadline: "1ms" });
      const shaping = makeRule({ name: "shaping", reads: [], sets: ["city"], decide: () => CONTINUE });
      const looking = makeRule({ name: "looking", reads: ["city"], sets: [], decide: () => CONTINUE });
      expect(beforeCreateUser([looking, shaping]).rules).toEqual([looking, shaping]);
      vi.unstubAllGlobals();
      expect(() => beforeCreateUser([looking, shaping])).toThrow(/^The policy for before-create-user: .*looking/);
    });

    it("has the languages added by its folder", () => {
      vi.stubGlobal("GATEHOUSE_LANGUAGES", [{ tag: "it" }]);
      expect(beforeCreateUser([rule], { deadline: "500ms" }).options).toEqual({ deadline: "500ms", languages: [{ tag: "it" }] });
    });
  });

  it("accepts each existing option", () => {
    const options: StepOptions = {
      messages: { "access-list.denied": { en: "No.", ko: "안 됩니다." } },
      labels: { city: "Town" },
      deadline: "500ms",
      eventAttributes: ["city"],
    };
    expect(beforeCreateUser([rule], options)).toEqual({ step: "before-create-user", rules: [rule], options });
  });

  it("refuses two rules that count under one name, but accepts different names", () => {
    const counting = (name: string, counts?: string) => ({ ...makeRule({ name }), ...(counts !== undefined && { counts }) }) as Rule;
    const says =
      'The policy for before-create-user has two rules that count as "codes": give one of them a name of its own, { name: "daily" }.';
    expect(() => beforeCreateUser([rule, rule, counting("a", "codes"), counting("b", "codes")])).toThrow(new TypeError(says));
    expect(() => beforeCreateUser([counting("a", "codes"), shadow(counting("b", "codes"))])).toThrow(new TypeError(says));
    expect(() => beforeCreateUser([rule, rule, counting("a", "codes"), counting("b", "more")])).not.toThrow();
  });

  it.each(["0s", "499ms", "18.1s", "1m", "-1s", "soon", "5000", true])("refuses a deadline of %p", (deadline) => {
    const says = `before-create-user: deadline is ${JSON.stringify(deadline)}; it must be a time from "500ms" to "18s", like "1.5s" (Entra waits 20 s).`;
    expect(() => beforeCreateUser([rule], { deadline } as StepOptions)).toThrow(new RangeError(says));
  });

  it.each([
    { policy: afterSignIn([rule]), ms: 4_000 },
    { policy: beforeCreateUser([rule]), ms: 4_000 },
    { policy: beforeSendingToken([rule]), ms: 800 },
    { policy: beforeCreateUser([rule], { deadline: "9s" }), ms: 9_000 },
  ])("for $policy.step has a deadline of $ms ms", ({ policy, ms }) => expect(readDeadlineMs(policy)).toBe(ms));
});

describe("a finding that a later rule must use", () => {
  const leaving = makeRule({ name: "leaving", requires: ["identity"], decide: () => CONTINUE });
  const looking = makeRule({ name: "looking", consumes: ["listed", "identity"], decide: () => CONTINUE });
  const elsewhere = makeRule({ name: "elsewhere", consumes: ["listed"], decide: () => CONTINUE });
  const leavingTwo = makeRule({ name: "leaving-two", requires: ["identity", "listed"], decide: () => CONTINUE });

  it.each<{ given: string; rules: readonly (Rule | ShadowRule)[] }>([
    { given: "a later rule looks at it", rules: [leaving, looking] },
    { given: "a rule looks at it after others that do not", rules: [leaving, rule, elsewhere, looking] },
    { given: "two leave it and one after both looks", rules: [leaving, leaving, looking] },
    { given: "several findings are each looked at by another rule", rules: [leavingTwo, elsewhere, looking] },
    { given: "one is left in shadow", rules: [shadow(leaving), rule] },
    { given: "a later rule looks at every finding", rules: [leavingTwo, makeRule({ name: "all", consumes: [EVERY_FINDING] })] },
  ])("causes no refusal of the policy if $given", ({ rules }) => {
    expect(() => beforeCreateUser(rules as [Rule])).not.toThrow();
    expect(() => afterSignIn(rules as [Rule])).not.toThrow();
  });

  it.each<{ given: string; rules: readonly (Rule | ShadowRule)[] }>([
    { given: "nobody looks", rules: [leaving] },
    { given: "the next rule looks at another", rules: [leaving, elsewhere] },
    { given: "only an earlier rule looks", rules: [looking, leaving] },
    { given: "only the rule itself looks", rules: [makeRule({ ...leaving, consumes: ["identity"] })] },
    { given: "only a shadowed rule looks", rules: [leaving, shadow(looking)] },
    { given: "one of two is left after the one who looks", rules: [leaving, looking, leaving] },
    { given: "one of several is looked at by none", rules: [leavingTwo, elsewhere] },
  ])("causes a refusal with step, rule and finding if $given", ({ rules }) => {
    expect(() => beforeCreateUser(rules as [Rule])).toThrow(/before-create-user: leaving.*"identity".*no later rule looks at it/);
    expect(() => afterSignIn(rules as [Rule])).toThrow(/after-sign-in: leaving.*"identity"/);
  });

  const referring = makeRule({ name: "referring", requires: [REFERRED], decide: () => CONTINUE });
  it.each<{ given: string; rules: readonly Rule[]; legal: boolean }>([
    { given: "an approver's rule stands after it", rules: [referring, makeRule({ name: "asking", consumes: [REFERRED] })], legal: true },
    {
      given: "only one that looks at every finding does",
      rules: [referring, makeRule({ name: "all", consumes: [EVERY_FINDING] })],
      legal: false,
    },
    { given: "nothing does", rules: [referring], legal: false },
  ])("for an approver is accepted ($legal) if $given", ({ rules, legal }) => {
    const make = () => beforeCreateUser(rules as [Rule]);
    const says =
      "The policy for before-create-user: referring refers people to an approver, but no requestApproval follows it, so they would get in: add requestApproval after it.";
    if (legal) expect(make).not.toThrow();
    else expect(make).toThrow(new TypeError(says));
  });

  it("is distinguished from a finding that a later rule should use", () => {
    const hinting = makeRule({ name: "hinting", recommends: ["listed", "score"], decide: () => CONTINUE });
    expect(unconsumedFindings([hinting, elsewhere, shadow(leaving)], "recommends")).toEqual([{ rule: "hinting", finding: "score" }]);
  });
});

const called = (service: string, url: string): Use => ({ service, url });

it("a misspelt finding is refused with a suggestion of the right name", () =>
  expect(() => beforeCreateUser([makeRule({ name: "own", requires: ["refered"] })])).toThrow(
    /add a rule that does\. Did you mean referred\?$/,
  ));

it.each<{ given: string; uses: readonly Use[]; says?: string }>([
  { given: "none", uses: [] },
  { given: "one URL each", uses: [called("a", "https://a.example"), { secret: "a" }, called("b", "https://b.example")] },
  { given: "one URL twice", uses: [called("a", "https://a.example"), called("a", "https://a.example")] },
  { given: "one without a URL", uses: [called("a", "https://a.example"), { service: "a" }, called("a", "https://a.example")] },
  {
    given: "two URLs",
    uses: [called("a", "https://a.example"), called("b", "https://b.example"), { secret: "b" }, called("a", "https://c.example")],
    says: 'the service "a" is declared with two URLs, https://a.example and https://c.example. Give one of them another name.',
  },
])("services with the same name must have the same URL: $given", ({ uses, says }) => expect(servicesAtOdds(uses)).toBe(says));

it.each([
  { entry: rule, how: "in force" },
  { entry: shadow(rule), how: "in shadow" },
])("the rule of a policy's entry is found if the entry is $how", ({ entry }) => expect(unwrapRule(entry)).toBe(rule));

describe("a rule's name", () => {
  it.each(["a", "access-list", "rule2", "check-2-things"])("may be %p", (name) => expect(makeRule({ name }).name).toBe(name));

  it.each(["", "A", "accessList", "access_list", "-list", "list-", "a--b", "2nd", "kim@contoso.com", "a b", "\n"])(
    "cannot be %p",
    (name) => {
      expect(() => makeRule({ name })).toThrow(/kebab-case/);
    },
  );
});

describe("an entry that is no rule", () => {
  const accessListForgotten = () => [];
  it.each([
    { given: "a function", entry: accessListForgotten, says: "the function accessListForgotten instead of a rule" },
    {
      given: "a function without a name",
      entry: (
        () => () =>
          undefined
      )(),
      says: "a function instead of a rule",
    },
    { given: "a shadowed function", entry: { shadow: accessListForgotten }, says: "the function accessListForgotten" },
    { given: "a text", entry: "access-list", says: '"access-list" instead of a rule' },
    { given: "nothing", entry: undefined, says: "instead of a rule" },
    {
      given: "null",
      entry: null,
      says: "The policy for before-create-user contains null instead of a rule: write accessList(), or ...list.",
    },
    { given: "null in shadow", entry: { shadow: null }, says: "contains null instead of a rule" },
    {
      given: "a list",
      entry: [accessListForgotten],
      says: /contains a list instead of a rule: write three dots before it, as in \[\.\.\.who\]\.$/,
    },
    {
      given: "a list in shadow",
      entry: { shadow: [accessListForgotten] },
      says: "The policy for before-create-user: shadow takes one rule, not a list: write shadow(…) around each.",
    },
    {
      given: "the step's options",
      entry: { trust: ["mail"] },
      says: "The policy for before-create-user has the option trust among its rules: write options after the list, as in [accessList()], { trust: … }.",
    },
    { given: "a long object", entry: { names: "x".repeat(900) }, says: /contains \{"names":"x{69}… instead of a rule/ },
    {
      given: "an object that looks like a rule",
      entry: { name: "own", decide: () => ({ kind: "continue" }) },
      says: 'an object instead of a rule: write defineRule("own", ({ signUp, now }) => …) around its function.',
    },
    { given: "a name that is no text", entry: { name: 7 }, says: 'contains {"name":7} instead of a rule' },
    {
      given: "a function, with what to write",
      entry: accessListForgotten,
      says: 'which would let everyone pass: call it, accessListForgotten(), or make it a rule with defineRule("name", accessListForgotten).',
    },
    {
      given: "a function without a name, with what to write",
      entry: (
        () => () =>
          undefined
      )(),
      says: 'which would let everyone pass: call it, accessList(), or make it a rule with defineRule("name", …).',
    },
    { given: "an object without a name", entry: { decide: () => ({ kind: "continue" }) }, says: "instead of a rule" },
  ])("is refused: $given", ({ entry, says }) => {
    expect(() => beforeCreateUser([entry as never])).toThrow(says);
  });
});

describe("an unknown option", () => {
  // What the compiler does not see: `any`, JSON, plain JavaScript.
  const odd = JSON.parse('{ "trsut": ["mail"] }');
  const source = { schema: {}, attributes: () => ({}), url: "https://crm.example", onFailure: "block", ...odd };
  it.each([
    { of: "accessList", make: () => accessList(odd) },
    { of: "onlyDomains", make: () => onlyDomains(["contoso.com"], odd) },
    { of: "lookup", make: () => lookup(profiles({ trust: [] }), odd) },
    { of: "profiles", make: () => profiles(odd) },
    { of: 'permittedValue("city")', make: () => permittedValue("city", odd) },
    { of: "requestApproval", make: () => requestApproval(odd) },
    { of: "verifyIdentity", make: () => verifyIdentity(idology(), odd) },
    { of: "idology", make: () => idology(odd) },
    { of: "experian", make: () => experian(odd) },
    { of: 'http "http"', make: () => http(source as never) },
    { of: 'service "crm"', make: () => service("crm", { url: "https://crm.example", ...odd }) },
    { of: 'oauth("crm")', make: () => oauth("crm", { tokenUrl: "https://crm.example", ...odd }) },
    { of: 'apiKey("crm")', make: () => apiKey("crm", { header: "x-api-key", ...odd }) },
    { of: "before-create-user", make: () => beforeCreateUser([rule], odd) },
    { of: 'The rule "any"', make: () => makeRule({ name: "any", ...odd }) },
  ])("is refused by $of with a list of the known ones", ({ of, make }) => {
    const start = `${of} has no option "trsut": write one of `;
    expect(make).toThrow(TypeError);
    expect(make).toThrow(start);
  });
});

describe("a rule that names its step", () => {
  const first = makeRule({ name: "first", decide: () => CONTINUE });
  const last = { step: "before-create-user", rule: first, isLast: true } as const;

  it("is used only in that step, and comes last if it declares isLast", () => {
    const before = { step: "after-sign-in", rule: first } as const;
    expect(beforeCreateUser([last, rule, before]).rules).toEqual([rule, first]);
    expect(afterSignIn([last, rule, before]).rules).toEqual([rule, first]);
    expect(beforeCreateUser([{ step: "before-create-user", rule: first }, rule]).rules).toEqual([first, rule]);
  });
});
