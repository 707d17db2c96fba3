import { findChanges, showAttributes } from "../../engine/sign-up/attributes";
import type { HashOf } from "../../engine/sign-up/person";
import type { Attributes, SignUp } from "../../engine/sign-up/sign-up";
import { isPast, MS_PER_MINUTE, timeAfter } from "../../engine/sign-up/time";
import { renameAttributes } from "./long-names";
import type { ApprovalRequest } from "./request";
import { hasPass } from "./state-at";
import { hashCall } from "./transitions";

// A pass lets a person in once, if the sign-up has exactly the approved values.

/** Entra repeats a call whose answer is lost. For this long, the repeat of the call that used a pass gets the same answer. */
const ADMITTED_MS = 10 * MS_PER_MINUTE;

export interface PassCall {
  /** The sign-up as changed by the earlier rules. */
  readonly signUp: SignUp;
  /** The sign-up as received. */
  readonly received: SignUp;
  readonly now: Date;
  readonly hashOf: HashOf;
}

export type Pass =
  /** No valid pass, or another call used it. */
  | { readonly kind: "none" }
  /** `used`: Entra repeats the call that used the pass. */
  | { readonly kind: "good"; readonly used: boolean }
  /** The sign-up does not match the approval, so the person needs a new request. Its history contains `why`. */
  | { readonly kind: "void"; readonly why: string };

export function checkPass(request: ApprovalRequest, { signUp, received, now, hashOf }: PassCall): Pass {
  const wasUsed = request.state === "admitted";
  if (!isPassLeft(request, now) || (wasUsed && request.call !== hashCall(received, hashOf))) return { kind: "none" };
  if (!request.emailProven) return { kind: "void", why: "Nobody has proven the address, so the approval lets nobody in." };
  if (request.shortNames === undefined) {
    return {
      kind: "void",
      why: "An earlier version gave this approval without recording what was approved, so the approvers are asked again.",
    };
  }
  const approvedAttributes = renameAttributes(signUp, request);
  // The approved values were restored before the rules ran, so each difference found here was made by a rule.
  const { attributes } = signUp;
  const unseen = Object.keys(attributes).filter((name) => attributes[name] !== "" && (approvedAttributes[name] ?? "") === "");
  const others = [...new Set([...unseen, ...Object.keys(findChanges(signUp, approvedAttributes))])];
  return others.length === 0
    ? { kind: "good", used: wasUsed }
    : { kind: "void", why: `The sign-up holds what was not approved: ${others.join(", ")}.` };
}

/** The attributes as approved. Empty if the pass is not good: for example, if the person filled in a field that was empty when approved. */
export function restoreAttributes(request: ApprovalRequest, call: PassCall): Attributes {
  const { signUp } = call;
  const approvedAttributes = renameAttributes(signUp, request);
  const attributes = { ...signUp.attributes, ...approvedAttributes };
  return checkPass(request, { ...call, signUp: showAttributes(signUp, attributes) }).kind === "good" ? approvedAttributes : {};
}

/** True if the request has a pass, or if a call used the pass just now: Entra may repeat that call. */
export function isPassLeft(request: ApprovalRequest, now: Date): boolean {
  const { state, changedAt, decision } = request;
  if (state !== "admitted") return hasPass(request, now);
  return decision?.verdict === "approved" && !isPast(timeAfter(changedAt, ADMITTED_MS), now);
}
