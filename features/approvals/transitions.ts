import { omit } from "../../engine/collections";
import { keepGiven } from "../../engine/json";
import { buildFingerprint, referenceFor } from "../../engine/sign-up/call";
import { listVouchers } from "../../engine/sign-up/issuers";
import { buildPersonId, type HashOf } from "../../engine/sign-up/person";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import {
  acceptChange,
  applyExpiry,
  buildCondition,
  buildNoteField,
  type Changed,
  change,
  changeState,
  limitHistory,
  refuseChange,
  type Say,
  type StateFields,
  sweeper,
  type Transition,
  type TransitionResult,
} from "./change";
import { isOpen, noteOfAsk } from "./invite-person";
import { withLongNames } from "./long-names";
import {
  type Actor,
  type ApprovalRequest,
  type ApprovalState,
  type ApproverDecision,
  DENIED_BY_LIST,
  type EndedAccess,
  type OnApproval,
  type ProvisionedAccount,
  type ProvisioningFailure,
  requestId,
  type Stages,
  type Stored,
  type VendorResult,
} from "./request";
import { addVote, restartStages, restoreStages, withdrawLastVote } from "./stages";
import { blocksNewAccount, hasPass, mayAskAgain, readReturnEnd, stateAt } from "./state-at";

// Pure functions from a request's row as read (undefined if there is none) to the row to write.

/** Retention of personal details after a request's end. */
export const KEPT_MS = 30 * MS_PER_DAY;

const signUpStep: Actor = { kind: "gatehouse", name: "sign-up" };
const worker: Actor = { kind: "gatehouse", name: "worker" };

export interface Submission {
  /** The sign-up as changed by the rules. */
  readonly signUp: SignUp;
  readonly hashOf: HashOf;
  /** The sign-up as received. @default signUp */
  readonly received?: SignUp;
  readonly verifications?: readonly VendorResult[];
  /** The approver or sponsor who gets the mail. If absent, the approvers in the settings get it. */
  readonly askedOf?: string;
  /** The address of the sponsor, if the stages ask a sponsor. */
  readonly sponsor?: string;
  readonly stages?: Stages;
  readonly asked?: readonly string[];
  readonly escalatesAt?: string;
  readonly renews?: EndedAccess;
  readonly show?: readonly string[];
  /** The reason why the person's pass is not valid for this sign-up. */
  readonly voided?: string;
  readonly emailProven: boolean;
  readonly waitlist?: boolean;
  readonly onApproval: OnApproval;
  readonly answerWithinDays: number;
  readonly askAgainAfterDays: number | "never";
  readonly passDays: number;
}

/** Keeps the previous request's history, and the values that were approved before. */
export function submit(
  storedRequest: Stored,
  { signUp, received = signUp, voided, hashOf, ...policy }: Submission,
  now: Date,
): TransitionResult {
  const isFree =
    storedRequest === undefined || mayAskAgain(storedRequest, now, policy.renews) || (voided !== undefined && hasPass(storedRequest, now));
  if (!isFree) return refuseChange(storedRequest, stateAt(storedRequest, now));
  const last = storedRequest && applyExpiry(storedRequest, now);
  const id = requestId(signUp, hashOf);
  const turn = (storedRequest?.turn ?? 0) + 1;
  const at = now.toISOString();
  const request: ApprovalRequest = {
    ...policy,
    id,
    personId: buildPersonId(signUp.email, hashOf),
    turn,
    state: "pending",
    ...(signUp.gate !== undefined && { gate: signUp.gate }),
    // Without a stored request, the code depends on the time, because old mail may still contain the code of an erased request with this
    // id.
    reference: referenceFor(storedRequest === undefined ? `${id}/${at}` : `${id}/${turn}`),
    email: signUp.email,
    emailVouchers: listVouchers(signUp),
    identities: signUp.identities,
    ...withLongNames(signUp),
    ...findEarlierApproval(last),
    locales: signUp.locales,
    requestedAt: at,
    changedAt: at,
    answerBy: timeAfter(at, policy.answerWithinDays * MS_PER_DAY),
    call: hashCall(received, hashOf),
    history: limitHistory([
      ...(last?.history ?? []),
      { at, from: last?.state ?? "none", to: "pending", by: signUpStep, ...buildNoteField(voided) },
    ]),
  };
  return { ok: true, request, condition: buildCondition(storedRequest) };
}

function findEarlierApproval(last: Stored): Pick<ApprovalRequest, "earlier"> {
  if (last === undefined || last.strippedAt !== undefined) return {};
  const { decision, reference, attributes, earlier } = last;
  if (decision?.verdict === "approved") return { earlier: { reference, decision, attributes } };
  return earlier === undefined ? {} : { earlier };
}

export function hashCall(signUp: SignUp, hashOf: HashOf): string {
  return hashOf(buildFingerprint(signUp));
}

/** Approves a request. On a request with stages, it adds one vote. */
export function approve(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  return applyDecision(storedRequest, say, now, "approved", ["pending"], (request) => {
    const passUntil = timeAfter(now.toISOString(), request.passDays * MS_PER_DAY);
    return request.onApproval === "continue" ? { passUntil } : {};
  });
}

/**
 * Denies a request, or revokes an approval that has had no effect yet, or an invitation whose account may sign up again. If the creation of
 * an account has begun, its id is kept for operators.
 */
export function deny(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  return applyDecision(storedRequest, say, now, "denied", ["pending", "approved", "failed"], ({ askAgainAfterDays: days }) =>
    days === "never" ? {} : { mayAskAgainAt: timeAfter(now.toISOString(), days * MS_PER_DAY) },
  );
}

function applyDecision(
  storedRequest: Stored,
  say: Say,
  now: Date,
  verdict: ApproverDecision["verdict"],
  from: readonly ApprovalState[],
  fieldsOf: (request: ApprovalRequest) => StateFields,
): TransitionResult {
  return change(storedRequest, now, say.note, (request) => {
    const mayEnd = verdict === "denied" && readReturnEnd(request, now) !== undefined;
    if (!from.includes(request.state) && !mayEnd) {
      // An approval ended without effect if the account could not be created, or if the pass expired.
      const isSpent = request.state === "failed" || request.state === "expired";
      if (request.decision?.verdict === verdict && !isSpent) return "already";
      return isInvitationSent(request) ? "invitation-sent" : request.state;
    }
    const { stages } = request;
    const vote =
      stages !== undefined && request.state === "pending" ? addVote(request, stages, say, verdict, now) : { request, isLast: true };
    if (typeof vote === "string") return vote;
    if (!vote.isLast) return vote.request;
    const { by, note, account } = say;
    const reply = request.ask && (say.reply || undefined);
    const decision = { verdict, at: now.toISOString(), by, ...buildNoteField(note), ...keepGiven({ reply, account }) };
    const decided = changeState({ ...vote.request, decision }, verdict, say, now, fieldsOf(request));
    // What a colleague asked for is over once it is approved: the invitation is a row of its own.
    return request.ask !== undefined && verdict === "approved" ? { ...omit(decided, "passUntil"), state: "admitted" } : decided;
  });
}

function isInvitationSent({ ask, state }: ApprovalRequest): boolean {
  return ask !== undefined && state === "admitted";
}

/** Takes back the invitation that the approval of what a colleague asked for has made, if nobody has used or changed it since. */
function takeBackInvitation({ ask, decision, reference }: ApprovalRequest, say: Say, now: Date): Changed["beside"] {
  if (ask === undefined || decision === undefined) return undefined;
  return {
    id: ask.invites,
    isRequired: true,
    transition(storedRequest) {
      const last = storedRequest?.history.at(-1);
      const isUntouched = last?.at === decision.at && last.note === noteOfAsk(reference);
      if (storedRequest === undefined || !isOpen(storedRequest, now) || !isUntouched)
        return { ok: false, why: "invitation-sent", decision };
      return deny(storedRequest, omit(say, "note", "reply"), now);
    },
  };
}

/**
 * Makes a decided request pending again. Takes back the invitation of a guest that a colleague asked for. A stripped request expires, so that
 * the person may ask again. If the caller cast the last vote on a pending request, withdraws only this vote.
 */
export function reopen(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  const outcome = reopenRequest(storedRequest, say, now);
  if (!outcome.ok || storedRequest === undefined || !isInvitationSent(storedRequest)) return outcome;
  const beside = takeBackInvitation(storedRequest, say, now);
  return beside === undefined ? outcome : { ...outcome, beside };
}

function reopenRequest(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  return change(storedRequest, now, say.note, (request) => {
    if (request.invitation !== undefined) return "invited";
    const back = withdrawLastVote(request, say, now);
    if (back !== undefined) return back;
    const isUntouched = request.state === "approved" && request.attempts === undefined && request.account === undefined;
    if (!isUntouched && !isInvitationSent(request) && !["denied", "failed", "provisioned", "expired"].includes(request.state))
      return request.state;
    if (request.strippedAt !== undefined)
      return request.state === "expired" ? "expired" : changeState(omitDecision(request), "expired", say, now);
    const answerBy = timeAfter(now.toISOString(), request.answerWithinDays * MS_PER_DAY);
    return {
      ...changeState({ ...omitDecision(request), answerBy }, "pending", say, now),
      ...(restoreStages(request, say, now) ?? restartStages(request, now)),
    };
  });
}

/** Tries at once to create an account that failed, or that waits for its next try. */
export function retry(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  return change(storedRequest, now, say.note, (request) => {
    const waitsForTry = request.state === "approved" && request.onApproval === "provision" && request.retryAt !== undefined;
    if (waitsForTry) return changeState(request, "approved", say, now);
    if (request.state !== "failed") return request.state;
    if (request.strippedAt !== undefined) return "stripped";
    const { attempts: _, ...rest } = request;
    return changeState(rest, "approved", say, now);
  });
}

/** A pass is valid once. @param call the call that uses the pass: see `hashCall` */
export function usePass(storedRequest: Stored, call: string, now: Date): TransitionResult {
  return change(storedRequest, now, undefined, (request) =>
    hasPass(request, now) ? changeState({ ...request, call }, "admitted", { by: signUpStep }, now) : request.state,
  );
}

/**
 * Closes a request if the policy now lets the person in without approval. Closes even a denied request: the policy's answer counts
 * now.
 */
export function waive(storedRequest: Stored, now: Date): TransitionResult {
  return change(storedRequest, now, undefined, (request) => {
    if (request.state === "admitted" || blocksNewAccount(request, now)) return request.state;
    return changeState({ ...request, call: "" }, "admitted", { by: signUpStep, note: "The policy let them in." }, now);
  });
}

export interface Lease {
  readonly holder: string;
  /** A worker always finishes in less time: when the lease ends, its worker has finished or crashed. */
  readonly leaseMs: number;
}

/** Gives a worker the lease of an approved request, or of a request whose worker crashed. */
export function claim(storedRequest: Stored, { holder, leaseMs }: Lease, now: Date): TransitionResult {
  return change(storedRequest, now, undefined, (request) => {
    const at = now.toISOString();
    const lease = { holder, until: timeAfter(at, leaseMs) };
    if (request.state === "provisioning") {
      const { lease: currentLease } = request;
      if (currentLease !== undefined && currentLease.holder !== holder && !isPast(currentLease.until, now))
        return { why: "leased", until: currentLease.until };
      return { ...request, lease };
    }
    if (request.state !== "approved") return request.state;
    if (request.onApproval === "continue") return "continues";
    const { retryAt = at } = request;
    if (!isPast(retryAt, now)) return { why: "not-yet", until: retryAt };
    return changeState(request, "provisioning", { by: worker }, now, { lease });
  });
}

export function storeAccount(storedRequest: Stored, holder: string, account: ProvisionedAccount, now: Date): TransitionResult {
  return changeWithLease(storedRequest, holder, now, (request) => ({ ...request, account }));
}

/** @param note for operators */
export function complete(storedRequest: Stored, holder: string, account: ProvisionedAccount, now: Date, note?: string): TransitionResult {
  return changeWithLease(storedRequest, holder, now, (request) =>
    changeState({ ...request, account }, "provisioned", { by: worker, ...buildNoteField(note) }, now),
  );
}

/** An operator must act, then use `retry`. */
export function fail(storedRequest: Stored, holder: string, failure: ProvisioningFailure, now: Date): TransitionResult {
  return changeWithLease(storedRequest, holder, now, (request) => changeState(request, "failed", { by: worker }, now, { failure }));
}

/** Releases a request for another try at `retryAt`. The history omits this try, so that it shows only the final one. */
export function release(storedRequest: Stored, holder: string, retryAt: Date, now: Date, failure?: ProvisioningFailure): TransitionResult {
  return changeWithLease(storedRequest, holder, now, (request) => {
    const fields = { retryAt: retryAt.toISOString(), ...keepGiven({ failure }) };
    const back = changeState(request, "approved", { by: worker }, now, fields);
    return { ...back, attempts: (request.attempts ?? 0) + 1, history: request.history.slice(0, -1) };
  });
}

export function expire(storedRequest: Stored, now: Date): TransitionResult {
  if (storedRequest === undefined) return { ok: false, why: "unknown" };
  if (storedRequest.state === "expired" || stateAt(storedRequest, now) !== "expired")
    return refuseChange(storedRequest, storedRequest.state);
  return acceptChange(storedRequest, applyExpiry(storedRequest, now));
}

/** Removes the personal details of an ended request after 30 days. Address, decision and history stay. */
export function strip(storedRequest: Stored, now: Date): TransitionResult {
  return change(storedRequest, now, undefined, (request) => {
    if (request.strippedAt !== undefined) return "stripped";
    if (request.state === "pending" || request.state === "approved" || request.state === "provisioning") return request.state;
    const due = timeAfter(request.changedAt, KEPT_MS);
    if (!isPast(due, now)) return { why: "not-yet", until: due };
    const { account, failure, ask, ...kept } = omit(request, "earlier", "shortNames");
    const bare = keepGiven({
      ask: ask && omit(ask, "why", "concerns"),
      account: account && { id: account.id },
      failure: failure && dropEntry(failure),
    });
    return { ...kept, ...bare, identities: [], attributes: {}, call: "", strippedAt: now.toISOString() };
  });
}

const ERASED = "erased";

/** Takes the colleague who asked out of a request. If it still waits, it expires: nobody would answer for the guest. */
export function eraseAsker(storedRequest: Stored, now: Date): TransitionResult {
  if (storedRequest?.ask === undefined || storedRequest.ask.by === ERASED) return { ok: false, why: "unknown" };
  const { ask } = storedRequest;
  const erasedAsk = { by: ERASED, name: ERASED, addresses: [], personId: ERASED, invites: ask.invites };
  const history = storedRequest.history.map((step) => (step.by.name === ask.name ? { ...step, by: { ...step.by, name: ERASED } } : step));
  const request: ApprovalRequest = { ...storedRequest, ask: erasedAsk, history: history as ApprovalRequest["history"] };
  return acceptChange(storedRequest, request.state === "pending" ? changeState(request, "expired", { by: sweeper }, now) : request);
}

/** Removes the access list's entry from a failure, because the entry may name the person's account at their provider. */
function dropEntry({ detail, ...failure }: ProvisioningFailure): ProvisioningFailure {
  return failure.reason === DENIED_BY_LIST || detail === undefined ? failure : { ...failure, detail };
}

function changeWithLease(storedRequest: Stored, holder: string, now: Date, step: Transition): TransitionResult {
  return change(storedRequest, now, undefined, (request) =>
    request.state === "provisioning" && request.lease?.holder === holder ? step(request) : "lease-lost",
  );
}

function omitDecision(request: ApprovalRequest): ApprovalRequest {
  return omit(request, "decision", "account", "attempts");
}
