import { referenceFor } from "../../../engine/sign-up/call";
import { buildPersonId } from "../../../engine/sign-up/person";
import type { TransitionResult } from "../../../features/approvals/change";
import {
  type Invitee,
  invitationId,
  invitationReference,
  invitePerson,
  isOpen,
  type Sending,
} from "../../../features/approvals/invite-person";
import type { ApprovalRequest, Stored } from "../../../features/approvals/request";
import { readReturnEnd } from "../../../features/approvals/state-at";
import { deny, usePass } from "../../../features/approvals/transitions";
import {
  accept,
  extend,
  type InvitationState,
  isOfState,
  resend,
  restoreInvitation,
  revokeInvitation,
} from "../../../features/invitations/invitation";
import { moveInvitation } from "../../../features/invitations/store";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { alice, DAY, HOUR, later, pass, pending, at as requestIn, rowOf } from "../approvals/requests";

const email = "kim@contoso.com";
const sending: Sending = { by: alice, code: "QH7K-93FN-XAMT", days: 14 };
const at = NOW.toISOString();
const id = invitationId(email, undefined, hashOf);
const signUp = { kind: "gatehouse", name: "sign-up" } as const;

const invited = rowOf(invitePerson(undefined, { email }, sending, hashOf, NOW));
const used = rowOf(accept(invited, "call", "holder", later(DAY)));
const revoked = rowOf(revokeInvitation(invited, { by: alice }, later(DAY)));
const over = later(14 * DAY);
const usedAndRevoked = rowOf(revokeInvitation(used, { by: alice }, later(DAY)));
const takenBackAgain = rowOf(revokeInvitation(rowOf(resend(usedAndRevoked, sending, later(DAY))), { by: alice }, later(DAY)));
const usedPass = rowOf(usePass(pass, "call", later(HOUR)));

describe("an invitation", () => {
  it.each<[string, Invitee, Sending, Partial<ApprovalRequest>]>([
    [
      "by its address alone",
      { email },
      sending,
      {
        decision: { verdict: "approved", by: alice, at },
        invitation: { code: sending.code, sentAt: at },
        history: [{ at, from: "none", to: "approved", by: alice }],
      },
    ],
    [
      "with all that goes with it",
      { email, gate: "partners", language: "ko", sponsor: "mina@contoso.com" },
      { ...sending, note: "known", account: "alice's id" },
      {
        id: invitationId(email, "partners", hashOf),
        reference: referenceFor(`${invitationId(email, "partners", hashOf)}/1`),
        gate: "partners",
        locales: ["ko"],
        decision: { verdict: "approved", by: alice, at, note: "known", account: "alice's id" },
        invitation: { code: sending.code, sentAt: at, sponsor: "mina@contoso.com" },
        history: [{ at, from: "none", to: "approved", by: alice, note: "known" }],
      },
    ],
    [
      "to the default gate by its name",
      { email, gate: "default" },
      sending,
      {
        decision: { verdict: "approved", by: alice, at },
        invitation: { code: sending.code, sentAt: at },
        history: [{ at, from: "none", to: "approved", by: alice }],
      },
    ],
  ])("admits its person from the beginning: %s", (_, invitee, say, more) => {
    const until = over.toISOString();
    expect(invitePerson(undefined, invitee, say, hashOf, NOW)).toStrictEqual({
      ok: true,
      condition: "absent",
      request: {
        id,
        turn: 1,
        state: "approved",
        onApproval: "continue",
        reference: referenceFor(`${id}/1`),
        personId: buildPersonId(email, hashOf),
        email,
        emailProven: true,
        identities: [],
        attributes: {},
        shortNames: {},
        locales: [],
        requestedAt: at,
        changedAt: at,
        answerBy: until,
        answerWithinDays: 14,
        askAgainAfterDays: "never",
        passDays: 14,
        call: "",
        passUntil: until,
        ...more,
      },
    });
  });

  it("has one row for all spellings of the address, and a separate one at each gate", () => {
    const ids = [invitationId("kim.lee@gmail.com", undefined, hashOf), invitationId("kimlee@googlemail.com", "default", hashOf)];
    expect(ids[0]).toBe(ids[1]);
    expect(invitationId("kimlee@gmail.com", "partners", hashOf)).not.toBe(ids[0]);
  });

  it("has a new reference each time it is renewed", () => {
    const [first, second] = [invitationReference(id, undefined), invitationReference(id, invited)];
    expect([first, second]).toEqual([referenceFor(`${id}/1`), referenceFor(`${id}/2`)]);
    expect(first).toBe(invited.reference);
  });

  const invite = (stored: Stored) => invitePerson(stored, { email }, { ...sending, code: "AAAA-3333-CCCC" }, hashOf, over);
  it.each<[string, Stored, readonly object[]]>([
    ["nobody used", invited, [{ from: "approved", to: "expired", at: over.toISOString() }]],
    ["was used", used, [{ from: "approved", to: "admitted", by: signUp }]],
    ["was taken back", revoked, [{ from: "approved", to: "denied", by: alice }]],
  ])("replaces an earlier one that %s", (_, stored, lines) => {
    const again = rowOf(invite(stored));
    const from = (lines.at(-1) as { to: string }).to;
    expect(again.history).toMatchObject([{ from: "none", to: "approved" }, ...lines, { from, to: "approved", at: over.toISOString() }]);
    expect(again).toMatchObject({
      state: "approved",
      turn: (stored?.turn ?? 0) + 1,
      invitation: { code: "AAAA-3333-CCCC", sentAt: over.toISOString() },
    });
    expect(again.invitation).not.toHaveProperty("usedBy");
    expect(invite(stored)).toMatchObject({ condition: { turn: stored?.turn } });
  });

  it("is valid until its end, its use or its revocation, and does not count as a request", () => {
    const lastMoment = later(14 * DAY - 1);
    expect([invited, used, revoked, pass].map((each) => isOpen(each, lastMoment))).toEqual([true, false, false, false]);
    expect([isOpen(invited, over), isOpen(pass, NOW)]).toEqual([false, false]);
  });

  it("is sent again with a new code and a new full term, for the same person and sponsor", () => {
    const first = rowOf(invitePerson(undefined, { email, language: "ko", sponsor: "mina@contoso.com" }, sending, hashOf, NOW));
    const again: Sending = { by: alice, code: "AAAA-3333-CCCC", days: 3, note: "lost", account: "alice's id" };
    const [moment, until] = [later(DAY).toISOString(), later(4 * DAY).toISOString()];
    expect(resend(first, again, later(DAY))).toStrictEqual({
      ok: true,
      condition: { turn: 1 },
      request: {
        ...first,
        turn: 2,
        changedAt: moment,
        answerBy: until,
        answerWithinDays: 3,
        passUntil: until,
        decision: { verdict: "approved", by: alice, at: moment, note: "lost", account: "alice's id" },
        invitation: { code: "AAAA-3333-CCCC", sentAt: moment, sponsor: "mina@contoso.com" },
        history: [...first.history, { at: moment, from: "approved", to: "approved", by: alice, note: "lost" }],
      },
    });
  });

  it("is extended without mail and keeps its code", () => {
    const until = later(30 * DAY);
    expect(extend(invited, { by: alice, note: "away" }, until, later(DAY))).toStrictEqual({
      ok: true,
      condition: { turn: 1 },
      request: {
        ...invited,
        turn: 2,
        changedAt: later(DAY).toISOString(),
        answerBy: until.toISOString(),
        passUntil: until.toISOString(),
        history: [...invited.history, { at: later(DAY).toISOString(), from: "approved", to: "approved", by: alice, note: "away" }],
      },
    });
  });

  it("is used by one account, and records that account", () => {
    const { passUntil: _, ...rest } = invited;
    expect(used).toStrictEqual({
      ...rest,
      turn: 2,
      state: "admitted",
      changedAt: later(DAY).toISOString(),
      call: "call",
      invitation: { code: sending.code, sentAt: at, usedBy: "holder" },
      history: [...invited.history, { at: later(DAY).toISOString(), from: "approved", to: "admitted", by: signUp }],
    });
  });
});

const resent = (stored: Stored) => resend(stored, sending, over);
const extended = (stored: Stored) => extend(stored, { by: alice }, later(30 * DAY), over);
const restored = (stored: Stored) => restoreInvitation(stored, { by: alice }, over, later(2 * DAY));
const takenBack = (stored: Stored) => revokeInvitation(stored, { by: alice }, later(DAY));
const accepted = (stored: Stored) => accept(stored, "call", "holder", later(DAY));

it.each<[string, Stored, (stored: Stored) => TransitionResult, string]>([
  ["invited again while it is good", invited, (stored) => invitePerson(stored, { email }, sending, hashOf, later(DAY)), "approved"],
  ["sent again once nobody used it", invited, resent, "-> approved"],
  ["sent again once it was taken back", revoked, resent, "-> approved"],
  ["sent again once it was used", used, resent, "admitted"],
  ["sent again, as a request", pending(), resent, "not-invited"],
  ["sent again, as nothing", undefined, resent, "unknown"],
  ["sent again with too long a note", invited, (stored) => resend(stored, { ...sending, note: "x".repeat(1_001) }, NOW), "note-too-long"],
  ["extended once nobody used it", invited, extended, "-> approved"],
  ["extended once it was taken back", revoked, extended, "denied"],
  ["extended once it was used", used, extended, "admitted"],
  ["extended, as a request", pass, extended, "not-invited"],
  ["restored after it was taken back", revoked, restored, "-> approved"],
  ["restored once it was used", used, restored, "admitted"],
  ["restored after it was used and taken back", usedAndRevoked, restored, "-> admitted"],
  ["restored after it was used, taken back, sent again and taken back", takenBackAgain, restored, "-> approved"],
  ["restored, as a request", pass, restored, "not-invited"],
  ["taken back", invited, takenBack, "-> denied"],
  ["taken back twice", revoked, takenBack, "already"],
  ["taken back once it was used, while it lets its account in again", used, takenBack, "-> denied"],
  ["taken back once it was used and is over", used, (stored) => revokeInvitation(stored, { by: alice }, over), "admitted"],
  ["taken back by a denial once it was used", used, (stored) => deny(stored, { by: alice }, later(DAY)), "-> denied"],
  ["taken back, as a used pass", usedPass, (stored) => deny(stored, { by: alice }, later(DAY)), "admitted"],
  ["taken back, as a request", pending(), takenBack, "not-invited"],
  ["taken back, as nothing", undefined, takenBack, "unknown"],
  ["used twice", used, accepted, "admitted"],
  ["used after its end", invited, (stored) => accept(stored, "call", "holder", over), "expired"],
  ["used, as the pass of a request", pass, accepted, "approved"],
])("classifies an invitation as %s", (_, stored, change, expected) => {
  const outcome = change(stored);
  expect(outcome.ok ? `-> ${outcome.request.state}` : outcome.why).toBe(expected);
});

it("lets the account that used it in again until its end, as only its row tells", () => {
  const end = over.toISOString();
  const rows = [invited, used, usedAndRevoked, pass, usedPass];
  expect(rows.map((each) => readReturnEnd(each, later(14 * DAY - 1)))).toEqual([undefined, end, undefined, undefined, undefined]);
  expect(readReturnEnd(used, over)).toBeUndefined();
});

it.each<[InvitationState, boolean, boolean, boolean]>([
  ["open", true, false, false],
  ["used", true, false, false],
  ["waiting", false, true, false],
])("the state %s includes an invitation: %s, a waiting person: %s, another request: %s", (state, invitation, waiting, request) => {
  const rows = [invited, { ...requestIn.pending, waitlist: true }, requestIn.pending];
  expect(rows.map((each) => isOfState(each, state))).toEqual([invitation, waiting, request]);
});

it("an address is not corrected if the person used the invitation after it was read", async () => {
  let row = used;
  const written: string[] = [];
  const store = {
    getAll: async () => [],
    async change(id: string, transition: (stored: Stored) => TransitionResult) {
      const outcome = transition(id === invited.id ? row : undefined);
      if (outcome.ok) {
        written.push(id);
        row = outcome.request;
      }
      return outcome as never;
    },
  };
  const moved = await moveInvitation(store, invited, { to: "kim@partner.com", by: alice }, { hashOf }, later(DAY));
  expect(moved).toEqual({ ok: false, why: "not-open" });
  expect(written).toEqual([]);
});
