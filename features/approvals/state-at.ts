import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import type { ApprovalRequest, ApprovalState, EndedAccess } from "./request";

/**
 * For this long after an account is made, a new sign-up of its person makes no new request: they are told that they can sign in. A later
 * sign-up means that the account is gone.
 */
const PROVISIONED_MS = MS_PER_DAY;

type Ending = Pick<ApprovalRequest, "state" | "answerBy"> & { readonly passUntil?: string | undefined };

/** Returns a request's state now. A request whose time is over is expired, whether or not the row says it yet. */
export function stateAt(request: Ending, now: Date): ApprovalState {
  const end = getStateEnd(request);
  return end !== undefined && isPast(end, now) ? "expired" : request.state;
}

/**
 * True if the person may make a new request. @param endedAccess their ended access: an account made before its end does not block a new request
 */
export function mayAskAgain(request: ApprovalRequest, now: Date, endedAccess?: Pick<EndedAccess, "endedAt">): boolean {
  switch (stateAt(request, now)) {
    case "expired":
    // The pass was used, so a returning person makes a new request. See `isPassLeft` for a repeat of the call that used the pass.
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

/** The time at which a state ends by itself. */
export function getStateEnd({ state, answerBy, passUntil }: Ending): string | undefined {
  if (state === "pending") return answerBy;
  return state === "approved" ? passUntil : undefined;
}

export function hasPass(request: ApprovalRequest, now: Date): boolean {
  return request.onApproval === "continue" && request.passUntil !== undefined && stateAt(request, now) === "approved";
}

/** True if Graph has created or is creating an account: a person let through at sign-up would then have two. */
export function blocksNewAccount(request: ApprovalRequest, now: Date, endedAccess?: Pick<EndedAccess, "endedAt">): boolean {
  const state = stateAt(request, now);
  const isBegun = (state === "failed" || state === "denied") && request.account !== undefined;
  if (state === "provisioned" || isBegun) return !mayAskAgain(request, now, endedAccess);
  return state === "provisioning" || (state === "approved" && request.onApproval === "provision");
}
