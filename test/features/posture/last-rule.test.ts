import { decidesOnReferrals } from "../../../engine/sign-up/admits";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn } from "../../../engine/sign-up/policy";
import { recordId, UNREAD } from "../../../engine/sign-up/records";
import { type AnyRule, makeRule, type RecordKey, type Row, type ShadowRule } from "../../../engine/sign-up/rule";
import type { Findings, Put, Write } from "../../../engine/sign-up/verdict";
import { accessList } from "../../../features/access-list/rule";
import { requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve } from "../../../features/approvals/transitions";
import type { PostureRow } from "../../../features/posture/change";
import { gatePosture, lastRuleFor } from "../../../features/posture/last-rule";
import { postureKey } from "../../../features/posture/posture";
import { shadow } from "../../../features/shadow/rule";
import { CONTINUE, hashOf, invalid, NOW, person, saying, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

type Typed = Omit<Partial<PostureRow>, "state" | "from" | "until" | "surgeUntil"> &
  Partial<Record<"state" | "from" | "until" | "surgeUntil", unknown>>;

const allowed = { entry: "kim@contoso.com", effect: "allow" };
const list = accessList({ otherwise: "continue" });

/** Tables that hold an entry for kim alone, and the gate's row. */
function tables(posture: Typed | undefined, gate = "default") {
  const rows = new Map<string, Row>([[recordId({ table: "accessList", key: { entry: allowed.entry } }), allowed]]);
  if (posture !== undefined)
    rows.set(recordId({ table: "decisions", key: { reference: "posture", id: gate } }), { reference: "posture", id: gate, ...posture });
  const asked: RecordKey[][] = [];
  const ports = world({
    lastRule: gatePosture(gate),
    read: async (keys) => {
      asked.push([...keys]);
      return new Map(keys.map(recordId).flatMap((id) => (rows.has(id) ? [[id, rows.get(id) as Row] as const] : [])));
    },
    write: async (write: Write) => {
      const { table, item } = write as Put;
      rows.set(recordId({ table, key: { id: String(item.id) } }), item);
      return true;
    },
  });
  return { rows, ports, asked };
}

const open = anyPolicy([list, saying("own", CONTINUE)]);
const approving = anyPolicy([list, requestApproval({ when: "approval" })]);
const tomorrow = new Date(NOW.getTime() + 86_400_000).toISOString();
const yesterday = new Date(NOW.getTime() - 86_400_000).toISOString();

async function answered(policy: typeof open, posture: Typed | undefined, email = "lee@fabrikam.com") {
  const { answer, decidedBy, recorded } = await decide(policy, person({ email }), tables(posture).ports);
  return { said: answer.kind === "block" ? answer.reason : answer.kind, by: decidedBy, active: recorded?.posture };
}

describe("a gate that is not open", () => {
  it.each([
    { given: "no row", posture: undefined, stranger: "continue", listed: "continue" },
    { given: "open", posture: { state: "open" }, stranger: "continue", listed: "continue" },
    { given: "closed", posture: { state: "closed" }, stranger: "posture.closed", listed: "posture.closed" },
    { given: "listed", posture: { state: "listed" }, stranger: "posture.listed", listed: "continue" },
    { given: "approval without an approver in the policy", posture: { state: "approval" }, stranger: "posture.listed", listed: "continue" },
    { given: "closed in other letters", posture: { state: " CLOSED " }, stranger: "posture.closed", listed: "posture.closed" },
    { given: "a state that is none", posture: { state: "shut" }, stranger: "posture.listed", listed: "continue" },
    {
      given: "an end before its beginning",
      posture: { state: "open", from: tomorrow, until: yesterday },
      stranger: "posture.listed",
      listed: "continue",
    },
    { given: "a row that could not be read", posture: UNREAD, stranger: "posture.listed", listed: "continue" },
    { given: "no state", posture: {}, stranger: "posture.listed", listed: "continue" },
    { given: "open until no moment", posture: { state: "open", until: "soon" }, stranger: "posture.listed", listed: "continue" },
    { given: "closed until no moment", posture: { state: "closed", until: "soon" }, stranger: "posture.closed", listed: "posture.closed" },
    { given: "closed until tomorrow", posture: { state: "closed", until: tomorrow }, stranger: "posture.closed", listed: "posture.closed" },
    { given: "closed until yesterday", posture: { state: "closed", until: yesterday }, stranger: "continue", listed: "continue" },
    { given: "closed from tomorrow", posture: { state: "closed", from: tomorrow }, stranger: "continue", listed: "continue" },
    { given: "closed from yesterday", posture: { state: "closed", from: yesterday }, stranger: "posture.closed", listed: "posture.closed" },
    {
      given: "closed for that whole day",
      posture: { state: "closed", from: "2026-03-01", until: "2026-03-01" },
      stranger: "posture.closed",
      listed: "posture.closed",
    },
    { given: "a surge", posture: { surgeUntil: tomorrow }, stranger: "posture.listed", listed: "continue" },
    { given: "a surge that is over", posture: { surgeUntil: yesterday }, stranger: "continue", listed: "continue" },
    {
      given: "a surge, and closed by somebody",
      posture: { state: "closed", surgeUntil: tomorrow },
      stranger: "posture.closed",
      listed: "posture.closed",
    },
    {
      given: "a surge before a close",
      posture: { state: "closed", from: tomorrow, surgeUntil: tomorrow },
      stranger: "posture.listed",
      listed: "continue",
    },
    { given: "a surge with an end that is no moment", posture: { surgeUntil: "x" }, stranger: "posture.listed", listed: "continue" },
  ] as const)(
    "answers $stranger to a stranger and $listed to people whom an entry allows: $given",
    async ({ posture, stranger, listed }) => {
      expect((await answered(open, posture)).said).toBe(stranger);
      expect((await answered(open, posture, "kim@contoso.com")).said).toBe(listed);
    },
  );

  it("records in trace and decision the gate's state, who set it, why and until when", async () => {
    const row = { state: "closed", reason: "the fair", name: "Kim", by: "id-of-kim", since: yesterday, until: tomorrow } as const;
    const { trace, decidedBy, recorded } = await decide(open, person(), tables(row).ports);
    expect({ trace, decidedBy, ...recorded }).toEqual({
      posture: "closed",
      decidedBy: "posture",
      trace: [
        {
          rule: "posture",
          said: "block",
          reasons: ["posture.closed"],
          evidence: { posture: "closed", because: "the fair", by: "Kim", since: yesterday, until: tomorrow },
        },
      ],
    });
  });

  it("shortens a long reason that somebody typed into the table", async () => {
    const { trace } = await decide(open, person(), tables({ state: "closed", reason: "x".repeat(390_000) }).ports);
    expect(trace[0]?.evidence?.because).toHaveLength(300);
  });

  it("reads its row in the same read as the rules' rows", async () => {
    const { ports, asked } = tables({ state: "open" });
    await decide(open, person(), ports);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContainEqual(postureKey());
  });

  it.each([
    ["closed", "block"],
    ["listed", "block"],
    ["approval", "continue"],
  ])("also decides at the after-sign-in step, provided that the step has the access list: %s", async (state, said) => {
    const policy = afterSignIn([list], { trust: "any" });
    const decision = await decide(policy, person({ step: "after-sign-in", email: "lee@fabrikam.com" }), tables({ state }).ports);
    expect(decision.answer.kind).toBe(said);
  });

  it("lets people go on to the next step if the current step has no access list", async () => {
    const policy = afterSignIn([makeRule({ name: "own", decide: () => CONTINUE })]);
    expect((await decide(policy, person({ step: "after-sign-in" }), tables({ state: "listed" }).ports)).answer.kind).toBe("continue");
  });

  it("makes no outside call for people whom it keeps out, and shows them no form to correct", async () => {
    let calls = 0;
    const vendor = makeRule({
      name: "vendor",
      uses: [{ service: "crm" }],
      decide: () => {
        calls++;
        return CONTINUE;
      },
    });
    const policy = anyPolicy([list, vendor, saying("form", invalid("city"))]);
    for (const state of ["closed", "listed"]) expect((await answered(policy, { state })).by).toBe("posture");
    expect(calls).toBe(0);
  });

  it("keeps the answer of a rule that refuses", async () => {
    const policy = anyPolicy([saying("own", { kind: "block", reason: "own.reason" }), list]);
    expect(await answered(policy, { state: "listed" })).toMatchObject({ said: "own.reason", by: "own", active: "listed" });
  });

  it("creates no request for approval for people who cannot be admitted", async () => {
    const { ports, rows } = tables({ state: "listed" });
    const policy = anyPolicy([requestApproval({ then: "continue", unproven: "block" }), list], { trust: ["entra"] });
    expect((await decide(policy, person({ email: "lee@fabrikam.com" }), ports)).decidedBy).toBe("posture");
    expect([...rows.keys()].filter((id) => id.includes("approvals"))).toEqual([]);
  });
});

describe("a gate set to approval", () => {
  const proven = {
    email: "lee@fabrikam.com",
    identities: [{ signInType: "federated", issuer: "mail", issuerAssignedId: "lee@fabrikam.com" }],
  };

  it("sends strangers to an approver, and admits people whom an entry or an approver allows", async () => {
    const { ports, rows } = tables({ state: "approval", reason: "a wave" });
    const stranger = person(proven);
    const policy = anyPolicy([list, requestApproval({ when: "approval", then: "continue" })]);
    expect(await decide(policy, stranger, ports)).toMatchObject({
      answer: { reason: "approval.requested" },
      recorded: { posture: "approval" },
    });
    expect((await decide(policy, person(), ports)).answer.kind).toBe("continue");
    const key = recordId(requestKey(requestId(stranger, hashOf)));
    const approved = approve(rows.get(key) as never, { by: { kind: "cli", name: "Park" } }, NOW);
    if (!approved.ok) throw new Error(approved.why);
    rows.set(key, approved.request as unknown as Row);
    expect((await decide(policy, stranger, ports)).answer.kind).toBe("continue");
  });

  it("reports an unreadable row in the trace", async () => {
    const { trace } = await decide(open, person({ email: "lee@fabrikam.com" }), tables({ state: "shut" }).ports);
    expect(trace.at(-1)).toStrictEqual({
      rule: "posture",
      said: "block",
      reasons: ["posture.listed"],
      evidence: { posture: "listed", row: "unreadable" },
    });
  });

  it("stores no request of a person who would be let in anyway", async () => {
    const { ports } = tables({ state: "approval" });
    expect((await decide(approving, person(), ports)).answer.kind).toBe("continue");
  });
});

const asking = requestApproval({ when: "approval" });
const [closed, listed, referring] = [{ state: "closed" }, { state: "listed" }, { state: "approval" }] as const;

it.each([
  { given: "hears of people who are referred", entry: asking, hears: true },
  { given: "is in shadow", entry: shadow(asking), hears: false },
  { given: "hears of others", entry: makeRule({ name: "own", consumes: ["listed"] }), hears: false },
  { given: "hears of nothing", entry: saying("own", CONTINUE), hears: false },
])("a rule that $given handles people whom the gate refers to an approver: $hears", ({ entry, hears }) =>
  expect(decidesOnReferrals(entry)).toBe(hears),
);

type Step = Parameters<typeof lastRuleFor>[1]["step"];

it.each<[string, Parameters<typeof lastRuleFor>[0], readonly (AnyRule | ShadowRule)[], Step, string | undefined]>([
  ["an open gate", undefined, [asking], "before-create-user", undefined],
  ["a closed gate", closed, [asking], "before-create-user", "closed: posture.closed"],
  ["a closed gate after sign-in", closed, [], "after-sign-in", "closed: posture.closed"],
  ["a closed gate at a token", closed, [], "before-sending-token", undefined],
  ["approval at a token", referring, [asking], "before-sending-token", undefined],
  ["approval after sign-in", referring, [asking], "after-sign-in", undefined],
  ["approval", referring, [list, asking], "before-create-user", "approval: continue"],
  ["approval with an approver in shadow alone", referring, [shadow(asking)], "before-create-user", "approval: posture.listed"],
  ["a listed gate", listed, [], "before-create-user", "listed: posture.listed"],
])("%s has the expected last rule", (_, active, rules, step, says) => {
  const last = lastRuleFor(active, { rules, step });
  const verdict = last?.decide({});
  expect(verdict && `${last?.recorded.posture}: ${verdict.kind === "block" ? verdict.reason : verdict.kind}`).toBe(says);
});

it.each<[string, typeof closed | typeof listed, Step, Findings, string]>([
  ["closed", closed, "before-create-user", { listed: "allow" }, "posture.closed"],
  ["closed after sign-in", closed, "after-sign-in", {}, "posture.closed"],
  ["listed", listed, "before-create-user", { listed: "allow" }, "continue"],
  ["listed, without a list", listed, "before-create-user", {}, "posture.listed"],
  ["listed after sign-in, without a list", listed, "after-sign-in", {}, "continue"],
  ["listed after sign-in, with one", listed, "after-sign-in", { listed: "none" }, "posture.listed"],
])("a gate's last rule decides as the gate's state requires: %s", (_, active, step, findings, says) => {
  const verdict = lastRuleFor(active, { rules: [], step })?.decide(findings);
  expect(verdict?.kind === "block" ? verdict.reason : verdict?.kind).toBe(says);
});

it("a gate that is set to listed keeps nobody waiting for a place, even if a rule would", async () => {
  const { ports, rows } = tables({ state: "listed" });
  const waits = { kind: "block", reason: "waits", deferred: true } as const;
  const policy = anyPolicy([saying("own", CONTINUE), saying("accepting", waits)]);
  const before = rows.size;
  expect((await decide(policy, person(), ports)).answer).toMatchObject({ kind: "block", reason: "posture.listed" });
  expect(rows.size).toBe(before);
});
