import { type DecisionAction, decisionActions, type TransitionResult } from "../../../features/approvals/change";
import {
  decideRequest,
  findMeantRequests,
  findObjection,
  isRequestId,
  type RequestTable,
  requestView,
  restrictToShown,
} from "../../../features/approvals/deciding";
import { invitePerson } from "../../../features/approvals/invite-person";
import type { ApprovalRequest, Stored } from "../../../features/approvals/request";
import { beginFirstStage, reassign } from "../../../features/approvals/stages";
import {
  approve,
  claim,
  complete,
  deny,
  expire,
  fail,
  hashCall,
  release,
  reopen,
  storeAccount,
  strip,
  usePass,
} from "../../../features/approvals/transitions";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { alice, bob, DAY, kim, later, MINUTE, pending, rowOf } from "./requests";

/** A table whose request is changed by others between our reads. */
function tableOf(...reads: readonly Stored[]): RequestTable {
  return {
    async change(_, transition) {
      let outcome: TransitionResult | undefined;
      for (const stored of reads) outcome = transition(stored);
      return outcome as TransitionResult;
    },
  };
}

const asked = pending();
const asBob = { by: bob, decider: { names: [bob.name] } };
const approved = rowOf(approve(asked, { by: alice }, later(MINUTE)));
const denied = rowOf(deny(asked, { by: alice }, later(MINUTE)));
const again = rowOf(reopen(denied, { by: alice }, later(2 * MINUTE)));

describe("a denial", () => {
  it.each([
    { given: "pending all along", reads: [asked], why: undefined },
    { given: "approved when the call began", reads: [approved], why: undefined },
    { given: "approved meanwhile", reads: [asked, approved], why: "approved" },
    { given: "looked at while it was pending", reads: [approved], seen: asked, why: "approved" },
    { given: "looked at when it was approved", reads: [approved], seen: approved, why: undefined },
    { given: "denied meanwhile", reads: [asked, denied], why: "already" },
    { given: "reopened since it was looked at", reads: [again], seen: denied, why: undefined },
    { given: "unknown", reads: [undefined], why: "unknown" },
  ])("does not take back an approval that the approver has not seen: $given", async ({ reads, seen, why }) => {
    const result = await decideRequest(tableOf(...reads), "deny", { id: asked.id, ...asBob, ...(seen && { seen }) }, later(3 * MINUTE));
    expect(result.ok ? undefined : result.why).toBe(why);
    if (!result.ok && why === "approved") {
      expect(result).toMatchObject({
        decision: { by: alice },
        message: expect.stringMatching(/^It is approved: deny it to take that back\. Approved by alice at /),
      });
    }
  });

  it("is refused if the approver looked at a request with another code", async () => {
    const { reference } = pending({ signUp: { ...kim, email: "other@contoso.com" } });
    const result = await decideRequest(tableOf(approved), "deny", { id: asked.id, ...asBob, reference }, later(MINUTE));
    expect(result).toMatchObject({ ok: false, why: "asked-again" });
  });
});

it("a reassignment or reminder applies only to the stage that the operator looked at", () => {
  const stage = { by: ["role:Security"], need: 1 };
  const shown = pending(beginFirstStage([stage, stage], false, NOW));
  const guard = { by: bob, decider: { objectId: "guard", names: [], roles: ["Security"] } };
  const passed = rowOf(approve(shown, guard, NOW));
  const asRequested = pending();
  const asked = (stored: Stored) => restrictToShown(shown, (request) => reassign(request, guard, ["lee@contoso.com"], NOW))(stored);
  expect(rowOf(asked(shown)).asked).toEqual(["lee@contoso.com"]);
  expect(asked(passed)).toMatchObject({ ok: false, why: "stage-passed" });
  expect(rowOf(restrictToShown(asRequested, (request) => approve(request, asBob, NOW))(asRequested)).state).toBe("approved");
  for (const other of [undefined, { ...shown, reference: "AAAA-AAAA" }]) expect(asked(other)).toEqual({ ok: false, why: "unknown" });
});

it.each([
  { seen: denied, stored: denied, why: undefined },
  { seen: { ...denied, decision: approved.decision }, stored: rowOf(deny(again, { by: alice }, later(3 * MINUTE))), why: "denied" },
  { seen: asked, stored: denied, why: undefined },
])("Undo of a decision does not undo a later one: $why", async ({ seen, stored, why }) => {
  const result = await decideRequest(tableOf(stored), "reopen", { id: asked.id, ...asBob, seen }, later(4 * MINUTE));
  expect(result.ok ? undefined : result.why).toBe(why);
});

describe("a decision at a stage", () => {
  const stage = { by: ["role:Security"], need: 1 };
  const first = pending(beginFirstStage([stage, stage], false, NOW));
  const guard = (objectId: string) => ({ by: bob, decider: { objectId, names: [], roles: ["Security"] } });
  const second = rowOf(approve(first, guard("guard"), NOW));
  const done = rowOf(approve(second, guard("other"), NOW));

  it.each<[string, DecisionAction, ApprovalRequest, object, string | undefined]>([
    ["counts for the stage that was looked at", "approve", second, { seen: second }, undefined],
    ["does not count for the next stage", "approve", second, { seen: first }, "stage-passed"],
    ["does not count for the next stage: a denial", "deny", second, { seen: first }, "stage-passed"],
    ["is as the call finds it, where nobody says what was looked at", "approve", second, {}, undefined],
    ["counts for the stage of that number", "approve", second, { running: 1 }, undefined],
    ["does not count for the stage after that number", "approve", second, { running: 0 }, "stage-passed"],
    ["goes by what was looked at, whatever number comes with it", "approve", second, { seen: second, running: 0 }, undefined],
    ["takes back an approval that the call finds", "deny", done, { running: 1 }, undefined],
    ["is told that it was approved, whatever stage was looked at", "approve", done, { seen: first }, "already"],
    ["reopens nothing that waits, whatever stage was looked at", "reopen", second, { seen: first }, "pending"],
    ["reopens no approval that nobody looked at", "reopen", done, { seen: first }, "approved"],
    ["reopens an approval that was looked at", "reopen", done, { seen: done }, undefined],
    ["is not about the person's own request", "approve", second, { decider: { objectId: "x", names: [second.email] } }, "own"],
    ["is not about the person's own request, decided or not", "deny", done, { decider: { objectId: "x", names: [done.email] } }, "own"],
  ])("%s", async (_, verb, request, more, why) => {
    const say = { ...guard("third"), ...more };
    let written: TransitionResult | undefined;
    const table: RequestTable = {
      async change(_, transition) {
        written = transition(request);
        return written;
      },
    };
    const result = await decideRequest(table, verb, { id: request.id, ...say }, NOW);
    expect(result.ok ? undefined : result.why).toBe(why);
    expect(written?.ok).toBe(result.ok);
    if (why === "own") {
      const refusal = { ok: false, why, message: "It is your own request: ask another approver to decide on it." };
      expect([result, findObjection(verb, request, say, NOW)]).toEqual([refusal, refusal]);
    }
  });

  it("is refused if a second read of the table finds another request or none", async () => {
    const others = { ...first, reference: "AAAA-AAAA" };
    const say = { id: first.id, ...guard("guard"), reference: first.reference };
    expect((await decideRequest(tableOf(others, first), "approve", say, NOW)).ok).toBe(true);
    expect(await decideRequest(tableOf(first, others), "approve", say, NOW)).toMatchObject({ why: "asked-again" });
    expect(await decideRequest(tableOf(others, undefined), "approve", say, NOW)).toMatchObject({ why: "unknown" });
  });

  it("is predicted as possible for an unknown decider only if the request names no approvers", () => {
    expect(findObjection("approve", asked, { by: alice }, NOW)).toBeUndefined();
    expect(findObjection("approve", first, { by: alice }, NOW)).toMatchObject({ why: "not-asked" });
  });

  it("retries a failed account, even if somebody else approved the request since the operator looked", async () => {
    const broken = rowOf(
      fail(
        rowOf(claim(rowOf(approve(asked, { by: alice }, NOW)), { holder: "w", leaseMs: MINUTE }, NOW)),
        "w",
        { reason: "conflict" },
        NOW,
      ),
    );
    expect((await decideRequest(tableOf(broken), "retry", { id: asked.id, ...asBob, seen: asked }, NOW)).ok).toBe(true);
  });
});

const BY = "Approved by alice at 2026-03-01T12:00:00.000Z";
const yes = rowOf(approve(asked, { by: alice }, NOW));
const noted = rowOf(approve(asked, { by: alice, note: "known" }, NOW));
const pass = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));
const lease = { holder: "worker", leaseMs: MINUTE };
const working = rowOf(claim(yes, lease, NOW));
const made = rowOf(complete(working, "worker", { id: "a1b2", redeemUrl: "https://redeem.invalid/" }, NOW));
const failed = rowOf(fail(working, "worker", { reason: "conflict" }, NOW));
const begun = rowOf(fail(rowOf(storeAccount(working, "worker", { id: "a1b2" }, NOW)), "worker", { reason: "conflict" }, NOW));
const no = rowOf(deny(asked, { by: alice }, NOW));
const over = rowOf(expire(pending({ answerWithinDays: 0 }), NOW));
const bare = (request: ApprovalRequest) => rowOf(strip(request, later(31 * DAY)));

describe("the answer to an approver", () => {
  it.each<{ verb: DecisionAction; request: ApprovalRequest; ok: boolean; says: string; at?: number; note?: string }>([
    { verb: "approve", request: asked, ok: true, says: "Approved: the account is created next." },
    {
      verb: "approve",
      request: pending({ onApproval: "continue" }),
      ok: true,
      says: "Approved: the person may sign up until 2026-03-08T12:00:00.000Z, once.",
    },
    { verb: "approve", request: yes, ok: false, says: `It was decided that way already. ${BY}.` },
    { verb: "approve", request: noted, ok: false, says: `It was decided that way already. ${BY}: "known".` },
    { verb: "approve", request: asked, note: "x".repeat(1_001), ok: false, says: "The note is longer than 1,000 characters." },
    { verb: "approve", request: no, ok: false, says: "It is denied: reopen it first. Denied by alice at 2026-03-01T12:00:00.000Z." },
    { verb: "approve", request: over, ok: false, says: "It has expired: reopen it, or have the person sign up again." },
    {
      verb: "approve",
      request: failed,
      ok: false,
      says: `It is approved, but its account could not be created: try it again, deny it, or reopen it to decide again. ${BY}.`,
    },
    {
      verb: "deny",
      request: asked,
      ok: true,
      says: "Denied: the person cannot ask again with this account unless the request is reopened.",
    },
    {
      verb: "deny",
      request: pending({ askAgainAfterDays: 30 }),
      ok: true,
      says: "Denied: the person may ask again from 2026-03-31T12:00:00.000Z.",
    },
    {
      verb: "deny",
      request: yes,
      ok: true,
      says: "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back.",
    },
    {
      verb: "deny",
      request: failed,
      ok: true,
      says: "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back. Gatehouse tried to create the account: check in Entra that it does not exist.",
    },
    {
      verb: "deny",
      request: begun,
      ok: true,
      says: "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back. The account a1b2 was partly created: delete it in Entra.",
    },
    { verb: "deny", request: working, ok: false, says: `It is approved, and its account is being created at this moment. ${BY}.` },
    { verb: "deny", request: made, ok: false, says: `It is approved, and its account is created. ${BY}.` },
    {
      verb: "deny",
      request: rowOf(usePass(pass, hashCall(kim, hashOf), NOW)),
      ok: false,
      says: `The person was let in at sign-up already. ${BY}.`,
    },
    { verb: "reopen", request: no, ok: true, says: "Reopened: it waits for an answer until 2026-03-15T12:00:00.000Z." },
    { verb: "reopen", request: asked, ok: false, says: "It still waits for an answer: approve or deny it." },
    { verb: "reopen", request: yes, ok: true, says: "Reopened: it waits for an answer until 2026-03-15T12:00:00.000Z." },
    {
      verb: "reopen",
      request: { ...yes, attempts: 1 },
      ok: false,
      says: `It is approved: deny it to take that back. ${BY}.`,
    },
    {
      verb: "reopen",
      request: bare(no),
      at: 32 * DAY,
      ok: true,
      says: "Reopened: the person's data were deleted, so they may sign up and ask again.",
    },
    {
      verb: "reopen",
      request: bare(over),
      at: 32 * DAY,
      ok: false,
      says: "It has ended, and the person's data were deleted: they may sign up and ask again.",
    },
    { verb: "retry", request: failed, ok: true, says: "Gatehouse tries to create the account again." },
    { verb: "retry", request: yes, ok: false, says: `It is approved and has not failed. ${BY}.` },
    {
      verb: "retry",
      request: bare(failed),
      at: 32 * DAY,
      ok: false,
      says: "The person's data were deleted, so no account can be created: reopen the request, and have the person sign up again. Approved by alice at 2026-03-01T12:00:00.000Z.",
    },
  ])("after $verb is: $says", async ({ verb, request, ok, says, at = 0, note }) => {
    const say = { ...asBob, ...(note !== undefined && { note }) };
    const result = await decideRequest(tableOf(request), verb, { id: request.id, ...say }, later(at));
    expect(result).toMatchObject({ ok, message: says });
    const objected = findObjection(verb, request, say, later(at));
    expect(objected?.message).toBe(ok ? undefined : says);
  });

  it("reports that a try was made, even if the worker gave the request back", async () => {
    const back = rowOf(release(working, "worker", later(MINUTE), NOW));
    expect(await decideRequest(tableOf(back), "deny", { id: back.id, ...asBob }, NOW)).toMatchObject({
      message: expect.stringMatching(/^Denied: .* The approval was taken back\. Gatehouse tried to create the account/),
    });
  });

  it.each(decisionActions)(
    "reports no newer request if the code still belongs to the request, or the request is missing: %s",
    async (verb) => {
      const why = async (stored: Stored) => {
        const result = await decideRequest(tableOf(stored), verb, { id: failed.id, ...asBob, reference: failed.reference }, NOW);
        return result.ok ? undefined : result.why;
      };
      expect(await why(failed)).not.toBe("asked-again");
      expect(await why(undefined)).toBe("unknown");
    },
  );

  it("reports that there is no such request", async () =>
    expect(await decideRequest(tableOf(undefined), "approve", { id: asked.id, ...asBob }, NOW)).toMatchObject({
      ok: false,
      message: "There is no such request.",
    }));

  it("names the request to look at if the person has asked again", async () =>
    expect(await decideRequest(tableOf(asked), "approve", { id: asked.id, ...asBob, reference: "AAAA-AAAA" }, NOW)).toEqual({
      ok: false,
      why: "asked-again",
      message: `The person has asked again since: check that request, then decide. Its code is ${asked.reference}.`,
    }));

  it("exists for approve, retry, deny and reopen", () => expect(decisionActions).toEqual(["approve", "retry", "deny", "reopen"]));
});

describe("a request as other systems see it", () => {
  it("has no internal columns, and no link that accepts the invitation", () => {
    const view = requestView(made, NOW);
    expect(view).toMatchObject({ id: made.id, state: "provisioned", account: { id: "a1b2" } });
    expect(view.account).toEqual({ id: "a1b2" });
    for (const name of ["turn", "call", "lease"]) expect(view).not.toHaveProperty(name);
    expect(requestView(asked, NOW)).not.toHaveProperty("account");
    expect(requestView(asked, NOW)).not.toHaveProperty("invitation");
  });

  it.each([[{ sponsor: "mina@contoso.com" }], [{}]])("does not show the code of an invitation: %j", (sponsor) => {
    const sending = { by: alice, code: "QH7K-93FN-XAMT", days: 14 };
    const invited = rowOf(invitePerson(undefined, { email: "kim@contoso.com", ...sponsor }, sending, hashOf, NOW));
    const { turn: _, call: __, ...shown } = invited;
    expect(requestView(invited, NOW)).toStrictEqual({ ...shown, invitation: { sentAt: NOW.toISOString(), ...sponsor } });
  });

  it("has the state of the current time", () => expect(requestView(asked, later(14 * DAY)).state).toBe("expired"));
});

describe("the requests that an operator names", () => {
  const store = {
    get: async (id: string) => (id === asked.id ? yes : undefined),
    async *byEmail(email: string) {
      yield email === asked.email ? [asked, { ...asked, id: "gone" }] : [];
    },
    async *byReference(reference: string) {
      yield reference === asked.reference ? [asked] : [];
    },
  };

  it.each([
    { text: asked.id, found: [yes] },
    { text: "x".repeat(22), found: [] },
    { text: " KIM@contoso.com ", found: [yes] },
    { text: "lee@contoso.com", found: [] },
    { text: asked.reference.toLowerCase().replace("-", " "), found: [yes] },
    { text: "AAAA-AAAA", found: [] },
    { text: `${"x".repeat(21)}@`, found: undefined },
    { text: "kim@", found: undefined },
    { text: "", found: undefined },
    { text: "x".repeat(21), found: undefined },
  ])("are found by a complete id, address or code: $text", async ({ text, found }) =>
    expect(await findMeantRequests(store, text)).toStrictEqual(found),
  );

  it.each([
    { text: "A-_9".repeat(5).concat("zz"), is: true },
    { text: "x".repeat(23), is: false },
    { text: `${"x".repeat(21)}+`, is: false },
  ])("are found by id if the text has an id's form: $text: $is", ({ text, is }) => expect(isRequestId(text)).toBe(is));
});
