import type { HashOf } from "../../engine/sign-up/person";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule, Records } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import type { Block } from "../../engine/sign-up/verdict";
import { approvalTexts } from "./approval-texts";
import { type ApprovalRequest, type ApprovalState, type EndedAccess, readRequest, requestId, requestKey } from "./request";

/**
 * For this long after an account was created, a new sign-up gets the answer that the person can sign in. A later sign-up means that the
 * account no longer exists.
 */
const PROVISIONED_MS = MS_PER_DAY;

type Ending = Pick<ApprovalRequest, "state" | "answerBy"> & { readonly passUntil?: string | undefined };

/** A request whose time has ended is expired, even if its row does not say so yet. */
export function stateAt(request: Ending, now: Date): ApprovalState {
  const end = getStateEnd(request);
  return end !== undefined && isPast(end, now) ? "expired" : request.state;
}

/** @param endedAccess an account made before this end does not block a new request */
export function mayAskAgain(request: ApprovalRequest, now: Date, endedAccess?: Pick<EndedAccess, "endedAt">): boolean {
  switch (stateAt(request, now)) {
    case "expired":
    // The pass was used, so a person who returns makes a new request. `isPassLeft` handles a repeat of the call that used the pass.
    case "admitted":
      return true;
    case "denied":
      return request.mayAskAgainAt !== undefined && isPast(request.mayAskAgainAt, now);
    case "provisioned":
      if (endedAccess !== undefined && isPast(request.changedAt, new Date(endedAccess.endedAt))) return true;
      return isPast(timeAfter(request.changedAt, PROVISIONED_MS), now);
    default:
      return false;
  }
}

export function getStateEnd({ state, answerBy, passUntil }: Ending): string | undefined {
  if (state === "pending") return answerBy;
  return state === "approved" ? passUntil : undefined;
}

/** Until when a pending request has to be answered. Undefined for any other request, and on the waiting list, which has no deadline. */
export function readDeadline(request: Pick<ApprovalRequest, "state" | "answerBy" | "waitlist">, now: Date): string | undefined {
  return request.waitlist !== true && stateAt(request, now) === "pending" ? request.answerBy : undefined;
}

/** Until when the account that used the invitation may sign up again. Undefined for any other request, and once this time is over. */
export function readReturnEnd(
  { state, invitation, answerBy }: Pick<ApprovalRequest, "state" | "invitation" | "answerBy">,
  now: Date,
): string | undefined {
  return state === "admitted" && invitation?.usedBy !== undefined && !isPast(answerBy, now) ? answerBy : undefined;
}

/** The longest validity of invitations at a gate with these rules, in days. Undefined: each invitation has its own end. */
export function readLongestDays(rules: readonly Pick<AnyRule, "uses">[]): number | undefined {
  return rules.flatMap(({ uses = [] }) =>
    uses.flatMap((use) => {
      const { longestDays } = ("worker" in use && (use.settings as { readonly longestDays?: number } | undefined)) || {};
      return longestDays === undefined ? [] : [longestDays];
    }),
  )[0];
}

/** The same at a gate with these policies. */
export function findLongestDays(policies: readonly Pick<Policy, "rules">[]): number | undefined {
  return readLongestDays(policies.flatMap(({ rules }) => rules.map(unwrapRule)));
}

/** Returns the earlier of an end and the longest validity after `sentAt`. */
export function limitEnd(until: string, sentAt: string, longestDays: number | undefined): string {
  if (longestDays === undefined) return until;
  const limit = timeAfter(sentAt, longestDays * MS_PER_DAY);
  return Date.parse(limit) < Date.parse(until) ? limit : until;
}

/** Returns the request with the ends that its gate counts with, which can be earlier than an invitation's own. */
export function limitInvitation<R extends Pick<ApprovalRequest, "invitation" | "answerBy" | "passUntil">>(
  request: R,
  longestDays: number | undefined,
): R {
  const { invitation, answerBy, passUntil } = request;
  if (invitation === undefined || longestDays === undefined) return request;
  const limit = (end: string) => limitEnd(end, invitation.sentAt, longestDays);
  return { ...request, answerBy: limit(answerBy), ...(passUntil !== undefined && { passUntil: limit(passUntil) }) };
}

export function hasPass(request: ApprovalRequest, now: Date): boolean {
  return request.onApproval === "continue" && request.passUntil !== undefined && stateAt(request, now) === "approved";
}

/**
 * True if Graph has created the person's account or will create it. If the gate then let the person continue, there would be two accounts.
 */
export function blocksNewAccount(request: ApprovalRequest, now: Date, endedAccess?: Pick<EndedAccess, "endedAt">): boolean {
  const state = stateAt(request, now);
  const isBegun = (state === "failed" || state === "denied") && request.account !== undefined;
  if (state === "provisioned" || isBegun) return !mayAskAgain(request, now, endedAccess);
  return state === "provisioning" || (state === "approved" && request.onApproval === "provision");
}

export function findApprovalRequest(signUp: SignUp, records: Records, hashOf: HashOf): ApprovalRequest | undefined {
  const row = records.get(requestKey(requestId(signUp, hashOf)));
  return row && readRequest(row);
}

export function buildStateBlock(request: ApprovalRequest, now: Date): Block {
  const state = stateAt(request, now);
  switch (state) {
    case "denied":
    case "provisioned":
    case "failed":
      return approvalBlock(`approval.${state}`);
    case "approved":
    case "provisioning":
      return approvalBlock("approval.approved");
    default:
      return approvalBlock(request.waitlist === undefined ? "approval.pending" : "approval.waitlisted");
  }
}

export function approvalBlock(reason: keyof typeof approvalTexts): Block {
  return { kind: "block", reason, message: approvalTexts[reason] };
}
