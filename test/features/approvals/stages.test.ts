import type { Decider } from "../../../engine/audited-change";
import type { Say } from "../../../features/approvals/change";
import type { ApprovalRequest, Stage, Stages } from "../../../features/approvals/request";
import {
  askedKind,
  asks,
  asksByName,
  beginFirstStage,
  escalate,
  isAskedAs,
  isAskedAt,
  isWaitingFor,
  listAddresses,
  listAskedNow,
  listNonVoters,
  reassign,
  remindApprovers,
} from "../../../features/approvals/stages";
import { approve, deny, expire, reopen } from "../../../features/approvals/transitions";
import { NOW } from "../../engine/sign-up/people";
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
  return pending({ onApproval: "continue", ...beginFirstStage(stages, false, NOW) });
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
    { way: "by that name without #", second: { names: ["guard_contoso.com_EXT_@f.onmicrosoft.com"], groups: guard.groups } },
    { way: "by that of an account that we made", second: { names: ["guard_contoso.com#EXT@f.onmicrosoft.com"], groups: guard.groups } },
    { way: "by a second role", second: { ...guard, groups: [], arn: "arn:aws:sts::111111111111:assumed-role/Bot/x" } },
  ])("accepts no two votes of one person at a stage: $way", ({ second }) => {
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
  ])("accepts no vote of one person in two stages: $way", ({ stages, first, second }) => {
    expect(approve(after(staged(stages), first), say(second), NOW)).toMatchObject({ ok: false, why: "voted" });
  });

  it("accepts no vote without an identity, since it could be repeated", () => {
    const nobody: Decider = { names: ["root"], groups: guard.groups };
    expect(approve(after(staged(), sponsor), say(nobody), NOW)).toMatchObject({ why: "not-asked" });
  });

  it("counts all sessions of one assumed role as one person", () => {
    const request = after(staged(), sponsor, robot);
    const again = { names: [], arn: "arn:aws:sts::111111111111:assumed-role/Bot/session-2" };
    expect(approve(request, say(again), NOW)).toMatchObject({ why: "voted" });
    expect(after(request, guard).state).toBe("approved");
  });

  it("ends with one denial by a person who is asked", () => {
    expect(rowOf(deny(after(staged(), sponsor), say(guard), NOW))).toMatchObject({ state: "denied", decision: { verdict: "denied" } });
  });

  it("asks more people after the stage's time, even without the sweeper, and decides nothing", () => {
    const request = staged();
    const [before, then] = [later(48 * HOUR - 1), later(48 * HOUR)];
    expect([asks(request, partners, before), asks(request, partners, then), asks(request, sponsor, then)]).toEqual([false, true, true]);
    expect(escalate(request, before)).toMatchObject({ ok: false, why: "not-yet" });
    const swept = rowOf(escalate(request, then));
    expect(swept).toMatchObject({ state: "pending", asked: ["sponsor@contoso.com", "role:Partners"] });
    expect(listAskedNow(swept, later(900 * HOUR))).toEqual(swept.asked);
    expect(escalate(swept, later(49 * HOUR))).toMatchObject({ ok: false, why: "not-yet" });
    const unswept = rowOf(approve(request, say(partners), then));
    expect(unswept).toMatchObject({ state: "pending", stages: { running: 1 } });
    expect(unswept.escalatesAt).toBeUndefined();
    expect(unswept.history.map(({ what }) => what)).toEqual([undefined, "escalated", "passed"]);
  });

  it("expires without an answer, after any number of passed stages", () => {
    expect(rowOf(expire(after(staged(), sponsor), later(15 * 24 * HOUR)))).toMatchObject({ state: "expired" });
    expect(asks(staged(), sponsor, later(15 * 24 * HOUR))).toBe(false);
  });

  it("starts from the first stage if another person reopens it", () => {
    const denied = rowOf(deny(after(staged(), sponsor), say(guard), NOW));
    const again = rowOf(reopen(denied, say(sponsor), later(HOUR)));
    expect(again).toMatchObject({
      state: "pending",
      asked: ["sponsor@contoso.com"],
      stages: { running: 0, votes: [], since: later(HOUR).toISOString() },
    });
    expect(again.escalatesAt).toBe(later(49 * HOUR).toISOString());
  });

  it("starts from the first stage if another person of the same name reopens it", () => {
    const by = { kind: "console", name: "Kim Guard" } as const;
    const denied = rowOf(deny(after(staged(), sponsor), { by, decider: guard, account: "id-of-guard@contoso.com" }, NOW));
    const namesake = rowOf(reopen(denied, { by, decider: sponsor }, later(HOUR)));
    expect(namesake.stages).toMatchObject({ running: 0, votes: [] });
    const own = rowOf(reopen(denied, { by, decider: guard }, later(HOUR)));
    expect(own.stages).toMatchObject({ running: 1, votes: { length: 1 } });
  });

  it("returns to the earlier stage if the last voter takes the vote back before anything else happens", () => {
    const elsewhere = rowOf(reassign(staged(), say(guard), ["lee@contoso.com"], later(HOUR)));
    const passed = after(elsewhere, person("lee@contoso.com"));
    const back = rowOf(reopen(passed, say(person("lee@contoso.com")), later(2 * HOUR)));
    expect(back).toMatchObject({ state: "pending", asked: ["lee@contoso.com"], stages: { running: 0, votes: [] } });
    expect(back.history.at(-1)).toMatchObject({ what: "withdrawn", stage: 0 });
    const voted = after(staged(), sponsor, guard);
    const again = rowOf(reopen(voted, say(guard), later(HOUR)));
    expect([again.asked, again.stages?.running, again.stages?.votes.length]).toEqual([list[1]?.by, 1, 1]);
    const reminded = rowOf(remindApprovers(passed, say(guard), later(HOUR)));
    for (const [request, who] of [
      [passed, guard],
      [passed, { names: [] }],
      [voted, sponsor],
      [reminded, person("lee@contoso.com")],
      [back, person("lee@contoso.com")],
      [after(staged(), person("lee@contoso.com", { standsInFor: ["sponsor@contoso.com"] })), sponsor],
      [staged(), sponsor],
    ] as const)
      expect(reopen(request, say(who), later(2 * HOUR))).toMatchObject({ ok: false, why: "pending" });
  });

  const lee = person("lee@contoso.com");
  const atLee = rowOf(reassign(after(staged(), sponsor), say(guard), ["lee@contoso.com", "pat@contoso.com"], later(HOUR)));
  it.each([
    { given: "a last vote", request: after(staged(), sponsor, guard, guard2), who: guard2, votes: 2, asked: list[1]?.by },
    {
      given: "a denial",
      request: rowOf(deny(after(staged(), sponsor, guard), say(guard2), NOW)),
      who: guard2,
      votes: 2,
      asked: list[1]?.by,
    },
    {
      given: "a reassigned stage's",
      request: after(atLee, lee, person("pat@contoso.com")),
      who: person("pat@contoso.com"),
      votes: 2,
      asked: atLee.asked,
    },
    { given: "the only vote", request: after(staged([list[0] as Stage]), sponsor), who: sponsor, votes: 0, asked: list[0]?.by },
  ])("continues at its earlier stage if the decider takes $given back", ({ request, who, votes, asked }) => {
    const back = rowOf(reopen(request, say(who), later(2 * HOUR)));
    expect(back).toMatchObject({ state: "pending", asked, stages: { running: request.stages?.running, votes: { length: votes } } });
    expect(back.decision).toBeUndefined();
    expect(after(back, who).state).toBe("approved");
  });

  it("starts from the first stage if its approval is reopened by another person than the last voter", () => {
    const done = after(staged(), sponsor, guard, guard2);
    expect(rowOf(reopen(done, say(guard), later(HOUR)))).toMatchObject({ stages: { running: 0, votes: [] } });
    const delegate = person("lee@contoso.com", { standsInFor: ["sponsor@contoso.com"] });
    const instead = after(staged([list[0] as Stage]), delegate);
    expect(rowOf(reopen(instead, say(sponsor), later(HOUR))).asked).toEqual(["sponsor@contoso.com"]);
  });

  it("asks the people of a stage again each time a vote of that stage is withdrawn", () => {
    const takenBack = (request: ApprovalRequest) => rowOf(reopen(after(request, sponsor), say(sponsor), later(HOUR)));
    const twice = takenBack(takenBack(staged()));
    expect([twice.asked, twice.stages?.running]).toEqual([list[0]?.by, 0]);
    expect(approve(twice, say(guard), NOW)).toMatchObject({ ok: false, why: "not-asked" });
    expect(after(twice, sponsor).stages?.running).toBe(1);
  });

  it("asks the new people after a reassignment, and no longer the former ones", () => {
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
  ])("refuses a reassignment to $to", ({ asked, after: voters = [] }) => {
    expect(reassign(after(staged(), ...voters), say(guard), asked, NOW)).toMatchObject({ ok: false, why: "too-few" });
  });

  it("allows one reminder in twelve hours", () => {
    const reminded = rowOf(remindApprovers(staged(), say(guard), later(MINUTE)));
    expect(remindApprovers(reminded, say(guard), later(12 * HOUR))).toMatchObject({
      why: "not-yet",
      until: later(12 * HOUR + MINUTE).toISOString(),
    });
    expect(remindApprovers(reminded, say(guard), later(12 * HOUR + MINUTE)).ok).toBe(true);
  });

  it("is not reassigned to people who voted at the same stage: it asks only the others", () => {
    const request = after(staged(), sponsor, guard);
    const to = ["guard@contoso.com", "lee@contoso.com", "lee@contoso.com", "sponsor+1@contoso.com"];
    expect(rowOf(reassign(request, say(guard), to, NOW)).asked).toEqual(["lee@contoso.com"]);
    expect(reassign(after(staged(), sponsor), say(guard), to.slice(1), NOW)).toMatchObject({ ok: false, why: "too-few" });
  });

  it("can be reassigned to one address and a role if two votes are needed: several people may hold the role", () => {
    const asked = ["lee@contoso.com", "role:Partners"];
    expect(rowOf(reassign(after(staged(), sponsor), say(guard), asked, NOW)).asked).toEqual(asked);
    // Whoever assumes a role names the session as they like.
    const role = ["arn:aws:sts::111111111111:assumed-role/Bot/kim@contoso.com"];
    expect(rowOf(reassign(staged(), say(guard), role, NOW)).asked).toEqual(role);
  });

  it("cannot be reassigned after its decision, nor with too long a note", () => {
    const denied = rowOf(deny(staged(), say(sponsor), NOW));
    expect(reassign(denied, say(guard), ["lee@contoso.com"], NOW)).toEqual({ ok: false, why: "denied", decision: denied.decision });
    const wordy = { ...say(guard), note: "x".repeat(1_001) };
    expect(reassign(staged(), wordy, ["lee@contoso.com"], NOW)).toEqual({ ok: false, why: "note-too-long" });
  });

  it("waits for its full time again after a reassignment or reminder, and records either with its note", () => {
    const request = staged();
    const { stages } = request;
    const at = later(HOUR).toISOString();
    const note = "on leave";
    const line = { from: "pending", to: "pending", at, by: say(guard).by, stage: 0, note };
    expect(rowOf(remindApprovers(request, { ...say(guard), note }, later(HOUR)))).toStrictEqual({
      ...request,
      turn: 2,
      stages: { ...stages, remindedAt: at },
      history: [...request.history, { ...line, what: "reminded" }],
    });
    const reminded = rowOf(remindApprovers({ ...request, mailSecrets: [] }, say(guard), later(MINUTE)));
    expect(rowOf(reassign(reminded, { ...say(guard), note }, ["lee@contoso.com"], later(HOUR)))).toStrictEqual({
      ...request,
      turn: 3,
      stages: { ...stages, since: at },
      asked: ["lee@contoso.com"],
      escalatesAt: later(49 * HOUR).toISOString(),
      history: [...reminded.history, { ...line, what: "reassigned", asked: ["lee@contoso.com"] }],
    });
  });

  it("keeps each vote with all names of the voter, and the approver whom the voter represented", () => {
    const lee = person("lee@contoso.com", { standsInFor: ["sponsor@contoso.com"], arn: "arn:aws:iam::111111111111:user/lee" });
    const request = rowOf(approve(staged(), { ...say(lee), account: "lee's id", note: "known" }, later(MINUTE)));
    const at = later(MINUTE).toISOString();
    const by = say(lee).by;
    expect(request.stages).toStrictEqual({
      list,
      running: 1,
      since: at,
      votes: [
        {
          stage: 0,
          by,
          who: ["id-of-lee@contoso.com", "arn:aws:iam::111111111111:user/lee", "lee@contoso.com", "sponsor@contoso.com"],
          at,
          account: "lee's id",
          for: "sponsor@contoso.com",
          note: "known",
        },
      ],
    });
    expect(request.history.at(-1)).toStrictEqual({
      from: "pending",
      to: "pending",
      at,
      by,
      what: "passed",
      stage: 0,
      asked: list[1]?.by,
      note: "known",
    });
    const second = rowOf(approve(request, say(guard), later(HOUR)));
    expect(second.stages?.votes.at(-1)).toStrictEqual({
      stage: 1,
      by: say(guard).by,
      who: ["id-of-guard@contoso.com", "guard@contoso.com"],
      at: later(HOUR).toISOString(),
    });
  });

  it.each<[string, Partial<Say>, string]>([
    ["somebody who is not asked", { decider: person("ann@contoso.com") }, "not-asked"],
    ["somebody who is not known", {}, "not-asked"],
    ["the delegate of somebody who voted", { decider: person("lee@contoso.com", { standsInFor: ["other@contoso.com"] }) }, "voted"],
    ["the delegate of the person who asks", { decider: person("lee@contoso.com", { standsInFor: [kim.email] }) }, "voted"],
  ])("accepts no vote of %s", (_, decides, why) => {
    const request = after(staged([{ by: ["other@contoso.com", kim.email], need: 2 }]), person("other@contoso.com"));
    expect(approve(request, { by: { kind: "console", name: "x" }, ...decides }, NOW)).toMatchObject({ ok: false, why });
  });

  it("counts a delegate's vote for two approvers as the vote of the approver who has not voted", () => {
    const stages = [{ by: [kim.email, "other@contoso.com", "sponsor@contoso.com"], need: 2 }];
    const lee = person("lee@contoso.com", { standsInFor: [kim.email, "other@contoso.com", "sponsor@contoso.com"] });
    const request = after(staged(stages), person("other@contoso.com"), lee);
    expect(request).toMatchObject({ state: "approved", stages: { votes: [{}, { for: "sponsor@contoso.com" }] } });
  });

  it("asks no person if its stages name none", () => {
    const request = staged([]);
    expect(request).toMatchObject({ asked: [] });
    expect(request.escalatesAt).toBeUndefined();
    expect(asks(request, sponsor, NOW)).toBe(false);
  });

  it("allows neither a reassignment nor a reminder if it has no stages", () => {
    expect(reassign(pending(), say(guard), ["lee@contoso.com"], NOW)).toMatchObject({ why: "no-stages" });
    expect(remindApprovers(pending(), say(guard), NOW)).toMatchObject({ why: "no-stages" });
    expect(asks(pending(), guard, NOW)).toBe(true);
  });
});

describe("the people who are asked now", () => {
  const [sponsors] = list as [Stage];
  const of = (stage: Stage, more: Partial<ApprovalRequest> = {}) => ({ ...beginFirstStage([stage], false, NOW), ...more });
  const { withinMinutes: _, ...never } = sponsors;
  const { orElse: __, ...nobodyElse } = sponsors;
  it.each<[string, Parameters<typeof listAskedNow>[0], readonly string[]]>([
    ["those of the stage, before its time is over", of({ ...sponsors, withinMinutes: 24 * 60 + 1 }), ["sponsor@contoso.com"]],
    ["more people, once it is", of({ ...sponsors, withinMinutes: 24 * 60 }), ["sponsor@contoso.com", "role:Partners"]],
    ["each of them once", of({ ...sponsors, withinMinutes: 1, orElse: [...sponsors.by, "role:A"] }), ["sponsor@contoso.com", "role:A"]],
    ["those of a stage without a time, however long it takes", of(never), ["sponsor@contoso.com"]],
    ["those of a stage that nobody else answers", of(nobodyElse), ["sponsor@contoso.com"]],
    [
      "those who were asked instead, once more people were asked",
      { ...of(sponsors), escalatesAt: undefined, asked: ["lee@contoso.com"] } as never,
      ["lee@contoso.com"],
    ],
    ["nobody without stages", {}, []],
    ["nobody without stages, whatever time it says", { escalatesAt: NOW.toISOString() }, []],
  ])("are %s", (_, request, asked) => {
    expect(listAskedNow(request, later(24 * HOUR))).toEqual(asked);
  });

  it("have no escalation time if the stage names no further people or no time", () => {
    expect(of(never)).not.toHaveProperty("escalatesAt");
    expect(of(nobodyElse)).not.toHaveProperty("escalatesAt");
    const waits = { ok: false, why: "not-yet" };
    expect(escalate(staged([nobodyElse]), later(HOUR))).toEqual({ ...waits, until: later(14 * 24 * HOUR).toISOString() });
    expect(escalate(staged(), later(HOUR))).toEqual({ ...waits, until: later(48 * HOUR).toISOString() });
  });

  const names = ["kim@contoso.com", "role:Partners", "group:6f1c1a3e-0000-4000-8000-000000000001", "arn:aws:iam::1:user/kim"];
  it("are named by an address, a role, a group or an ARN", () => {
    expect(names.map(askedKind)).toEqual(["address", "role", "group", "arn"]);
    expect(listAddresses(names)).toEqual(["kim@contoso.com"]);
  });

  const groups = ["00000000-0000-4000-8000-000000000009", "6F1C1A3E-0000-4000-8000-000000000001"];
  it.each<[string, Partial<Decider>, readonly number[]]>([
    ["an address", { addresses: ["other@contoso.com", "Kim@Contoso.com"] }, [0]],
    ["one of several roles", { roles: ["Readers", "Partners"] }, [1]],
    ["a role in other letters", { roles: ["PARTNERS"] }, [1]],
    ["other roles", { roles: ["Readers"] }, []],
    ["one of several groups", { groups }, [2]],
    ["another group", { groups: groups.slice(0, 1) }, []],
    ["an ARN", { arn: "arn:aws:iam::1:user/kim" }, [3]],
    ["another ARN", { arn: "arn:aws:iam::1:user/lee" }, []],
    ["nothing", {}, []],
  ])("are recognised by %s", (_, known, expected) => {
    expect(names.flatMap((name, index) => (isAskedAs(name, { names: [], ...known }) ? [index] : []))).toEqual(expected);
  });

  it("get mail at their own address, and at that of their delegate", () => {
    const lee = { addresses: ["lee@contoso.com"], standsInFor: ["kim@contoso.com"] };
    expect(["lee@contoso.com", "kim@contoso.com", "ann@contoso.com"].map((each) => isAskedAt(each, lee))).toEqual([true, true, false]);
    expect(isAskedAt("lee@contoso.com", {})).toBe(false);
  });

  it("get no reminder if they have voted", () => {
    const request = after(staged([{ by: [...names, "sponsor@contoso.com", "ann@contoso.com"], need: 3 }]), sponsor);
    expect(listNonVoters(request, request.stages as Stages)).toEqual([...names, "ann@contoso.com"]);
    expect(listNonVoters({}, request.stages as Stages)).toEqual([]);
    // Others may hold the role by which one has voted.
    const role = "arn:aws:sts::111111111111:assumed-role/Bot";
    const halfway = after(staged([{ by: [role, "ann@contoso.com"], need: 2 }]), robot);
    expect(listNonVoters(halfway, halfway.stages as Stages)).toEqual([role, "ann@contoso.com"]);
  });

  it.each<[string, Parameters<typeof asksByName>[0], Decider, boolean]>([
    ["those of its stage", staged(), sponsor, true],
    ["not those of another stage", staged(), guard, false],
    ["the approver who got its mail", pending({ askedOf: "lee@contoso.com" }), person("lee@contoso.com"), true],
    ["not another approver", pending({ askedOf: "lee@contoso.com" }), guard, false],
    ["nobody, where every approver may decide", pending(), guard, false],
    ["nobody about their own", pending({ askedOf: kim.email }), person(kim.email), false],
  ])("are asked by name: %s", (_, request, decider, expected) => expect(asksByName(request, decider, NOW)).toBe(expected));
});

it.each([
  { asked: "kim.lee@gmail.com", name: "KimLee@googlemail.com", isFound: true },
  { asked: "pat@contoso.com", name: "Pat@Contoso.com", isFound: true },
  { asked: "pat@contoso.com", name: "pat+x@contoso.com", isFound: false },
  { asked: "role:Security", name: "role:security", isFound: true },
  { asked: "arn:aws:sts::111111111111:assumed-role/Desk/one", name: "arn:aws:sts::111111111111:assumed-role/Desk/two", isFound: true },
  { asked: "arn:aws:iam::111111111111:role/Desk", name: "arn:aws:iam::111111111111:role/Other", isFound: false },
])("a request that asks $asked is found by $name, as whoever decides is: $isFound", ({ asked, name, isFound }) =>
  expect(isWaitingFor([name], pending(beginFirstStage([{ by: [asked], need: 1 }], false, NOW)), NOW)).toBe(isFound),
);
