import { referenceFor } from "../../../engine/sign-up/call";
import { buildPersonId } from "../../../engine/sign-up/person";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { buildApprovalEvent } from "../../../features/approvals/build-event";
import type { TransitionResult } from "../../../features/approvals/change";
import { type ApprovalRequest, type ApprovalState, readRequest, requestId } from "../../../features/approvals/request";
import { blocksNewAccount, hasPass, mayAskAgain, stateAt } from "../../../features/approvals/state-at";
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
  retry,
  storeAccount,
  strip,
  submit,
  usePass,
  waive,
} from "../../../features/approvals/transitions";
import { hashOf, NOW } from "../../engine/sign-up/people";
import {
  APP,
  account,
  alice,
  approved,
  asking,
  at,
  bob,
  DAY,
  failure,
  HOUR,
  kim,
  later,
  lease,
  MINUTE,
  pass,
  pending,
  provisioning,
  rowOf,
} from "./requests";

const changes: Readonly<Record<string, (request: ApprovalRequest | undefined) => TransitionResult>> = {
  ask: (request) => submit(request, asking(), NOW),
  approve: (request) => approve(request, { by: bob }, NOW),
  deny: (request) => deny(request, { by: bob }, NOW),
  reopen: (request) => reopen(request, { by: bob }, NOW),
  retry: (request) => retry(request, { by: bob }, NOW),
  usePass: (request) => usePass(request, hashCall(kim, hashOf), NOW),
  waive: (request) => waive(request, NOW),
  claim: (request) => claim(request, { ...lease, holder: "worker-2" }, NOW),
  complete: (request) => complete(request, lease.holder, account, NOW),
  fail: (request) => fail(request, lease.holder, failure, NOW),
  release: (request) => release(request, lease.holder, later(HOUR), NOW),
  progress: (request) => storeAccount(request, lease.holder, account, NOW),
  expire: (request) => expire(request, NOW),
  strip: (request) => strip(request, NOW),
};

/** The state a change leads to, or why it leads nowhere. */
const told = (outcome: TransitionResult) => (outcome.ok ? `-> ${outcome.request.state}` : outcome.why);

describe("every change of every state", () => {
  it.each<Record<ApprovalState | "change", string>>([
    {
      change: "ask",
      pending: "pending",
      approved: "approved",
      denied: "denied",
      expired: "-> pending",
      provisioning: "provisioning",
      provisioned: "provisioned",
      failed: "failed",
      admitted: "-> pending",
    },
    {
      change: "approve",
      pending: "-> approved",
      approved: "already",
      denied: "denied",
      expired: "expired",
      provisioning: "already",
      provisioned: "already",
      failed: "failed",
      admitted: "already",
    },
    {
      change: "deny",
      pending: "-> denied",
      approved: "-> denied",
      denied: "already",
      expired: "expired",
      provisioning: "provisioning",
      provisioned: "provisioned",
      failed: "-> denied",
      admitted: "admitted",
    },
    {
      change: "reopen",
      pending: "pending",
      approved: "-> pending",
      denied: "-> pending",
      expired: "-> pending",
      provisioning: "provisioning",
      provisioned: "-> pending",
      failed: "-> pending",
      admitted: "admitted",
    },
    {
      change: "retry",
      pending: "pending",
      approved: "approved",
      denied: "denied",
      expired: "expired",
      provisioning: "provisioning",
      provisioned: "provisioned",
      failed: "-> approved",
      admitted: "admitted",
    },
    {
      change: "usePass",
      pending: "pending",
      approved: "approved",
      denied: "denied",
      expired: "expired",
      provisioning: "provisioning",
      provisioned: "provisioned",
      failed: "failed",
      admitted: "admitted",
    },
    {
      change: "waive",
      pending: "-> admitted",
      approved: "approved",
      denied: "-> admitted",
      expired: "-> admitted",
      provisioning: "provisioning",
      provisioned: "provisioned",
      failed: "-> admitted",
      admitted: "admitted",
    },
    {
      change: "claim",
      pending: "pending",
      approved: "-> provisioning",
      denied: "denied",
      expired: "expired",
      provisioning: "leased",
      provisioned: "provisioned",
      failed: "failed",
      admitted: "admitted",
    },
    {
      change: "complete",
      pending: "lease-lost",
      approved: "lease-lost",
      denied: "lease-lost",
      expired: "lease-lost",
      provisioning: "-> provisioned",
      provisioned: "lease-lost",
      failed: "lease-lost",
      admitted: "lease-lost",
    },
    {
      change: "fail",
      pending: "lease-lost",
      approved: "lease-lost",
      denied: "lease-lost",
      expired: "lease-lost",
      provisioning: "-> failed",
      provisioned: "lease-lost",
      failed: "lease-lost",
      admitted: "lease-lost",
    },
    {
      change: "release",
      pending: "lease-lost",
      approved: "lease-lost",
      denied: "lease-lost",
      expired: "lease-lost",
      provisioning: "-> approved",
      provisioned: "lease-lost",
      failed: "lease-lost",
      admitted: "lease-lost",
    },
    {
      change: "progress",
      pending: "lease-lost",
      approved: "lease-lost",
      denied: "lease-lost",
      expired: "lease-lost",
      provisioning: "-> provisioning",
      provisioned: "lease-lost",
      failed: "lease-lost",
      admitted: "lease-lost",
    },
    {
      change: "expire",
      pending: "pending",
      approved: "approved",
      denied: "denied",
      expired: "expired",
      provisioning: "provisioning",
      provisioned: "provisioned",
      failed: "failed",
      admitted: "admitted",
    },
    {
      change: "strip",
      pending: "pending",
      approved: "approved",
      denied: "not-yet",
      expired: "not-yet",
      provisioning: "provisioning",
      provisioned: "not-yet",
      failed: "not-yet",
      admitted: "not-yet",
    },
  ])("leads to the expected state or refusal: $change", ({ change, ...expected }) => {
    const run = changes[change] as (typeof changes)[string];
    expect(Object.fromEntries(Object.entries(at).map(([state, request]) => [state, told(run(request))]))).toEqual(expected);
    expect(told(run(undefined))).toBe(change === "ask" ? "-> pending" : "unknown");
  });

  it("raises the row's turn count by one", () => {
    for (const run of Object.values(changes)) {
      for (const request of Object.values(at)) {
        const outcome = run(request);
        if (outcome.ok) expect([outcome.condition, outcome.request.turn]).toEqual([{ turn: request.turn }, request.turn + 1]);
      }
    }
  });

  it("writes no undefined members, and the row can be read back unchanged", () => {
    for (const request of Object.values(at)) {
      expect(Object.values(request)).not.toContain(undefined);
      expect(readRequest(JSON.parse(JSON.stringify(request)))).toEqual(request);
    }
  });
});

describe("a request", () => {
  it("holds the data that a decision and the account need, also long extension names", () => {
    expect(pending()).toEqual({
      id: requestId(kim, hashOf),
      personId: buildPersonId(kim.email, hashOf),
      turn: 1,
      state: "pending",
      onApproval: "provision",
      reference: referenceFor(`${requestId(kim, hashOf)}/${NOW.toISOString()}`),
      email: "kim@contoso.com",
      emailProven: true,
      emailVouchers: ["google.com"],
      identities: kim.identities,
      attributes: { displayName: "Kim", [`extension_${APP}_Tier`]: "gold" },
      shortNames: { [`extension_${APP}_Tier`]: "extension_Tier" },
      locales: ["en"],
      requestedAt: NOW.toISOString(),
      changedAt: NOW.toISOString(),
      answerBy: later(14 * DAY).toISOString(),
      answerWithinDays: 14,
      askAgainAfterDays: "never",
      passDays: 7,
      call: expect.stringMatching(/^[\w-]{22}$/),
      history: [{ at: NOW.toISOString(), from: "none", to: "pending", by: { kind: "gatehouse", name: "sign-up" } }],
    });
  });

  const other = "1".repeat(32);
  it.each<{ given: string; attributes: Attributes; longNames: Readonly<Record<string, string>> | undefined; names: readonly string[] }>([
    {
      given: "one the policy set goes by the app of those received",
      attributes: { extension_A: 1, extension_B: 2 },
      longNames: { extension_A: `extension_${APP}_A` },
      names: [`extension_${APP}_A`, `extension_${APP}_B`],
    },
    {
      given: "of two apps nobody knows which",
      attributes: { extension_A: 1, extension_B: 2, extension_C: 3 },
      longNames: { extension_A: `extension_${APP}_A`, extension_B: `extension_${other}_B` },
      names: [`extension_${APP}_A`, `extension_${other}_B`, "extension_C"],
    },
    { given: "nothing is known of any app", attributes: { extension_A: 1 }, longNames: undefined, names: ["extension_A"] },
    {
      given: "a name without an app says nothing of one",
      attributes: { city: "Seoul", extension_A: 1 },
      longNames: { city: "l" },
      names: ["l", "extension_A"],
    },
    {
      given: "a name that is long already stays",
      attributes: { [`extension_${other}_A`]: 1, extension_A: 2 },
      longNames: { extension_A: `extension_${APP}_A` },
      names: [`extension_${other}_A`, `extension_${APP}_A`],
    },
  ])("names custom attributes as Graph names them: $given", ({ attributes, longNames, names }) => {
    const { longNames: _, ...plain } = kim;
    const signUp = { ...plain, attributes, ...(longNames && { longNames }) };
    expect(Object.keys(pending({ signUp }).attributes)).toEqual(names);
  });

  it("differs from a request of the same address through another provider or account", () => {
    const ids = [
      kim,
      { ...kim, identities: [] },
      { ...kim, identities: [{ issuer: "mail", issuerAssignedId: "1184" }] },
      { ...kim, identities: [{ issuer: "google.com", issuerAssignedId: "1185" }] },
    ].map((each) => requestId(each, hashOf));
    expect(new Set(ids).size).toBe(4);
  });

  it("keeps its history, but not the last decision or account, if it is made again", () => {
    const again = rowOf(submit(at.provisioned, asking({ signUp: { ...kim, attributes: { displayName: "Kim Lee" } } }), later(DAY)));
    expect(again).toMatchObject({ state: "pending", attributes: { displayName: "Kim Lee" }, turn: at.provisioned.turn + 1 });
    expect(again.history.map(({ to }) => to)).toEqual(["pending", "approved", "provisioning", "provisioned", "pending"]);
    expect(again).not.toHaveProperty("decision");
    expect(again).not.toHaveProperty("account");
    expect(again.reference).toBe(referenceFor(`${again.id}/${again.turn}`));
  });

  it("shows the last approved values, until they are forgotten, if it is made again", () => {
    const anew = (last: ApprovalRequest, after: number) => rowOf(submit(last, asking(), later(after)));
    const { reference, decision, attributes } = approved;
    const earlier = { reference, decision, attributes };
    expect(anew(at.provisioned, DAY).earlier).toEqual(earlier);
    const unanswered = anew(at.provisioned, DAY);
    expect(anew(unanswered, 30 * DAY).earlier).toEqual(earlier);
    const refused = rowOf(deny({ ...unanswered, askAgainAfterDays: 0 }, { by: bob }, later(DAY)));
    expect(anew(refused, DAY).earlier).toEqual(earlier);
    expect(anew(at.expired, DAY)).not.toHaveProperty("earlier");
    expect(anew(rowOf(strip(at.provisioned, later(30 * DAY))), 31 * DAY)).not.toHaveProperty("earlier");
  });

  it("replaces a pass only if the pass is void for the sign-up", () => {
    const voided = "The sign-up holds what was not approved: city.";
    const again = rowOf(submit(pass, asking({ voided }), NOW));
    expect(again.history.at(-1)).toMatchObject({ from: "approved", to: "pending", note: voided });
    expect(told(submit(pass, asking(), NOW))).toBe("approved");
    expect(told(submit(pending(), asking({ voided }), NOW))).toBe("pending");
    expect(told(submit(approved, asking({ voided }), NOW))).toBe("approved");
  });

  it("keeps its last fifty changes", () => {
    let request = pending();
    for (let count = 0; count < 40; count++) request = rowOf(reopen(rowOf(deny(request, { by: alice }, NOW)), { by: bob }, NOW));
    expect(request.history).toHaveLength(50);
    expect(request.history.at(-1)).toMatchObject({ from: "denied", to: "pending", by: bob });
  });
});

describe("the passing of time", () => {
  it.each([
    { given: "a pending request a moment before its end", request: pending(), after: 14 * DAY - 1, state: "pending" },
    { given: "a pending request at its end", request: pending(), after: 14 * DAY, state: "expired" },
    { given: "a pass before its end", request: pass, after: 7 * DAY - 1, state: "approved" },
    { given: "a pass at its end", request: pass, after: 7 * DAY, state: "expired" },
    { given: "an approval that makes an account, for ever", request: approved, after: 1_000 * DAY, state: "approved" },
    { given: "a denial, for ever", request: at.denied, after: 1_000 * DAY, state: "denied" },
    {
      given: "a denial that still says until when an approval was good",
      request: { ...at.denied, passUntil: NOW.toISOString() },
      after: 0,
      state: "denied",
    },
    { given: "a request whose end cannot be read", request: { ...pending(), answerBy: "soon" }, after: 0, state: "expired" },
  ])("turns $given into $state", ({ request, after, state }) => expect(stateAt(request, later(after))).toBe(state));

  it.each([
    { given: "expired", request: pending(), after: 14 * DAY, may: true },
    { given: "denied, for ever", request: at.denied, after: 1_000 * DAY, may: false },
    {
      given: "denied, for thirty days, before",
      request: rowOf(deny(pending({ askAgainAfterDays: 30 }), { by: alice }, NOW)),
      after: 30 * DAY - 1,
      may: false,
    },
    {
      given: "denied, for thirty days, after",
      request: rowOf(deny(pending({ askAgainAfterDays: 30 }), { by: alice }, NOW)),
      after: 30 * DAY,
      may: true,
    },
    { given: "denied, for no time", request: rowOf(deny(pending({ askAgainAfterDays: 0 }), { by: alice }, NOW)), after: 0, may: true },
    { given: "provisioned today", request: at.provisioned, after: DAY - 1, may: false },
    { given: "provisioned the day before", request: at.provisioned, after: DAY, may: true },
    { given: "admitted just now", request: at.admitted, after: 0, may: true },
    { given: "failed", request: at.failed, after: 1_000 * DAY, may: false },
  ])("decides whether people may ask again: $given", ({ request, after, may }) => expect(mayAskAgain(request, later(after))).toBe(may));

  it("ends a request at once, and the next writer adds the end to the history", () => {
    const late = later(15 * DAY);
    expect(told(approve(pending(), { by: alice }, late))).toBe("expired");
    expect(told(deny(pending(), { by: alice }, late))).toBe("expired");
    const end = { at: later(14 * DAY).toISOString(), from: "pending", to: "expired", by: { kind: "gatehouse", name: "sweeper" } };
    expect(rowOf(expire(pending(), late))).toMatchObject({ state: "expired", changedAt: end.at, turn: 2, history: [{}, end] });
    expect(rowOf(reopen(pending(), { by: alice }, late))).toMatchObject({
      turn: 2,
      history: [{}, end, { from: "expired", to: "pending" }],
    });
    expect(rowOf(submit(pending(), asking(), late))).toMatchObject({ turn: 2, history: [{}, end, { from: "expired", to: "pending" }] });
  });

  it("begins anew, with the full time to answer, if a request is reopened", () =>
    expect(rowOf(reopen(at.denied, { by: bob }, later(30 * DAY))).answerBy).toBe(later(44 * DAY).toISOString()));
});

describe("a decision", () => {
  it("is kept with author, time and reason, and is reported to the second decider", () => {
    const decision = { verdict: "approved", by: alice, at: NOW.toISOString(), note: "known" };
    expect(approved).toMatchObject({ decision, history: [{}, { from: "pending", to: "approved", by: alice, note: "known" }] });
    expect(approve(approved, { by: bob }, later(MINUTE))).toEqual({ ok: false, why: "already", decision });
    expect(deny(provisioning, { by: bob }, later(MINUTE))).toEqual({ ok: false, why: "provisioning", decision });
  });

  it("keeps no note if none was written or the note is empty", () => {
    for (const note of [{}, { note: "" }]) {
      const { decision, history } = rowOf(approve(pending(), { by: alice, ...note }, NOW));
      expect([decision, history.at(-1)].map((each) => each && "note" in each)).toEqual([false, false]);
    }
  });

  it("is not reported if the request ended without one", () =>
    expect(deny(at.expired, { by: bob }, NOW)).toStrictEqual({ ok: false, why: "expired" }));

  it("accepts only a note of limited length", () => {
    expect(told(approve(pending(), { by: alice, note: "x".repeat(MAX_TEXT_LENGTH) }, NOW))).toBe("-> approved");
    expect(told(approve(pending(), { by: alice, note: "x".repeat(MAX_TEXT_LENGTH + 1) }, NOW))).toBe("note-too-long");
  });

  it.each([
    { given: "before a worker has begun", request: approved },
    { given: "between two tries", request: rowOf(release(provisioning, lease.holder, later(HOUR), NOW)) },
    { given: "after the tries failed", request: at.failed },
    { given: "with a pass that was not used", request: pass },
  ])("is reversed by denying: $given", ({ request }) => {
    const denied = rowOf(deny(request, { by: bob, note: "left the partner" }, later(MINUTE)));
    const decision = { verdict: "denied", by: bob, at: later(MINUTE).toISOString(), note: "left the partner" };
    expect(denied).toMatchObject({ state: "denied", decision });
    expect(denied.history.slice(-1)).toEqual([{ at: decision.at, from: request.state, to: "denied", by: bob, note: "left the partner" }]);
    for (const name of ["passUntil", "retryAt", "failure", "lease"]) expect(denied).not.toHaveProperty(name);
    expect(hasPass(denied, later(MINUTE))).toBe(false);
    expect(told(claim(denied, lease, later(DAY)))).toBe("denied");
    expect(told(usePass(denied, hashCall(kim, hashOf), later(MINUTE)))).toBe("denied");
    expect(told(approve(denied, { by: alice }, later(HOUR)))).toBe("denied");
    expect(told(reopen(denied, { by: alice }, later(HOUR)))).toBe("-> pending");
  });

  it("cannot be reversed once its pass has ended", () => expect(told(deny(pass, { by: bob }, later(7 * DAY)))).toBe("expired"));

  it("can be reversed without losing the account that a try may have begun", () => {
    const begun = rowOf(release(rowOf(storeAccount(provisioning, lease.holder, account, NOW)), lease.holder, later(HOUR), NOW));
    expect(rowOf(deny(begun, { by: bob }, NOW))).toMatchObject({ state: "denied", account, attempts: 1 });
  });

  it("is undone by reopening while it has no result, and leaves no pass", () => {
    const pass = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));
    const again = rowOf(reopen(pass, { by: alice }, NOW));
    expect(again).toMatchObject({ state: "pending" });
    for (const left of ["passUntil", "decision", "retryAt"]) expect(again).not.toHaveProperty(left);
    expect(told(reopen({ ...at.approved, attempts: 1 }, { by: alice }, NOW))).toBe("approved");
    expect(told(reopen({ ...at.approved, account: { id: "oid" } }, { by: alice }, NOW))).toBe("approved");
  });

  it("is undone by reopening, with all its results", () => {
    const again = rowOf(reopen(at.failed, { by: bob, note: "try the other tenant" }, NOW));
    for (const name of ["decision", "failure", "account", "lease"]) expect(again).not.toHaveProperty(name);
    expect(again.history.at(-1)).toMatchObject({ from: "failed", to: "pending", by: bob, note: "try the other tenant" });
  });
});

describe("a pass", () => {
  it("is good once, until its end, and does not exist if the approval makes an account", () => {
    expect(hasPass(pass, later(7 * DAY - 1))).toBe(true);
    expect(hasPass(pass, later(7 * DAY))).toBe(false);
    expect(hasPass(at.admitted, NOW)).toBe(false);
    expect(hasPass(approved, NOW)).toBe(false);
    expect(told(usePass(pass, hashCall(kim, hashOf), later(7 * DAY)))).toBe("expired");
  });

  it("needs an end and a policy that gives passes, also in a row edited by hand", () => {
    const { passUntil: _, ...endless } = pass;
    expect(hasPass(endless, NOW)).toBe(false);
    expect(hasPass({ ...pass, onApproval: "provision" }, NOW)).toBe(false);
  });

  it("gives the worker nothing to do", () => expect(told(claim(pass, lease, NOW))).toBe("continues"));
});

it("a waived request is recorded as admitted by the policy, and its call is not repeated", () => {
  const waived = rowOf(waive(pending(), NOW));
  expect(waived.call).toBe("");
  expect(waived.history.at(-1)).toMatchObject({ by: { kind: "gatehouse", name: "sign-up" }, note: "The policy let them in." });
});

describe("the account of a request", () => {
  it.each(Object.entries(at).map(([state, request]) => ({ state, request })))(
    "blocks a new account only if it exists or is being made: $state",
    ({ state, request }) => expect(blocksNewAccount(request, NOW)).toBe(["approved", "provisioning", "provisioned"].includes(state)),
  );

  it.each([
    { given: "failed", request: { ...at.failed, account }, stands: true },
    { given: "was denied", request: { ...at.denied, account }, stands: true },
    { given: "was denied, and may ask again", request: { ...at.denied, account, mayAskAgainAt: NOW.toISOString() }, stands: false },
    { given: "expired", request: { ...at.expired, account }, stands: false },
    { given: "is pending", request: { ...at.pending, account }, stands: false },
    { given: "has a pass", request: pass, stands: false },
  ])("once recorded, blocks a new account if the request $given: $stands", ({ request, stands }) => {
    expect(blocksNewAccount(request, NOW)).toBe(stands);
    expect(waive(request, NOW).ok).toBe(!stands);
  });

  it("counts as deleted if the person asks again a day after it was made", () => {
    expect(blocksNewAccount(at.provisioned, later(DAY))).toBe(false);
    expect(told(waive(at.provisioned, later(DAY)))).toBe("-> admitted");
  });
});

describe("a provisioning worker", () => {
  it("has a request alone until its lease ends", () => {
    expect(claim(provisioning, { ...lease, holder: "worker-2" }, later(5 * MINUTE - 1))).toMatchObject({
      why: "leased",
      until: later(5 * MINUTE).toISOString(),
    });
    const taken = rowOf(claim(provisioning, { ...lease, holder: "worker-2" }, later(5 * MINUTE)));
    expect(taken).toMatchObject({ state: "provisioning", lease: { holder: "worker-2", until: later(10 * MINUTE).toISOString() } });
    expect(told(complete(taken, "worker-1", account, later(5 * MINUTE)))).toBe("lease-lost");
    expect(taken.history).toEqual(provisioning.history);
  });

  it("still has a request if it asks for it again", () => expect(told(claim(provisioning, lease, NOW))).toBe("-> provisioning"));

  it("that takes over finds the account that the last one made", () => {
    const halfway = rowOf(storeAccount(provisioning, lease.holder, account, NOW));
    expect(rowOf(claim(halfway, { ...lease, holder: "worker-2" }, later(HOUR))).account).toEqual(account);
  });

  it("that gives a request back adds one to the request's attempts, without a line in the history", () => {
    const back = rowOf(release(provisioning, lease.holder, later(HOUR), NOW));
    expect(back).toMatchObject({ state: "approved", attempts: 1, retryAt: later(HOUR).toISOString(), history: approved.history });
    expect(back).not.toHaveProperty("lease");
    expect(claim(back, lease, later(HOUR - 1))).toMatchObject({ why: "not-yet", until: later(HOUR).toISOString() });
    const again = rowOf(claim(back, lease, later(HOUR)));
    expect(rowOf(complete(again, lease.holder, account, later(HOUR))).history.map(({ to }) => to)).toEqual([
      "pending",
      "approved",
      "provisioning",
      "provisioned",
    ]);
  });

  it("that waits for its next try can be tried now, keeps its number of tries, and says who asked for it", () => {
    const put = rowOf(release(provisioning, lease.holder, later(HOUR), NOW, { reason: "unavailable" }));
    expect(put).toMatchObject({ failure: { reason: "unavailable" } });
    const now = rowOf(retry(put, { by: bob, note: "Graph is back" }, later(MINUTE)));
    expect(now).toMatchObject({ state: "approved", attempts: 1, decision: put.decision });
    for (const name of ["retryAt", "failure"]) expect(now).not.toHaveProperty(name);
    expect(now.history.at(-1)).toMatchObject({ from: "approved", to: "approved", by: bob, note: "Graph is back" });
    expect(rowOf(claim(now, lease, later(MINUTE))).state).toBe("provisioning");
    // A try that nothing puts off comes by itself.
    for (const request of [now, approved, pass]) expect(told(retry(request, { by: bob }, later(MINUTE)))).toBe("approved");
  });

  it("that fails leaves the request open to a retry, which starts from the point that was reached", () => {
    const halfway = rowOf(fail(rowOf(storeAccount(provisioning, lease.holder, account, NOW)), lease.holder, failure, NOW));
    const again = rowOf(retry(halfway, { by: bob }, NOW));
    expect(again).toMatchObject({ state: "approved", account, decision: { by: alice } });
    expect(again).not.toHaveProperty("failure");
  });

  it("has all attempts available again if somebody retries the failed request", () => {
    const second = rowOf(claim(rowOf(release(provisioning, lease.holder, later(HOUR), NOW)), lease, later(HOUR)));
    const gaveUp = rowOf(fail(second, lease.holder, failure, later(HOUR)));
    expect(gaveUp).toMatchObject({
      attempts: 1,
      failure,
      history: [{}, {}, {}, { to: "failed", by: { kind: "gatehouse", name: "worker" } }],
    });
    expect(rowOf(retry(gaveUp, { by: bob }, later(HOUR)))).not.toHaveProperty("attempts");
  });
});

describe("the personal data of a request", () => {
  it("includes the invitation's link, but not the account's id, which stays", () => {
    const invited = { id: "a1b2", redeemUrl: "https://login.microsoftonline.com/redeem?code=1" };
    const provisioned = rowOf(complete(provisioning, lease.holder, invited, NOW));
    expect(provisioned.account).toEqual(invited);
    expect(rowOf(strip(provisioned, later(30 * DAY))).account).toEqual({ id: "a1b2" });
    expect(rowOf(strip(at.denied, later(30 * DAY)))).not.toHaveProperty("account");
  });

  it.each(["denied", "expired", "provisioned", "failed", "admitted"] as const)(
    "is removed thirty days after the request was %s",
    (state) => {
      expect(told(strip(at[state], later(30 * DAY - 1)))).toBe("not-yet");
      const stripped = rowOf(strip(at[state], later(30 * DAY)));
      expect(stripped).toMatchObject({
        state,
        email: "kim@contoso.com",
        identities: [],
        attributes: {},
        call: "",
        history: at[state].history,
      });
      expect(JSON.stringify(stripped)).not.toMatch(/Kim|gold|1184/);
      expect(told(strip(stripped, later(60 * DAY)))).toBe("stripped");
    },
  );

  it("is needed to approve or retry the request: once it is removed, the person must ask again", () => {
    const stripped = (state: ApprovalState) => rowOf(strip(at[state], later(30 * DAY)));
    expect(told(retry(stripped("failed"), { by: alice }, later(30 * DAY)))).toBe("stripped");
    for (const state of ["denied", "failed", "provisioned"] as const) {
      const open = rowOf(reopen(stripped(state), { by: alice }, later(30 * DAY)));
      expect(open.state).toBe("expired");
      expect(rowOf(submit(open, asking(), later(31 * DAY)))).toMatchObject({ state: "pending", attributes: { displayName: "Kim" } });
      expect(rowOf(submit(open, asking(), later(31 * DAY)))).not.toHaveProperty("strippedAt");
    }
    expect(told(reopen(stripped("expired"), { by: alice }, later(30 * DAY)))).toBe("expired");
  });
});

it("a decision keeps its author, and an approval with a pass keeps the end of the pass", () => {
  const say = { by: alice, note: "known", account: "alice's id" };
  const decided = { by: alice, at: NOW.toISOString(), note: "known", account: "alice's id" };
  const line = (to: ApprovalState) => ({ at: NOW.toISOString(), from: "pending", to, by: alice, note: "known" });
  const asked = pending();
  expect(approve(asked, say, NOW)).toStrictEqual({
    ok: true,
    condition: { turn: 1 },
    request: {
      ...asked,
      turn: 2,
      state: "approved",
      decision: { verdict: "approved", ...decided },
      history: [...asked.history, line("approved")],
    },
  });
  expect(deny(asked, say, NOW)).toStrictEqual({
    ok: true,
    condition: { turn: 1 },
    request: {
      ...asked,
      turn: 2,
      state: "denied",
      decision: { verdict: "denied", ...decided },
      history: [...asked.history, line("denied")],
    },
  });
  const passing = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));
  expect(passing.passUntil).toBe(later(7 * DAY).toISOString());
  expect(passing.decision).toStrictEqual({ verdict: "approved", by: alice, at: NOW.toISOString() });
});

describe("a change that comes too late, or applies to a row edited by hand", () => {
  const { lease: held, ...free } = provisioning;
  it.each<[string, (request: ApprovalRequest) => TransitionResult, ApprovalRequest, string]>([
    ["approves no pass once its time is over", (request) => approve(request, { by: bob }, later(7 * DAY)), pass, "expired"],
    [
      "does not reopen an invitation",
      (request) => reopen(request, { by: bob }, NOW),
      { ...at.denied, invitation: { code: "QH7K-93FN-XAMT", sentAt: NOW.toISOString() } },
      "invited",
    ],
    ["takes a request that nobody holds", (request) => claim(request, lease, NOW), free, "-> provisioning"],
    ["completes no request that nobody holds", (request) => complete(request, lease.holder, account, NOW), free, "lease-lost"],
    [
      "completes no request that is not worked on",
      (request) => complete(request, lease.holder, account, NOW),
      { ...approved, lease: held as NonNullable<typeof held> },
      "lease-lost",
    ],
  ])("%s", (_, change, request, expected) => expect(told(change(request))).toBe(expected));
});

it("a request after an erasure has another code and event id, so that nobody decides on the old one", () => {
  const [first, second] = [NOW, later(DAY)].map((now) => rowOf(submit(undefined, asking(), now)));
  expect([second?.id, second?.turn]).toEqual([first?.id, first?.turn]);
  expect(second?.reference).not.toBe(first?.reference);
  const [one, other] = [first, second].map((request) => buildApprovalEvent(undefined, request as ApprovalRequest)?.detail.id);
  expect(other).not.toBe(one);
});
