import { parseValue } from "../../../engine/fields";
import {
  ACCOUNT_CREATED,
  ACCOUNT_FAILED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
  type ApprovalEvent,
  approvalEvents,
  buildApprovalEvent,
  INVITATION_SENT,
} from "../../../features/approvals/build-event";
import { putBack } from "../../../features/approvals/change";
import { invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, type ApprovalState, type Stages, type Stored, states } from "../../../features/approvals/request";
import { beginFirstStage, escalate, reassign, remindApprovers } from "../../../features/approvals/stages";
import { approve, deny, expire, reopen, submit, usePass } from "../../../features/approvals/transitions";
import { extend, resend } from "../../../features/invitations/invitation";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { account, alice, approved, asking, at, bob, DAY, failure, kim, later, pass, pending, provisioning, rowOf } from "./requests";

/** What every event says of a request. */
function toldOf({ id, turn, changedAt, reference, state, onApproval, personId, answerBy: _, ...request }: ApprovalRequest) {
  const { email, emailProven, locales, requestedAt } = request;
  const whose = { personId, email, emailProven, issuers: ["google.com"], locales, requestedAt };
  return {
    id: `${id}.${Date.parse(requestedAt).toString(36)}.${turn}`,
    time: changedAt,
    requestId: id,
    reference,
    state,
    onApproval,
    ...whose,
  };
}

it.each<{ after: ApprovalState; type?: ApprovalEvent["type"]; from: readonly (ApprovalState | "nothing")[] }>([
  { after: "pending", type: APPROVAL_REQUESTED, from: ["nothing", ...states.filter((state) => state !== "pending")] },
  { after: "approved", type: APPROVAL_DECIDED, from: ["pending"] },
  { after: "denied", type: APPROVAL_DECIDED, from: ["pending", "approved", "failed", "admitted"] },
  { after: "expired", type: APPROVAL_EXPIRED, from: ["pending", "approved"] },
  { after: "provisioning", from: [] },
  { after: "provisioned", type: ACCOUNT_CREATED, from: ["provisioning"] },
  { after: "failed", type: ACCOUNT_FAILED, from: ["provisioning"] },
  { after: "admitted", from: [] },
])("a change to the state $after from one of $from, and from no other state, causes the event $type", ({ after, type, from }) => {
  const befores: readonly (readonly [string, Stored])[] = [["nothing", undefined], ...Object.entries(at)];
  const told = befores.flatMap(([name, before]) => {
    const event = buildApprovalEvent(before, at[after]);
    return event === undefined ? [] : [{ name, type: event.type }];
  });
  expect(told).toEqual(from.map((name) => ({ name, type })));
});

describe("the event of an invitation", () => {
  const sending = { by: alice, code: "QH7K-93FN-XAMT", days: 14 };
  const invited = rowOf(invitePerson(undefined, { email: "kim@contoso.com", sponsor: "mina@contoso.com" }, sending, hashOf, NOW));
  const again = rowOf(resend(invited, { ...sending, code: "AAAA-3333-CCCC" }, later(DAY)));

  it.each<{ what: string; before: Stored; after: ApprovalRequest; type?: ApprovalEvent["type"] }>([
    { what: "is sent", before: undefined, after: invited, type: INVITATION_SENT },
    { what: "is sent again", before: invited, after: again, type: INVITATION_SENT },
    { what: "is extended", before: invited, after: rowOf(extend(invited, { by: alice }, later(30 * DAY), later(DAY))) },
    { what: "is used", before: invited, after: rowOf(usePass(invited, "call", later(DAY))) },
    { what: "is taken back", before: invited, after: rowOf(deny(invited, { by: alice }, NOW)), type: APPROVAL_DECIDED },
    { what: "is put back from a backup", before: undefined, after: putBack(invited, later(DAY)) },
  ])("reports that the invitation $what: $type", ({ before, after, type }) => {
    const event = buildApprovalEvent(before, after);
    expect(event?.type).toBe(type);
    if (event === undefined) return;
    expect(event.detail).toMatchObject({ invited: true, email: "kim@contoso.com" });
    expect(JSON.stringify(event)).not.toMatch(/QH7K|AAAA/);
  });

  const { sponsor: _, ...words } = invited.invitation ?? {};
  const alone = { ...invited, invitation: words as NonNullable<ApprovalRequest["invitation"]> };
  it.each<{ what: string; before: Stored; after: ApprovalRequest; more: object }>([
    { what: "who invited the person, and who answers for them", before: undefined, after: invited, more: { sponsor: "mina@contoso.com" } },
    { what: "that nobody answers for them", before: undefined, after: alone, more: {} },
    { what: "of one in place of a request, too", before: pending(), after: alone, more: {} },
  ])("names the sender, and the sponsor if there is one: $what", ({ before, after, more }) =>
    expect(buildApprovalEvent(before, after)).toStrictEqual({
      type: INVITATION_SENT,
      detail: { ...toldOf(after), issuers: ["entra"], invited: true, invitedBy: alice, passUntil: after.passUntil, ...more },
    }),
  );

  it.each([
    { whose: "with a sponsor", before: invited, more: { sponsor: "mina@contoso.com" } },
    { whose: "without one", before: alone, more: {} },
  ])("reports an unused invitation: $whose", ({ before, more }) => {
    const after = rowOf(expire(before, later(14 * DAY)));
    expect(buildApprovalEvent(before, after)).toStrictEqual({
      type: APPROVAL_EXPIRED,
      detail: { ...toldOf(after), issuers: ["entra"], invited: true, from: "approved", ...more },
    });
  });
});

it("an event names the gate if the gate has a name", () => {
  const signUp = { ...kim, gate: "suppliers" };
  expect(buildApprovalEvent(undefined, pending({ signUp }))?.detail.gate).toBe("suppliers");
  expect(buildApprovalEvent(undefined, pending())?.detail).not.toHaveProperty("gate");
});

it("a request made again causes an event; an unchanged request written again causes none", () => {
  const anew = rowOf(submit(at.pending, asking(), later(20 * DAY)));
  expect(buildApprovalEvent(at.pending, anew)?.type).toBe(APPROVAL_REQUESTED);
  expect(buildApprovalEvent(at.pending, { ...at.pending, turn: 2 })).toBeUndefined();
  expect(buildApprovalEvent({ ...at.pending, history: [] }, at.pending)?.type).toBe(APPROVAL_REQUESTED);
});

const decision = { verdict: "approved", by: alice, at: NOW.toISOString() };
const redeemUrl = "https://login.microsoftonline.com/redeem?rd=x";

it.each<{ given: string; before: Stored; after: ApprovalRequest; more: object }>([
  { given: "asked", before: undefined, after: pending(), more: { answerBy: later(14 * DAY).toISOString(), displayName: "Kim" } },
  { given: "approved", before: pending(), after: approved, more: { decision: { ...decision, note: "known" } } },
  {
    given: "approved in the console, without the approver's object id",
    before: pending(),
    after: rowOf(approve(pending(), { by: alice, account: "4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f" }, NOW)),
    more: { decision },
  },
  { given: "given a pass", before: pending(), after: pass, more: { decision, passUntil: later(7 * DAY).toISOString() } },
  { given: "never answered", before: pending(), after: at.expired, more: { from: "pending" } },
  { given: "not used in time", before: pass, after: at.expired, more: { from: "approved" } },
  { given: "an account", before: provisioning, after: at.provisioned, more: { accountId: account.id } },
  {
    given: "an account, and the link to it",
    before: provisioning,
    after: { ...at.provisioned, account: { ...account, redeemUrl } },
    more: { accountId: account.id, redeemUrl },
  },
  { given: "no account", before: provisioning, after: at.failed, more: { failure } },
])("an event names the actor, and only the change that happened: $given", ({ before, after, more }) =>
  expect(buildApprovalEvent(before, after)?.detail).toStrictEqual({ ...toldOf(after), ...more }),
);

const typed = (attributes: object) => person({ ...kim, attributes: attributes as typeof kim.attributes });
const renews = { since: NOW.toISOString(), endedAt: later(DAY).toISOString(), how: "early", by: "alice" } as const;
const word = { vendor: "acme", outcome: "review", code: "REFER", reference: "4712" };

it.each([
  { what: "the name alone", asks: { signUp: typed({ displayName: "Kim", city: "Seoul" }) }, says: { displayName: "Kim" } },
  { what: "no name that is no text", asks: { signUp: typed({ displayName: 7, city: "Seoul" }) }, says: {} },
  {
    what: "what the policy has approvers see, by its short name",
    asks: { show: ["extension_Tier", "city"] },
    says: { displayName: "Kim", attributes: { extension_Tier: "gold" } },
  },
  { what: "nothing of what it has them see, where nobody typed it", asks: { show: ["city"] }, says: { displayName: "Kim" } },
  { what: "the approver of the code", asks: { askedOf: "lee@contoso.com" }, says: { displayName: "Kim", askedOf: "lee@contoso.com" } },
  { what: "what identity vendors said", asks: { verifications: [word] }, says: { displayName: "Kim", verifications: [word] } },
  { what: "which access they ask to renew", asks: { renews }, says: { displayName: "Kim", renews } },
])("the event of a request reports: $what", ({ asks, says }) => {
  const after = pending(asks);
  expect(buildApprovalEvent(undefined, after)?.detail).toStrictEqual({ ...toldOf(after), answerBy: after.answerBy, ...says });
});

it("each step of a stage causes an event: a vote, the next stage, an escalation, a reassignment, a reminder", () => {
  const vote = { by: alice, decider: { names: [], roles: ["Security"], objectId: "a" } };
  const list = [
    { by: ["role:Security"], need: 2 },
    { by: ["lee@contoso.com"], need: 1, orElse: ["role:Partners"], withinMinutes: 60 },
  ];
  const first = pending(beginFirstStage(list, true, NOW));
  expect(buildApprovalEvent(undefined, first)?.detail).toMatchObject({
    stage: { number: 1, of: 2, need: 2, votes: 0, asked: ["role:Security"] },
  });
  const voted = rowOf(approve(first, { ...vote, note: "known" }, later(1)));
  const passed = rowOf(approve(voted, { ...vote, decider: { ...vote.decider, objectId: "b" } }, later(2)));
  const escalated = rowOf(escalate(passed, later(DAY)));
  const reassigned = rowOf(reassign(escalated, { by: bob }, ["ann@contoso.com"], later(DAY)));
  const reminded = rowOf(remindApprovers(reassigned, { by: bob }, later(DAY)));
  const rows = [first, voted, passed, escalated, reassigned, reminded];
  const events = rows.slice(1).map((after, index) => buildApprovalEvent(rows[index], after));
  const changes = [
    { change: "voted", by: alice, note: "known", stage: { number: 1, of: 2, need: 2, votes: 1, asked: ["role:Security"] } },
    { change: "passed", by: alice, news: true, stage: { number: 2, of: 2, need: 1, votes: 0, asked: ["lee@contoso.com"] } },
    {
      change: "escalated",
      escalatedTo: ["role:Partners"],
      stage: { number: 2, of: 2, need: 1, votes: 0, asked: ["lee@contoso.com", "role:Partners"] },
    },
    { change: "reassigned", by: bob, stage: { number: 2, of: 2, need: 1, votes: 0, asked: ["ann@contoso.com"] } },
    { change: "reminded", by: bob, stage: { number: 2, of: 2, need: 1, votes: 0, asked: ["ann@contoso.com"] } },
  ];
  const told = rows
    .slice(1)
    .map((after) => ({ ...toldOf(after), time: after.history.at(-1)?.at, displayName: "Kim", answerBy: after.answerBy }));
  expect(events).toStrictEqual(changes.map((each, index) => ({ type: "approval.stage.v1", detail: { ...told[index], ...each } })));
  const quiet = { ...passed, stages: { ...(passed.stages as Stages), news: false } };
  expect(buildApprovalEvent(voted, quiet)?.detail).not.toHaveProperty("news");
  for (const event of events) if (event) expect(() => parseValue(approvalEvents["approval.stage.v1"], event.detail)).not.toThrow();
});

it("a request with stages causes the event of a new request if it is asked again, reopened, put back or edited", () => {
  const list = [{ by: ["role:Security"], need: 1 }];
  const first = pending(beginFirstStage(list, false, NOW));
  const again = rowOf(submit(first, asking(beginFirstStage(list, false, later(20 * DAY))), later(20 * DAY)));
  const security = { by: alice, decider: { names: [], roles: ["Security"], objectId: "a" } };
  const denied = rowOf(deny(first, security, NOW));
  const reminded = rowOf(remindApprovers(first, { by: bob }, NOW));
  const { stages: _, ...mended } = reminded;
  const events = [
    buildApprovalEvent(first, again),
    buildApprovalEvent(denied, rowOf(reopen(denied, security, NOW))),
    buildApprovalEvent(undefined, reminded),
    buildApprovalEvent(first, mended),
    buildApprovalEvent(first, { ...first, history: [] }),
  ];
  expect(events.map((event) => event?.type)).toEqual(events.map(() => APPROVAL_REQUESTED));
});

it("the event of a vote or a reminder also names the people whom an escalation adds at that time", () => {
  const security = { by: alice, decider: { names: [], roles: ["Security"], objectId: "a" } };
  const first = pending(beginFirstStage([{ by: ["role:Security"], need: 2, orElse: ["lee@contoso.com"], withinMinutes: 60 }], false, NOW));
  for (const after of [approve(first, security, later(DAY)), remindApprovers(first, { by: bob }, later(DAY))])
    expect(buildApprovalEvent(first, rowOf(after))?.detail).toHaveProperty("escalatedTo", ["lee@contoso.com"]);
});

it.each([
  { given: "by who decided, at once", who: alice, after: 60_000, says: "undone" },
  { given: "by who decided, later", who: alice, after: DAY, says: "again" },
  { given: "by somebody else", who: bob, after: 60_000, says: "again" },
])("the event of a reopened request reports how the request was reopened: $given", ({ who, after, says }) => {
  const denied = rowOf(deny(pending(), { by: alice }, NOW));
  const reopened = rowOf(reopen(denied, { by: who }, later(after)));
  expect(buildApprovalEvent(denied, reopened)?.detail).toHaveProperty("reopened", says);
  expect(buildApprovalEvent(undefined, pending())?.detail).not.toHaveProperty("reopened");
});

it("a denied request keeps the other votes if its decider undoes the denial, but none if somebody else reopens it", () => {
  const of = (decider: string) => ({
    by: { kind: "console", name: decider } as const,
    decider: { names: [], roles: ["Security"], objectId: decider },
  });
  const first = pending(beginFirstStage([{ by: ["role:Security"], need: 2 }], false, NOW));
  const own = rowOf(deny(first, of("a"), NOW));
  const after = rowOf(deny(rowOf(approve(first, of("b"), NOW)), of("a"), NOW));
  const said = [own, after].map((was) => buildApprovalEvent(was, rowOf(reopen(was, of("a"), later(1))))?.detail);
  expect(said).toMatchObject([{ reopened: "undone" }, { reopened: "undone", stage: { votes: 1 } }]);
  const byOther = buildApprovalEvent(after, rowOf(reopen(after, of("c"), later(1))))?.detail;
  expect(byOther).toMatchObject({ reopened: "again", stage: { votes: 0 } });
});

it("a request of an earlier version shows its attributes by their stored names", () => {
  const { shortNames: _, ...older } = pending({ signUp: typed({ city: "Seoul" }), show: ["city"] });
  expect(buildApprovalEvent(undefined, older)?.detail).toMatchObject({ attributes: { city: "Seoul" } });
});

it("the event of a request through a named gate names the gate", () => {
  const after = pending({ signUp: { ...kim, gate: "partners" } });
  expect(after.gate).toBe("partners");
  expect(buildApprovalEvent(undefined, after)?.detail).toHaveProperty("gate", "partners");
  expect(pending()).not.toHaveProperty("gate");
  expect(buildApprovalEvent(undefined, pending())?.detail).not.toHaveProperty("gate");
});

const invitedNow = rowOf(
  invitePerson(undefined, { email: "kim@contoso.com" }, { by: alice, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, NOW),
);

it.each<{ missing: keyof ApprovalRequest; before: Stored; after: ApprovalRequest }>([
  { missing: "decision", before: pending(), after: approved },
  { missing: "decision", before: undefined, after: invitedNow },
  { missing: "passUntil", before: undefined, after: invitedNow },
  { missing: "account", before: provisioning, after: at.provisioned },
  { missing: "failure", before: provisioning, after: at.failed },
])("a row edited by hand causes no event if it lacks $missing", ({ missing, before, after }) =>
  expect(buildApprovalEvent(before, { ...after, [missing]: undefined })).toBeUndefined(),
);
