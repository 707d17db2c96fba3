import { omit } from "../../engine/collections";
import { MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { applyExpiry, change, changeState, refuseChange, type Say, type TransitionResult } from "../approvals/change";
import { buildDecision, type Sending, wasMoved } from "../approvals/invite-person";
import type { ApprovalRequest, ApprovalState, InvitationWords, Stored } from "../approvals/request";
import { limitEnd } from "../approvals/state-at";
import { deny } from "../approvals/transitions";

// An invitation is a request that was decided before the person asked. It is a row of the same table, approved from the beginning, and has
// a code. Like any approval that lets its person sign up, it can expire, be revoked and be used up.

/** The request's state for each state of invitations. `waiting`: on the waiting list, not invited yet. */
export const invitationStates = {
  open: "approved",
  used: "admitted",
  ended: "expired",
  revoked: "denied",
  waiting: "pending",
} as const satisfies Readonly<Record<string, ApprovalState>>;
export type InvitationState = keyof typeof invitationStates;

/**
 * True if a request is of the kind that `state` needs: on the waiting list for `waiting`, otherwise an invitation. The request's own state
 * is not compared.
 */
export function isOfState({ invitation, waitlist }: ApprovalRequest, state: InvitationState): boolean {
  return state === "waiting" ? waitlist === true : invitation !== undefined;
}

export const INVITATION_DAYS = 14;
export const LONGEST_INVITATION_DAYS = 3_650;

/** Sends a valid, expired or revoked invitation again, with a new code and a new end. */
export function resend(storedRequest: Stored, sending: Sending, now: Date): TransitionResult {
  return changeInvitation(storedRequest, sending, now, (request, invitation) => {
    if (request.state === "admitted") return "admitted";
    const at = now.toISOString();
    const until = limitEnd(timeAfter(at, sending.days * MS_PER_DAY), at, sending.longestDays);
    const sentInvitation = { ...omit(invitation, "usedBy"), code: sending.code, sentAt: at };
    const sentRequest = { ...request, decision: buildDecision(sending, at), invitation: sentInvitation };
    return changeState({ ...sentRequest, answerBy: until, answerWithinDays: sending.days }, "approved", sending, now, { passUntil: until });
  });
}

export function revokeInvitation(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  return storedRequest !== undefined && storedRequest.invitation === undefined
    ? refuseChange(storedRequest, "not-invited")
    : deny(storedRequest, say, now);
}

/** Revokes an invitation that an act sent, if it is unused and nobody has changed it since. @param sentBy the act's id */
export function takeBackInvitation(storedRequest: Stored, sentBy: string, say: Say, now: Date): TransitionResult {
  const current = storedRequest && applyExpiry(storedRequest, now);
  if (storedRequest === undefined || current?.invitation === undefined) return revokeInvitation(storedRequest, say, now);
  if (current.state === "denied") return refuseChange(storedRequest, wasMoved(current) ? "moved" : "already");
  if (current.state !== "approved") return refuseChange(storedRequest, current.state);
  return current.history.at(-1)?.act === sentBy ? deny(storedRequest, say, now) : refuseChange(storedRequest, "changed-since");
}

/** The code stays, and no mail is sent. @param until later than now */
export function extend(storedRequest: Stored, say: Say, until: Date, now: Date): TransitionResult {
  return changeInvitation(storedRequest, say, now, (request) => {
    if (request.state !== "approved" && request.state !== "expired") return request.state;
    return goodUntil(request, until.toISOString(), say, now);
  });
}

/**
 * The code is valid again or, if the invitation was used, its account may sign up again. No mail is sent.
 * @param until the earlier end, which may have passed
 */
export function restoreInvitation(storedRequest: Stored, say: Say, until: Date, now: Date): TransitionResult {
  return changeInvitation(storedRequest, say, now, (request) => {
    if (request.state === "admitted") return "admitted";
    const decidedRequest = { ...request, decision: buildDecision(say, now.toISOString()) };
    if (request.invitation?.usedBy !== undefined)
      return changeState({ ...decidedRequest, answerBy: until.toISOString() }, "admitted", say, now);
    return goodUntil(decidedRequest, until.toISOString(), say, now);
  });
}

function goodUntil(request: ApprovalRequest, until: string, say: Say, now: Date): ApprovalRequest {
  return changeState({ ...request, answerBy: until }, "approved", say, now, { passUntil: until });
}

/** @param holder keyed hash of the person's account, which may sign up again until the invitation ends */
export function accept(storedRequest: Stored, call: string, holder: string, now: Date): TransitionResult {
  return change(storedRequest, now, undefined, (request) => {
    if (request.invitation === undefined || request.state !== "approved") return request.state;
    const usedRequest = { ...request, call, invitation: { ...request.invitation, usedBy: holder } };
    return changeState(usedRequest, "admitted", { by: { kind: "gatehouse", name: "sign-up" } }, now);
  });
}

function changeInvitation(
  storedRequest: Stored,
  say: Say,
  now: Date,
  step: (request: ApprovalRequest, invitation: InvitationWords) => ReturnType<Parameters<typeof change>[3]>,
): TransitionResult {
  return change(storedRequest, now, say.note, (request) =>
    request.invitation === undefined ? "not-invited" : step(request, request.invitation),
  );
}
