import { fingerprintOf, referenceFor } from "../../engine/sign-up/call";
import { type HashOf, personIdOf } from "../../engine/sign-up/person";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import {
  bounded,
  change,
  conditionOf,
  lapsed,
  moved,
  noted,
  refused,
  type Say,
  type StateFields,
  type Transition,
  type TransitionResult,
  written,
} from "./change";
import { withLongNames } from "./long-names";
import {
  type Actor,
  type ApprovalRequest,
  type ApprovalState,
  type ApproverDecision,
  type EndedAccess,
  type OnApproval,
  type ProvisionedAccount,
  type ProvisioningFailure,
  requestId,
  type Stages,
  type Stored,
  type VendorResult,
} from "./request";
import { restarted, undecided, voted, withdrawn } from "./stages";
import { hasAccount, hasPass, mayAskAgain, stateAt } from "./state-at";
import { isPast, timeAfter } from "./times";

// Every way a request changes: pure, from the row as it was read (undefined: there is none) to the row to write.

/** How long a request that came to its end keeps what it holds of the person. */
export const KEPT_MS = 30 * MS_PER_DAY;

const signUpStep: Actor = { kind: "gatehouse", name: "sign-up" };
const worker: Actor = { kind: "gatehouse", name: "worker" };

/** What a person who asks brings, and the policy's words on what follows. */
export interface Submission {
  /** As the rules left it. */
  readonly signUp: SignUp;
  readonly hashOf: HashOf;
  /**
   * As it came.
   * @default signUp
   */
  readonly received?: SignUp;
  readonly verifications?: readonly VendorResult[];
  /** The address of the approver or sponsor who gets the mail, instead of those in the settings. */
  readonly askedOf?: string;
  /** As the rule resolved them: see `firstStage`. */
  readonly sponsor?: string;
  readonly stages?: Stages;
  readonly asked?: readonly string[];
  readonly escalatesAt?: string;
  /** The person's access, which ended: they ask for its renewal. */
  readonly renews?: EndedAccess;
  /** Short names of attributes that approvers read in mail. */
  readonly show?: readonly string[];
  /** Why the pass that the person has, or has used, is not good for this sign-up. */
  readonly voided?: string;
  readonly emailProven: boolean;
  readonly waitlist?: boolean;
  readonly onApproval: OnApproval;
  readonly answerWithinDays: number;
  readonly askAgainAfterDays: number | "never";
  readonly passDays: number;
}

/** A person asks. A new request takes the place of the last one, keeps its history, and shows what was approved before. */
export function submit(stored: Stored, { signUp, received = signUp, voided, hashOf, ...policy }: Submission, now: Date): TransitionResult {
  const isFree = stored === undefined || mayAskAgain(stored, now, policy.renews) || (voided !== undefined && hasPass(stored, now));
  if (!isFree) return refused(stored, stateAt(stored, now));
  const last = stored && lapsed(stored, now);
  const id = requestId(signUp, hashOf);
  const turn = (stored?.turn ?? 0) + 1;
  const at = now.toISOString();
  const request: ApprovalRequest = {
    ...policy,
    id,
    personId: personIdOf(signUp.email, hashOf),
    turn,
    state: "pending",
    ...(signUp.gate !== undefined && { gate: signUp.gate }),
    // Somebody may still have what an erased request held before them: it had another code.
    reference: referenceFor(stored === undefined ? `${id}/${at}` : `${id}/${turn}`),
    email: signUp.email,
    identities: signUp.identities,
    ...withLongNames(signUp),
    ...earlierOf(last),
    locales: signUp.locales,
    requestedAt: at,
    changedAt: at,
    answerBy: timeAfter(at, policy.answerWithinDays * MS_PER_DAY),
    call: callOf(received, hashOf),
    history: bounded([...(last?.history ?? []), { at, from: last?.state ?? "none", to: "pending", by: signUpStep, ...noted(voided) }]),
  };
  return { ok: true, request, condition: conditionOf(stored) };
}

/** What was approved of the person last. */
function earlierOf(last: Stored): Pick<ApprovalRequest, "earlier"> {
  if (last === undefined || last.strippedAt !== undefined) return {};
  const { decision, reference, attributes, earlier } = last;
  if (decision?.verdict === "approved") return { earlier: { reference, decision, attributes } };
  return earlier === undefined ? {} : { earlier };
}

/** Identifies one call of Entra's. */
export function callOf(signUp: SignUp, hashOf: HashOf): string {
  return hashOf(fingerprintOf(signUp));
}

/** Lets a person in; on a request with stages, one vote of those that it takes. */
export function approve(stored: Stored, say: Say, now: Date): TransitionResult {
  return decided(stored, say, now, "approved", ["pending"], (request) => {
    const passUntil = timeAfter(now.toISOString(), request.passDays * MS_PER_DAY);
    return request.onApproval === "continue" ? { passUntil } : {};
  });
}

/** Turns a person away; takes back an approval that has had no effect yet. What a try has begun of the account is kept, so that it can be shown. */
export function deny(stored: Stored, say: Say, now: Date): TransitionResult {
  return decided(stored, say, now, "denied", ["pending", "approved", "failed"], ({ askAgainAfterDays: days }) =>
    days === "never" ? {} : { mayAskAgainAt: timeAfter(now.toISOString(), days * MS_PER_DAY) },
  );
}

function decided(
  stored: Stored,
  say: Say,
  now: Date,
  verdict: ApproverDecision["verdict"],
  from: readonly ApprovalState[],
  fieldsOf: (request: ApprovalRequest) => StateFields,
): TransitionResult {
  return change(stored, now, say.note, (request) => {
    if (!from.includes(request.state)) return request.decision?.verdict === verdict && !isSpent(request) ? "already" : request.state;
    const { stages } = request;
    const vote =
      stages !== undefined && request.state === "pending" ? voted(request, stages, say, verdict, now) : { request, isLast: true };
    if (typeof vote === "string") return vote;
    if (!vote.isLast) return vote.request;
    const account = say.account === undefined ? {} : { account: say.account };
    const decision = { verdict, by: say.by, at: now.toISOString(), ...noted(say.note), ...account };
    return moved({ ...vote.request, decision }, verdict, say, now, fieldsOf(request));
  });
}

/** Approved once, and nothing came of it. */
function isSpent({ state }: ApprovalRequest): boolean {
  return state === "failed" || state === "expired";
}

/**
 * Puts a request that came to its end before the approvers again, and one whose approval nothing has come of yet. The last
 * voter or decider takes back only their own: other people's votes still count. One that was stripped is let go instead: the person may ask again.
 */
export function reopen(stored: Stored, say: Say, now: Date): TransitionResult {
  return change(stored, now, say.note, (request) => {
    if (request.invitation !== undefined) return "invited";
    const back = withdrawn(request, say, now);
    if (back !== undefined) return back;
    const isUntouched = request.state === "approved" && request.attempts === undefined && request.account === undefined;
    if (!isUntouched && !["denied", "failed", "provisioned", "expired"].includes(request.state)) return request.state;
    if (request.strippedAt !== undefined) return request.state === "expired" ? "expired" : moved(fresh(request), "expired", say, now);
    const answerBy = timeAfter(now.toISOString(), request.answerWithinDays * MS_PER_DAY);
    return { ...moved({ ...fresh(request), answerBy }, "pending", say, now), ...(undecided(request, say, now) ?? restarted(request, now)) };
  });
}

/** Lets the worker try once more to make an account. */
export function retry(stored: Stored, say: Say, now: Date): TransitionResult {
  return change(stored, now, say.note, (request) => {
    if (request.state !== "failed") return request.state;
    if (request.strippedAt !== undefined) return "stripped";
    const { attempts: _, ...rest } = request;
    return moved(rest, "approved", say, now);
  });
}

/**
 * The person goes through at sign-up, with the pass that their approval gave them. It is good once.
 * @param call the call that uses it: see `callOf`
 */
export function usePass(stored: Stored, call: string, now: Date): TransitionResult {
  return change(stored, now, undefined, (request) =>
    hasPass(request, now) ? moved({ ...request, call }, "admitted", { by: signUpStep }, now) : request.state,
  );
}

/** The person goes through because the policy no longer asks for approval. Nobody is to act on their request any more. */
export function waive(stored: Stored, now: Date): TransitionResult {
  return change(stored, now, undefined, (request) => {
    if (request.state === "admitted" || hasAccount(request, now)) return request.state;
    return moved({ ...request, call: "" }, "admitted", { by: signUpStep, note: "The policy let them in." }, now);
  });
}

/** A worker's hold on a request. */
export interface Lease {
  /** Another one for each invocation. */
  readonly holder: string;
  /** Longer than the worker can run: when it ends, its holder is dead. */
  readonly leaseMs: number;
}

/** A worker takes an approved request, or one whose worker died. */
export function claim(stored: Stored, { holder, leaseMs }: Lease, now: Date): TransitionResult {
  return change(stored, now, undefined, (request) => {
    const at = now.toISOString();
    const lease = { holder, until: timeAfter(at, leaseMs) };
    if (request.state === "provisioning") {
      const { lease: held } = request;
      if (held !== undefined && held.holder !== holder && !isPast(held.until, now)) return { why: "leased", until: held.until };
      return { ...request, lease };
    }
    if (request.state !== "approved") return request.state;
    if (request.onApproval === "continue") return "continues";
    const { retryAt = at } = request;
    if (!isPast(retryAt, now)) return { why: "not-yet", until: retryAt };
    return moved(request, "provisioning", { by: worker }, now, { lease });
  });
}

/** The worker learned the account's id, and has more to do. */
export function accountMade(stored: Stored, holder: string, account: ProvisionedAccount, now: Date): TransitionResult {
  return held(stored, holder, now, (request) => ({ ...request, account }));
}

/** The account is there. @param note what operators should know of it */
export function complete(stored: Stored, holder: string, account: ProvisionedAccount, now: Date, note?: string): TransitionResult {
  return held(stored, holder, now, (request) => moved({ ...request, account }, "provisioned", { by: worker, ...noted(note) }, now));
}

/** The account cannot be made as things are: an operator has to act, then `retry`. */
export function fail(stored: Stored, holder: string, failure: ProvisioningFailure, now: Date): TransitionResult {
  return held(stored, holder, now, (request) => moved(request, "failed", { by: worker }, now, { failure }));
}

/** The worker gives a request back for a later try. The history shows the attempt that ends it, not each one. */
export function release(stored: Stored, holder: string, retryAt: Date, now: Date): TransitionResult {
  return held(stored, holder, now, (request) => {
    const back = moved(request, "approved", { by: worker }, now, { retryAt: retryAt.toISOString() });
    return { ...back, attempts: (request.attempts ?? 0) + 1, history: request.history.slice(0, -1) };
  });
}

/** Writes down that a request's time is over. */
export function expire(stored: Stored, now: Date): TransitionResult {
  if (stored === undefined) return { ok: false, why: "unknown" };
  if (stored.state === "expired" || stateAt(stored, now) !== "expired") return refused(stored, stored.state);
  return written(stored, lapsed(stored, now));
}

/** Forgets what a request that came to its end holds of the person, 30 days on. Address, decision and history stay. */
export function strip(stored: Stored, now: Date): TransitionResult {
  return change(stored, now, undefined, (request) => {
    if (request.strippedAt !== undefined) return "stripped";
    if (request.state === "pending" || request.state === "approved" || request.state === "provisioning") return request.state;
    const due = timeAfter(request.changedAt, KEPT_MS);
    if (!isPast(due, now)) return { why: "not-yet", until: due };
    const { account, earlier: _, shortNames: __, ...kept } = request;
    const bare = account && { account: { id: account.id } };
    return { ...kept, ...bare, identities: [], attributes: {}, call: "", strippedAt: now.toISOString() };
  });
}

function held(stored: Stored, holder: string, now: Date, step: Transition): TransitionResult {
  return change(stored, now, undefined, (request) =>
    request.state === "provisioning" && request.lease?.holder === holder ? step(request) : "lease-lost",
  );
}

/** Without what came of it so far. */
function fresh({ decision: _, account: __, attempts: ___, ...request }: ApprovalRequest): ApprovalRequest {
  return request;
}
