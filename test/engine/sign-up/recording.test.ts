import { invalidMember } from "../../../engine/fields";
import type { Answer, Decision } from "../../../engine/sign-up/decision";
import { keyedHash } from "../../../engine/sign-up/person";
import { type DecisionRecord, decisionRecord } from "../../../engine/sign-up/record";
import { buildDecisionRecord, type Circumstances, isFirstContinue, listReasons } from "../../../engine/sign-up/recording";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { block, person } from "./people";

const signUp = person({ identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });
const hashOf = keyedHash("k");
const given: Circumstances = {
  id: "id",
  reference: "K7QD-9MXD",
  step: "before-create-user",
  source: "b2b",
  eventAttributes: [],
  now: new Date("2026-06-15T12:00:00Z"),
  durationMs: 7,
  policyVersion: "v",
};
const decision = (answer: Answer, more: Partial<Decision> = {}): Decision => ({ answer, trace: [], replayed: [], ...more });
const passed: Answer = { kind: "continue", attributes: { city: "Busan", country: "KR" } };
const asked: Answer = {
  kind: "invalid",
  problems: [
    { reason: "one", attribute: "city" },
    { reason: "two" },
    { reason: "three", attribute: "city" },
    { reason: "one", attribute: "state" },
  ],
};

/** What every record holds. */
const bare = {
  id: "id",
  reference: "K7QD-9MXD",
  at: "2026-06-15T12:00:00.000Z",
  step: "before-create-user",
  source: "b2b",
  verdict: "block",
  reasons: ["no"],
  trace: [],
  changed: [],
  durationMs: 7,
  policyVersion: "v",
  revision: 0,
};

const nameless = { personId: hashOf("person\nkim@contoso.com"), email: "kim@contoso.com", emailProven: false, issuers: ["entra"] };
const invitation = { findings: { invited: "code" }, evidence: { invitation: "K7QD-9MXD" } };
const USER = "7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2";
const externalToken = { step: "before-sending-token", source: "external-tenant", userId: USER.toUpperCase() } as const;
const told = { correlationId: "sign-in-1", ipAddress: "192.0.2.1" };

const failedOutside = [{ rule: "a", said: "block", upstreamFailure: { service: "crm", kind: "timeout" } }] as const;

describe("a decision record contains", () => {
  it.each<{ what: string; of: Decision; among?: Partial<Circumstances>; more: object }>([
    { what: "an answer to nobody in particular", of: decision(block("no")), more: {} },
    { what: "the rule that stopped the sign-up", of: decision(block("no"), { decidedBy: "gate" }), more: { rule: "gate" } },
    { what: "the gate, if it has a name", of: decision(block("no")), among: { gate: "partners" }, more: { gate: "partners" } },
    {
      what: "what the form does not collect",
      of: decision(block("no")),
      among: { notCollected: ["city"] },
      more: { notCollected: ["city"] },
    },
    { what: "what failed", of: decision(block("no"), { failure: { why: "read", error: new Error() } }), more: { failure: "read" } },
    {
      what: "where it failed",
      of: decision(block("no")),
      among: { thrown: { error: "TypeError", at: ["policy/gate.ts:5:18"] } },
      more: { thrown: { error: "TypeError", at: ["policy/gate.ts:5:18"] } },
    },
    {
      what: "what the rules said",
      of: decision(block("no"), { trace: [{ rule: "a", said: "block" }] }),
      more: { trace: [{ rule: "a", said: "block" }] },
    },
    {
      what: "the person's languages, if a system outside failed",
      of: decision(block("no"), { trace: failedOutside }),
      among: { who: { signUp: person({ locales: ["ko-KR"] }), hashOf } },
      more: { ...nameless, trace: failedOutside, locales: ["ko-KR"] },
    },
    { what: "the names of what changed", of: decision(passed), more: { verdict: "continue", reasons: [], changed: ["city", "country"] } },
    {
      what: "every reason, and what the person was asked for once",
      of: decision(asked),
      more: { verdict: "invalid", reasons: ["one", "two", "three", "one"], asked: ["city", "state"] },
    },
    {
      what: "problems with nothing in particular",
      of: decision({ kind: "invalid", problems: [{ reason: "one" }] }),
      more: { verdict: "invalid", reasons: ["one"] },
    },
    {
      what: "who it was",
      of: decision(block("no")),
      among: { who: { signUp, hashOf } },
      more: {
        personId: hashOf("person\nkim@contoso.com"),
        accountId: hashOf("account\ngoogle.com/1184"),
        email: "kim@contoso.com",
        emailProven: true,
        issuers: ["google.com"],
      },
    },
    {
      what: "that a provider proves addresses, as the policy says",
      of: decision(block("no")),
      among: { who: { signUp: person(), hashOf }, trust: ["entra"] },
      more: { ...nameless, emailProven: true },
    },
    {
      what: "that a provider proves none, as the policy says",
      of: decision(block("no")),
      among: { who: { signUp: person({ identities: [{ issuer: "google.com" }] }), hashOf }, trust: [] },
      more: { ...nameless, issuers: ["google.com"] },
    },
    {
      what: "what only some dialects tell",
      of: decision(block("no")),
      among: { who: { signUp: { ...person(), ...told, application: { id: "app-1", name: "Shop" } }, hashOf } },
      more: { ...nameless, ...told, application: "app-1" },
    },
    {
      what: "who it was, without an account",
      of: decision(block("no")),
      among: { who: { signUp: person(), hashOf } },
      more: nameless,
    },
    { what: "how the gate was set", of: decision(block("no"), { recorded: { posture: "closed" } }), more: { posture: "closed" } },
    {
      what: "the systems that were asked",
      of: decision(block("no")),
      among: { calls: [{ service: "crm", ms: 7 }] },
      more: { calls: [{ service: "crm", ms: 7 }] },
    },
    {
      what: "that the address was only typed",
      of: decision(block("no")),
      among: { who: { signUp: person({ emailTyped: true }), hashOf } },
      more: { ...nameless, emailTyped: true },
    },
    {
      what: "whose account typed an address",
      of: decision(block("no")),
      among: {
        who: { signUp: person({ emailTyped: true, identities: [{ issuer: "apple.com", issuerAssignedId: "000123.abc" }] }), hashOf },
      },
      more: {
        ...nameless,
        accountId: hashOf("account\napple.com/000123.abc"),
        issuers: ["apple.com"],
        emailTyped: true,
        signedInAs: { issuer: "apple.com", id: "000123.abc" },
      },
    },
    {
      what: "how somebody without an address signed in",
      of: decision(block("no")),
      among: { who: { signUp: person({ ...signUp, email: "" }), hashOf } },
      more: { accountId: hashOf("account\ngoogle.com/1184"), issuers: ["google.com"] },
    },
    {
      what: "nothing of nobody: a token's event does not say how they signed in",
      of: decision(block("no")),
      among: { who: { signUp: person({ step: "before-sending-token", email: "" }), hashOf } },
      more: {},
    },
    {
      what: "the account of a token of an external tenant that names nobody",
      of: decision(block("no")),
      among: { who: { signUp: person({ ...externalToken, email: "" }), hashOf } },
      more: { userId: USER, accountId: hashOf(`account\nentra/${USER}`) },
    },
    {
      what: "the account of a token beside the person",
      of: decision(block("no")),
      among: { who: { signUp: person(externalToken), hashOf } },
      more: { ...nameless, userId: USER },
    },
    {
      what: "no account of a token of B2C, whose access has no end",
      of: decision(block("no")),
      among: { who: { signUp: person({ ...externalToken, source: "b2c" }), hashOf } },
      more: nameless,
    },
    {
      what: "how somebody signed in whom a token's event names",
      of: decision(block("no")),
      among: { who: { signUp: person({ step: "before-sending-token" }), hashOf } },
      more: nameless,
    },
  ])("$what", ({ of, among, more }) => {
    const record = buildDecisionRecord(of, { ...given, ...among });
    expect(record).toStrictEqual({ ...bare, ...more });
    expect(invalidMember(decisionRecord, record)).toBeUndefined();
  });

  it.each<{ given: string; result: Partial<RuleResult>; proven?: boolean }>([
    { given: "of its mail", result: invitation, proven: true },
    { given: "that was handed out", result: { ...invitation, evidence: {} } },
    { given: "that the rule did not take", result: { ...invitation, said: "block" } },
    { given: "that a shadowed rule took", result: { ...invitation, shadow: true } },
    { given: "that another rule took", result: { ...invitation, rule: "mine" } },
    { given: "that nobody needed", result: { ...invitation, findings: { invited: "address" } } },
  ])("proof of a typed address only if the rule `invited` accepted a mailed code: $given", ({ result, proven = false }) => {
    const trace = [{ rule: "invited", said: "continue" as const, ...result }];
    const who = { signUp: person({ emailTyped: true }), hashOf };
    expect(buildDecisionRecord(decision(passed, { trace }), { ...given, who }).emailProven).toBe(proven);
  });

  it.each([
    { names: ["city", "displayName", "state"], values: { city: "Busan", displayName: "kim" } },
    { names: ["state"], values: undefined },
  ])("the returned values of the attributes that the policy names for events: $names", ({ names, values }) => {
    const record = buildDecisionRecord(decision(passed), { ...given, who: { signUp, hashOf }, eventAttributes: names });
    expect(record.attributes).toEqual(values);
    expect("attributes" in record).toBe(values !== undefined);
  });

  it("a list attribute of the tenant as the text that is sent, and any other list as a list", () => {
    const attributes = { areas: ["a", "b"], tags: ["a", "b"], city: "Busan" };
    const who = { signUp: person({ attributes, listAttributes: ["areas", "city"] }), hashOf };
    const eventAttributes = ["areas", "tags", "city"];
    expect(buildDecisionRecord(decision(block("no")), { ...given, who, eventAttributes }).attributes).toEqual({
      ...attributes,
      areas: "a,b",
    });
    const unread = { signUp: person({ attributes }), hashOf };
    expect(buildDecisionRecord(decision(block("no")), { ...given, who: unread, eventAttributes }).attributes).toEqual(attributes);
  });

  it("no attribute value if the request was unreadable", () =>
    expect(buildDecisionRecord(decision(passed), { ...given, eventAttributes: ["city"] })).not.toHaveProperty("attributes"));
});

describe("the record of a repeated call", () => {
  const earlier = { verdict: "continue" as const, reasons: [] };
  const stopped = { verdict: "block", rule: "gate", reasons: ["no"] };
  const found = { ...buildDecisionRecord(decision(block("no"), { decidedBy: "gate" }), given), revision: 3 };
  const repeated = (answer: Answer, decidedBy: string, found: DecisionRecord) => {
    const { revision, earlier } = buildDecisionRecord(decision(answer, { decidedBy, replayed: [{ ...found }] }), given);
    return { revision, earlier };
  };

  it.each<{ answered: string; answer: Answer; by?: string; before?: Partial<DecisionRecord>; revision: number; said?: object }>([
    { answered: "the same way", answer: block("no"), revision: 3 },
    { answered: "the same way, after another answer", answer: block("no"), before: { earlier }, revision: 3, said: earlier },
    { answered: "otherwise", answer: passed, revision: 4, said: stopped },
    {
      answered: "with the same as something to mend",
      answer: { kind: "invalid", problems: [{ reason: "no" }] },
      revision: 4,
      said: stopped,
    },
    { answered: "for another reason", answer: block("why"), revision: 4, said: stopped },
    {
      answered: "by another rule",
      answer: block("no"),
      by: "wall",
      revision: 4,
      said: stopped,
    },
    {
      answered: "after an answer that no rule gave",
      answer: passed,
      before: { rule: undefined as never },
      revision: 4,
      said: { verdict: "block", reasons: ["no"] },
    },
  ])(
    "that is answered $answered has the revision $revision, and keeps the earlier answer",
    ({ answer, by = "gate", before, revision, said }) => {
      expect(repeated(answer, by, { ...found, ...before })).toStrictEqual({ revision, earlier: said });
    },
  );

  it("contains no earlier answer if there was none", () => {
    const record = buildDecisionRecord(decision(block("no"), { decidedBy: "gate", replayed: [{ ...found }] }), given);
    expect(record).not.toHaveProperty("earlier");
  });
});

it.each([
  { answer: passed, reasons: [] },
  { answer: block("no"), reasons: ["no"] },
  { answer: asked, reasons: ["one", "two", "three", "one"] },
])("the record of $answer.kind has the reasons $reasons", ({ answer, reasons }) => expect(listReasons(answer)).toEqual(reasons));

it.each([
  ["after-sign-in", "continue", true],
  ["after-sign-in", "block", false],
  ["before-create-user", "continue", false],
  ["before-sending-token", "continue", false],
] as const)("an answer at %s with %s leads to the form: %s", (step, verdict, isFirst) => {
  expect(isFirstContinue({ step, verdict })).toBe(isFirst);
});
