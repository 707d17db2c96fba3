import { changes } from "../sign-up/changes";
import type { HashOf } from "../sign-up/person";
import type { Attributes, SignUp } from "../sign-up/sign-up";
import { MS_PER_MINUTE } from "../sign-up/time";
import { withNamesOf } from "./long-names";
import type { ApprovalRequest } from "./request";
import { hasPass } from "./state-at";
import { isPast, timeAfter } from "./times";
import { callOf } from "./transitions";

// A pass lets in what was approved, and nothing else.

/** How long the call that used a pass gets the same answer: Entra repeats a call whose answer it missed. */
const ADMITTED_MS = 10 * MS_PER_MINUTE;

/** One call of Entra's, as far as a pass goes. */
export interface PassCall {
  /** As the rules before left it. */
  readonly signUp: SignUp;
  /** As it came. */
  readonly received: SignUp;
  /** Whether the values that were approved have been put back before. */
  readonly again?: true;
  readonly now: Date;
  readonly hashOf: HashOf;
}

export type Pass =
  /** There is none, or it was used by another call. */
  | { readonly kind: "none" }
  /** The person goes through with these values put back. `used`: by this very call, which Entra repeats. */
  | { readonly kind: "good"; readonly attributes: Attributes; readonly used: boolean }
  /** There was one, but the sign-up is not what was approved: a new request has to be made. Its history holds `why`. */
  | { readonly kind: "void"; readonly why: string };

/** What the pass of a request is worth to one call. */
export function passOf(request: ApprovalRequest, { signUp, received, again, now, hashOf }: PassCall): Pass {
  const used = request.state === "admitted";
  if (used ? !isRepeated(request, callOf(received, hashOf), now) : !hasPass(request, now)) return { kind: "none" };
  if (!request.emailProven) return { kind: "void", why: "Nobody has proven the address, so the approval lets nobody in." };
  if (request.shortNames === undefined) {
    return { kind: "void", why: "An earlier version gave this approval, and did not keep what was approved: it is asked again." };
  }
  const approved = withNamesOf(signUp, request);
  const attributes = changes(signUp.attributes, approved);
  const unseen = Object.keys(signUp.attributes).filter((name) => signUp.attributes[name] !== "" && (approved[name] ?? "") === "");
  // Put back once, and changed again: a rule insists on another value.
  const others = again ? [...new Set([...unseen, ...Object.keys(attributes)])] : unseen;
  return others.length === 0
    ? { kind: "good", attributes, used }
    : { kind: "void", why: `The sign-up holds what was not approved: ${others.join(", ")}.` };
}

/** The call that used the pass, once more. */
function isRepeated({ changedAt, call, decision }: ApprovalRequest, current: string, now: Date): boolean {
  return decision?.verdict === "approved" && call === current && !isPast(timeAfter(changedAt, ADMITTED_MS), now);
}
