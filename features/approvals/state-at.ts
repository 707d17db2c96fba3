import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { ApprovalRequest, ApprovalState, EndedAccess } from "./request";
import { isPast, timeAfter } from "./times";

/** A person with a new account reads that they can sign in; a later call means that the account is gone. */
const PROVISIONED_MS = MS_PER_DAY;

/** The fields that decide a state and its end. */
type Ending = Pick<ApprovalRequest, "state" | "answerBy"> & { readonly passUntil?: string | undefined };

/** A request's state now: one that nobody answered or used in time is expired, written or not. */
export function stateAt(request: Ending, now: Date): ApprovalState {
  const end = endOf(request);
  return end !== undefined && isPast(end, now) ? "expired" : request.state;
}

/** Whether the person may make a new request. @param ended their access, if it ended: an account made before that keeps nobody from asking */
export function mayAskAgain(request: ApprovalRequest, now: Date, ended?: Pick<EndedAccess, "endedAt">): boolean {
  switch (stateAt(request, now)) {
    case "expired":
    // The pass is used: a person who comes again asks again, except for a repeat of that call.
    case "admitted":
      return true;
    case "denied":
      return request.mayAskAgainAt !== undefined && isPast(request.mayAskAgainAt, now);
    case "provisioned":
      if (ended !== undefined && isPast(request.changedAt, new Date(ended.endedAt))) return true;
      return isPast(timeAfter(request.changedAt, PROVISIONED_MS), now);
    default:
      return false;
  }
}

/** The moment that ends a state by itself. */
export function endOf({ state, answerBy, passUntil }: Ending): string | undefined {
  if (state === "pending") return answerBy;
  return state === "approved" ? passUntil : undefined;
}

/** Whether the person may go through at sign-up, with a pass not yet used. */
export function hasPass(request: ApprovalRequest, now: Date): boolean {
  return request.onApproval === "continue" && request.passUntil !== undefined && stateAt(request, now) === "approved";
}

/** Whether an account exists or is on its way through Graph: a person let through at sign-up would then have two. */
export function hasAccount(request: ApprovalRequest, now: Date, ended?: Pick<EndedAccess, "endedAt">): boolean {
  const state = stateAt(request, now);
  const isBegun = (state === "failed" || state === "denied") && request.account !== undefined;
  if (state === "provisioned" || isBegun) return !mayAskAgain(request, now, ended);
  return state === "provisioning" || (state === "approved" && request.onApproval === "provision");
}
