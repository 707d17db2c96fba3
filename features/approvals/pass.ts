import type { HashOf } from "../../engine/sign-up/person";
import type { Attributes, SignUp } from "../../engine/sign-up/sign-up";
import { changes, shownWith } from "../../engine/sign-up/state";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
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
  readonly now: Date;
  readonly hashOf: HashOf;
}

export type Pass =
  /** There is none, or it was used by another call. */
  | { readonly kind: "none" }
  /** The person goes through with what was approved. `used`: by this very call, which Entra repeats. */
  | { readonly kind: "good"; readonly used: boolean }
  /** There was one, but the sign-up is not what was approved: a new request has to be made. Its history holds `why`. */
  | { readonly kind: "void"; readonly why: string };

/** What the pass of a request is worth to one call. */
export function passOf(request: ApprovalRequest, { signUp, received, now, hashOf }: PassCall): Pass {
  const used = request.state === "admitted";
  if (used ? !isRepeated(request, callOf(received, hashOf), now) : !hasPass(request, now)) return { kind: "none" };
  if (!request.emailProven) return { kind: "void", why: "Nobody has proven the address, so the approval lets nobody in." };
  if (request.shortNames === undefined) {
    return { kind: "void", why: "An earlier version gave this approval, and did not keep what was approved: it is asked again." };
  }
  const approved = withNamesOf(signUp, request);
  // What was approved is put back before the rules decide: where a value is another one, a rule insists on it.
  const others = [...new Set([...unseenIn(signUp, approved), ...Object.keys(changes(signUp.attributes, approved))])];
  return others.length === 0
    ? { kind: "good", used }
    : { kind: "void", why: `The sign-up holds what was not approved: ${others.join(", ")}.` };
}

/** The values that a pass puts back; none where the person typed into a field that was empty when it was approved. */
export function restored(request: ApprovalRequest, call: PassCall): Attributes {
  const { signUp } = call;
  const approved = withNamesOf(signUp, request);
  const attributes = { ...signUp.attributes, ...approved };
  return passOf(request, { ...call, signUp: shownWith(signUp, attributes) }).kind === "good" ? approved : {};
}

/** Attributes with a value where the approved ones have none. */
function unseenIn({ attributes }: SignUp, approved: Attributes): readonly string[] {
  return Object.keys(attributes).filter((name) => attributes[name] !== "" && (approved[name] ?? "") === "");
}

/** The call that used the pass, once more. */
function isRepeated({ changedAt, call, decision }: ApprovalRequest, current: string, now: Date): boolean {
  return decision?.verdict === "approved" && call === current && !isPast(timeAfter(changedAt, ADMITTED_MS), now);
}
