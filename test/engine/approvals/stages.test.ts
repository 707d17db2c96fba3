import type { Say } from "../../../engine/approvals/change";
import type { Decider } from "../../../engine/approvals/own-request";
import type { ApprovalRequest, Stage } from "../../../engine/approvals/request";
import { askedNow, asks, escalate, firstStage, reassign, remindApprovers } from "../../../engine/approvals/stages";
import { approve, deny, expire, reopen } from "../../../engine/approvals/transitions";
import { NOW } from "../sign-up/people";
import { HOUR, kim, later, MINUTE, pending, rowOf } from "./requests";

/** Somebody who signed in to the console. */
function person(address: string, more: Partial<Decider> = {}): Decider {
  return { objectId: `id-of-${address}`, names: [address], addresses: [address], ...more };
}

const sponsor = person("sponsor@contoso.com");
const partners = person("pat@contoso.com", { roles: ["Partners"] });
const guard = person("guard@contoso.com", { groups: ["6f1c1a3e-0000-4000-8000-000000000001"] });
const guard2 = person("guard2@contoso.com", { groups: ["6F1C1A3E-0000-4000-8000-000000000001"] });
const robot: Decider = {
  names: ["arn:aws:sts::111111111111:assumed-role/Bot/session-1"],
  arn: "arn:aws:sts::111111111111:assumed-role/Bot/session-1",
};

const list: readonly Stage[] = [
  { by: ["sponsor@contoso.com"], need: 1, orElse: ["role:Partners"], withinMinutes: 48 * 60 },
  { by: ["group:6f1c1a3e-0000-4000-8000-000000000001", "arn:aws:sts::111111111111:assumed-role/Bot"], need: 2 },
];

function staged(stages: readonly Stage[] = list): ApprovalRequest {
  return pending({ onApproval: "continue", ...firstStage(stages, false, NOW) });
}

function say(decider: Decider): Say {
  return { by: { kind: "console", name: decider.names[0] ?? "" }, decider };
}

/** The request once these approved it, one after the other. */
function after(request: ApprovalRequest, ...deciders: readonly Decider[]): ApprovalRequest {
  return deciders.reduce((current, decider) => rowOf(approve(current, say(decider), NOW)), request);
}

describe("a request with stages", () => {
  it("is approved once every stage has its votes, in order", () => {
    const first = after(staged(), sponsor);
    expect([first.state, first.stages?.running, first.asked]).toEqual(["pending", 1, list[1]?.by]);
    const second = after(first, guard);
    expect([second.state, second.stages?.running, second.decision]).toEqual(["pending", 1, undefined]);
    const done = after(second, guard2);
    expect([done.state, done.asked, done.escalatesAt, done.decision?.by.name]).toEqual([
      "approved",
      undefined,
      undefined,
      "guard2@contoso.com",
    ]);
    expect(done.history.map(({ what, to }) => what ?? to)).toEqual(["pending", "passed", "voted", "approved"]);
    expect(done.stages?.votes.map(({ stage, by }) => [stage, by.name])).toEqual([
      [0, "sponsor@contoso.com"],
      [1, "guard@contoso.com"],
      [1, "guard2@contoso.com"],
    ]);
  });

  it.each([
    { who: "the sponsor", decider: sponsor, asked: true },
    // Other tenants give such names to whom they like.
    { who: "a guest's user name", decider: person("sponsor_contoso.com#EXT#@fabrikam.onmicrosoft.com"), asked: false },
    { who: "an address that ends like the sponsor's", decider: person("x/sponsor@contoso.com"), asked: false },
    {
      who: "a delegate of such a name",
      decider: person("lee@contoso.com", { standsInFor: ["sponsor_contoso.com#ext#@evil.example"] }),
      asked: false,
    },
    { who: "the sponsor with a +tag", decider: person("sponsor+1@contoso.com"), asked: false },
    { who: "a name that is no proven address", decider: { names: ["sponsor@contoso.com"] }, asked: false },
    { who: "the end of an ARN", decider: { names: [], arn: "arn:aws:sts::1:assumed-role/Any/sponsor@contoso.com" }, asked: false },
    { who: "a delegate of the sponsor", decider: person("lee@contoso.com", { standsInFor: ["Sponsor@contoso.com"] }), asked: true },
    { who: "those who are asked later", decider: partners, asked: false },
    { who: "the next stage", decider: guard, asked: false },
    { who: "the person's own spelling", decider: person(kim.email, { standsInFor: ["sponsor@contoso.com"] }), asked: false },
  ])("asks $who: $asked", ({ decider, asked }) => {
    expect(asks(staged(), decider, NOW)).toBe(asked);
    const outcome = approve(staged(), say(decider), NOW);
    // Own requests are refused before: see deciding.ts.
    if (!decider.names.includes(kim.email)) expect(outcome.ok).toBe(asked);
    if (!asked && !decider.names.includes(kim.email)) expect(deny(staged(), say(decider), NOW).ok).toBe(false);
  });

  it.each([
    { way: "the same person again", second: guard },
    { way: "by another address", second: person("guard+x@contoso.com", { groups: guard.groups }) },
    { way: "by the object id alone", second: { names: [], objectId: "ID-OF-guard@contoso.com", groups: guard.groups } },
    { way: "by the address alone", second: { names: [], addresses: ["GUARD@contoso.com"], groups: guard.groups } },
    { way: "by a guest's user name", second: { names: ["guard_contoso.com#EXT#@f.onmicrosoft.com"], groups: guard.groups } },
    { way: "by that of an account that we made", second: { names: ["guard_contoso.com#EXT@f.onmicrosoft.com"], groups: guard.groups } },
    { way: "by a second role", second: { ...guard, groups: [], arn: "arn:aws:sts::111111111111:assumed-role/Bot/x" } },
  ])("takes no two votes of one person at a stage: $way", ({ second }) => {
    const request = after(staged(), sponsor, guard);
    expect(asks(request, second, NOW)).toBe(false);
    expect(approve(request, say(second), NOW)).toMatchObject({ ok: false, why: "voted" });
  });

  it.each([
    { way: "in two stages", first: sponsor, second: { ...sponsor, groups: guard.groups } },
    {
      way: "for oneself, then by a delegate",
      stages: [
        { by: ["sponsor@contoso.com"], need: 1 },
        { by: ["sponsor@contoso.com", "role:Partners"], need: 1 },
      ],
      first: sponsor,
      second: person("lee@contoso.com", { standsInFor: ["sponsor@contoso.com"] }),
    },
    {
      way: "as a delegate, then for oneself",
      first: person("guard@contoso.com", { standsInFor: ["sponsor@contoso.com"] }),
      second: guard,
    },
    {
      way: "by a delegate, then oneself",
      first: person("lee@contoso.com", { standsInFor: ["sponsor@contoso.com"] }),
      second: { ...sponsor, groups: guard.groups },
    },
    {
      way: "as the delegate of two people",
      stages: [
        { by: ["sponsor@contoso.com"], need: 1 },
        { by: ["other@contoso.com"], need: 1 },
      ],
      first: person("lee@contoso.com", { standsInFor: ["sponsor@contoso.com"] }),
      second: person("lee@contoso.com", { standsInFor: ["other@contoso.com"] }),
    },
  ])("takes no vote of one person in two stages: $way", ({ stages, first, second }) => {
    expect(approve(after(staged(stages), first), say(second), NOW)).toMatchObject({ ok: false, why: "voted" });
  });

  it("takes no vote of nobody: it could be repeated", () => {
    const nobody: Decider = { names: ["root"], groups: guard.groups };
    expect(approve(after(staged(), sponsor), say(nobody), NOW)).toMatchObject({ why: "not-asked" });
  });

  it("counts sessions of one assumed role as one person", () => {
    const request = after(staged(), sponsor, robot);
    const again = { names: [], arn: "arn:aws:sts::111111111111:assumed-role/Bot/session-2" };
    expect(approve(request, say(again), NOW)).toMatchObject({ why: "voted" });
    expect(after(request, guard).state).toBe("approved");
  });

  it("ends with one denial of somebody who is asked", () => {
    expect(rowOf(deny(after(staged(), sponsor), say(guard), NOW))).toMatchObject({ state: "denied", decision: { verdict: "denied" } });
  });

  it("asks more people after the stage's time, with or without the sweeper, and decides nothing", () => {
    const request = staged();
    const [before, then] = [later(48 * HOUR - 1), later(48 * HOUR)];
    expect([asks(request, partners, before), asks(request, partners, then), asks(request, sponsor, then)]).toEqual([false, true, true]);
    expect(escalate(request, before)).toMatchObject({ ok: false, why: "not-yet" });
    const swept = rowOf(escalate(request, then));
    expect(swept).toMatchObject({ state: "pending", asked: ["sponsor@contoso.com", "role:Partners"] });
    expect(askedNow(swept, later(900 * HOUR))).toEqual(swept.asked);
    expect(escalate(swept, later(49 * HOUR))).toMatchObject({ ok: false, why: "not-yet" });
    const unswept = rowOf(approve(request, say(partners), then));
    expect(unswept).toMatchObject({ state: "pending", stages: { running: 1 } });
    expect(unswept.escalatesAt).toBeUndefined();
    expect(unswept.history.map(({ what }) => what)).toEqual([undefined, "escalated", "passed"]);
  });

  it("expires without an answer, however many stages it passed", () => {
    expect(rowOf(expire(after(staged(), sponsor), later(15 * 24 * HOUR)))).toMatchObject({ state: "expired" });
    expect(asks(staged(), sponsor, later(15 * 24 * HOUR))).toBe(false);
  });

  it("begins from the first stage when it is reopened", () => {
    const denied = rowOf(deny(after(staged(), sponsor), say(guard), NOW));
    const again = rowOf(reopen(denied, say(guard), later(HOUR)));
    expect(again).toMatchObject({
      state: "pending",
      asked: ["sponsor@contoso.com"],
      stages: { running: 0, votes: [], since: later(HOUR).toISOString() },
    });
    expect(again.escalatesAt).toBe(later(49 * HOUR).toISOString());
  });

  it("asks others once it is reassigned, and no longer those from before", () => {
    const request = rowOf(reassign(staged(), say(guard), ["lee@contoso.com"], later(HOUR)));
    expect([asks(request, sponsor, NOW), asks(request, person("lee@contoso.com"), NOW)]).toEqual([false, true]);
    expect(request.escalatesAt).toBe(later(49 * HOUR).toISOString());
    expect(request.history.at(-1)).toMatchObject({ what: "reassigned", asked: ["lee@contoso.com"] });
  });

  it.each([
    { to: "nobody", asked: [] },
    { to: "the person who asks", asked: [kim.email] },
    { to: "one who voted", asked: ["sponsor@contoso.com"], after: [sponsor] },
    { to: "too few", asked: ["lee@contoso.com", "lee+2@contoso.com"], after: [sponsor] },
  ])("is not reassigned to $to", ({ asked, after: voters = [] }) => {
    expect(reassign(after(staged(), ...voters), say(guard), asked, NOW)).toMatchObject({ ok: false, why: "too-few" });
  });

  it("reminds at most once in twelve hours", () => {
    const reminded = rowOf(remindApprovers(staged(), say(guard), later(MINUTE)));
    expect(remindApprovers(reminded, say(guard), later(12 * HOUR))).toMatchObject({
      why: "not-yet",
      until: later(12 * HOUR + MINUTE).toISOString(),
    });
    expect(remindApprovers(reminded, say(guard), later(12 * HOUR + MINUTE)).ok).toBe(true);
  });

  it("has nothing to reassign or remind without stages", () => {
    expect(reassign(pending(), say(guard), ["lee@contoso.com"], NOW)).toMatchObject({ why: "no-stages" });
    expect(remindApprovers(pending(), say(guard), NOW)).toMatchObject({ why: "no-stages" });
    expect(asks(pending(), guard, NOW)).toBe(true);
  });
});
