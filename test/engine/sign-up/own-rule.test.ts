import { decide } from "../../../engine/sign-up/engine";
import { approval, ask, block, defineRule, pass, type RuleAnswer, type RuleDeclarations } from "../../../engine/sign-up/own-rule";
import { afterSignIn, beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { onlyDomains } from "../../../features/only-domains/rule";
import { person, world } from "./people";

const own = (answer: unknown, options: RuleDeclarations = {}) => defineRule("own", () => answer as RuleAnswer, options);
const domains = onlyDomains(["contoso.com"]);
const policyOf = (...rules: readonly unknown[]) => beforeCreateUser([domains, ...rules] as never, { trust: "any" });
const kim = person({ email: "kim@contoso.com", attributes: { city: "Seoul" } });
const decided = (policy: Policy) => decide(policy, { ...kim, step: policy.step }, world());

describe("an answer of a custom rule", () => {
  it.each<{ answer: RuleAnswer; comesTo: object; options?: RuleDeclarations }>([
    { answer: pass(), comesTo: { kind: "continue" } },
    {
      answer: pass({ attributes: { city: "Busan" } }),
      options: { sets: ["city"] },
      comesTo: { kind: "continue", attributes: { city: "Busan" } },
    },
    { answer: pass({ attributes: { city: "Seoul" } }), comesTo: { kind: "continue" } },
    { answer: pass({ findings: { score: 3 } }), comesTo: { kind: "continue" } },
    { answer: pass({ findings: undefined as never }), comesTo: { kind: "continue" } },
    { answer: block("own.no", "No."), comesTo: { kind: "block", reason: "own.no", message: "No." } },
    { answer: block("own.no"), comesTo: { kind: "block", reason: "own.no" } },
    {
      answer: ask({ city: { en: "Which city?" }, email: "Which address?" }),
      comesTo: {
        kind: "invalid",
        problems: [
          { attribute: "city", reason: "own.city", message: { en: "Which city?" } },
          { attribute: "email", reason: "own.email", message: "Which address?" },
        ],
      },
    },
  ])("$answer has the result $comesTo", async ({ answer, comesTo, options }) =>
    expect((await decided(policyOf(own(answer, options)))).answer).toMatchObject(comesTo),
  );

  it.each<{ answer: unknown; says: string; options?: RuleDeclarations }>([
    { answer: undefined, says: "own answered nothing: in every branch, return pass(), block(" },
    { answer: pass, says: "own answered the function pass: call it, pass()." },
    { answer: true, says: "own answered true: in every branch" },
    { answer: { kind: "continue" }, says: 'own answered {"kind":"continue"}: in every branch, return pass(), block(' },
    { answer: [pass()], says: "own answered [" },
    { answer: block(undefined as never), says: 'own blocks without a reason: block("own.why", "text").' },
    { answer: block(""), says: 'own blocks without a reason: block("own.why", "text").' },
    { answer: block("own.no", 7 as never), says: "own: the text of own.no must be a text, or one for each language." },
    { answer: ask({}), says: 'own asks for nothing: name an attribute, as in ask({ jobTitle: "text" }).' },
    { answer: ask({ city: undefined as never }), says: "own: the text of city must be a text, or one for each language." },
    { answer: pass({ attributes: { city: "Busan" } }), says: 'own sets city without saying so: write { sets: ["city"] } in the rule.' },
    {
      answer: pass({ attributes: { state: "x", city: "Busan" } }),
      options: { sets: ["state"] },
      says: 'own sets city without saying so: write { sets: ["state", "city"] } in the rule.',
    },
    {
      answer: pass({ findings: { referred: true } }),
      says: 'own leaves the finding referred: to have an approver decide, return approval("why").',
    },
    {
      answer: approval("odd"),
      says: "own answered approval, and no requestApproval follows it to ask an approver: write requestApproval after it.",
    },
  ])("$answer blocks, and the log gives the cause: $says", async ({ answer, says, options }) => {
    const { answer: got, failure } = await decided(policyOf(own(answer, options)));
    expect(got).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" });
    expect(String(failure?.error)).toContain(says);
  });

  it("may be a promise, and its error is caught", async () => {
    const late = defineRule("late", async ({ signUp }) => (signUp.email.startsWith("kim@") ? block("late.no") : pass()));
    const breaks = defineRule("breaks", async () => {
      throw new Error("oh no");
    });
    expect((await decided(policyOf(late))).answer).toMatchObject({ kind: "block", reason: "late.no" });
    expect(String((await decided(policyOf(breaks))).failure?.error)).toContain("oh no");
  });

  it("may contain writes, with an answer for a failed condition", async () => {
    const item = { id: "ticket/1" };
    const once = own(pass({ effects: [{ table: "ledger", item, condition: "absent", onConflict: block("ticket.used", "Used.") }] }));
    const lost = await decide(policyOf(once), kim, world({ write: async () => false }));
    expect(lost.answer).toMatchObject({ kind: "block", reason: "ticket.used", message: "Used." });
  });
});

describe("an approval() answer", () => {
  const referred = requestApproval({ when: "approval" });
  const refers = own(approval("an odd domain"));

  it.each([
    { rules: [domains, refers, referred] },
    { rules: [own(approval("an odd domain"), { refers: "people of odd domains" }), referred] },
  ])("asks an approver, and the record contains its note", async ({ rules }) => {
    const { answer, trace } = await decided(beforeCreateUser(rules as never, { trust: "any" }));
    expect(answer).toMatchObject({ kind: "block", reason: "approval.requested" });
    expect(trace.find(({ rule }) => rule === "own")).toMatchObject({ findings: { referred: true }, evidence: { note: "an odd domain" } });
  });

  it("needs no note", async () => {
    const { trace } = await decided(policyOf(own(approval()), referred));
    expect(trace.find(({ rule }) => rule === "own")).not.toHaveProperty("evidence");
  });

  it("stops the person after sign-in, as no later step would ask an approver", async () =>
    expect((await decided(afterSignIn([refers as never]))).answer.kind).toBe("block"));

  it("requires a requestApproval in the policy if it is declared", () =>
    expect(() => policyOf(own(pass(), { refers: "strangers" }))).toThrow(
      "own refers people to an approver, but no requestApproval follows it, so they would get in: add requestApproval after it.",
    ));
});

it("an answer contains the given values and nothing else", () => {
  expect(block("own.no")).toStrictEqual({ answer: "block", reason: "own.no" });
  expect(approval()).toStrictEqual({ answer: "approval" });
  expect(approval("odd")).toStrictEqual({ answer: "approval", note: "odd" });
});

it.each([
  { options: { refuses: "interns" }, admits: "all but interns", narrows: true },
  { options: { refers: "strangers" }, admits: "all but strangers", narrows: true },
  { options: { refuses: "interns", refers: "strangers" }, admits: "all but interns", narrows: true },
  { options: {}, admits: "whoever it passes", narrows: undefined },
])("a custom rule with $options admits $admits", ({ options, admits, narrows }) => {
  const rule = own(pass(), options);
  expect([rule.admits, rule.narrows]).toEqual([admits, narrows]);
});

it("a custom rule without declarations sees all attributes, and may precede any rule", () =>
  expect(
    policyOf(
      own(pass()),
      defineRule("other", () => pass()),
      accessList(),
    ).rules,
  ).toHaveLength(4));

it.each<{ call: () => unknown; says: string }>([
  {
    call: () => defineRule({ name: "x", decide: () => pass() } as never, undefined as never),
    says: "defineRule takes a name and a function",
  },
  { call: () => defineRule("Office", () => pass()), says: 'A rule\'s name is kebab-case, like "partner-hours"; "Office" is not.' },
  {
    call: () => defineRule("x", undefined as never),
    says: 'The rule "x" has no function: defineRule("x", ({ signUp, now }) => pass()).',
  },
  { call: () => defineRule("x", { sets: [] } as never), says: 'The rule "x" has no function' },
  {
    call: () => own(pass(), { set: ["city"] } as never),
    says: 'The rule "own" has no option "set": write one of uses, needs, reads, asks, sets, consumes, refuses, refers. Did you mean sets?',
  },
  {
    call: () => own(pass(), { requires: ["referred"] } as never),
    says: 'The rule "own": write refers: "people of unknown regions" in place of requires: ["referred"].',
  },
  { call: () => own(pass(), { sets: "city" } as never), says: 'The rule "own": sets is a list, like ["jobTitle"].' },
  { call: () => own(pass(), { uses: "crm" } as never), says: 'The rule "own": uses is a list, like [service("crm", …)].' },
  { call: () => own(pass(), { refuses: " " }), says: 'The rule "own": refuses says in words whom' },
  { call: () => own(pass(), { refuses: true as never }), says: 'The rule "own": refuses says in words whom' },
])("a custom rule is refused as it loads: $says", ({ call, says }) =>
  expect(call).toThrow(new RegExp(says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))),
);
