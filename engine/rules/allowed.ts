import * as v from "valibot";
import { notAs } from "../sign-up/rule-options";
import type { Findings } from "../sign-up/verdict";

// Ways in beside each other: whoever one rule lets in, the next ones ask nothing.

/** The finding of a rule that lets a person in and lets strangers go on. A later one with `unless: "allowed"` asks nothing of them. */
export const ALLOWED = "allowed";

/** The findings to set when a rule lets a person in. @param otherwise the rule's answer to others: after a block, no finding is needed */
export function allowing(otherwise: string): Findings {
  return otherwise === "block" || otherwise === "deny" ? {} : { [ALLOWED]: true };
}

/** True if a rule with that `unless` skips a person. */
export function isSpared(unless: typeof ALLOWED | undefined, findings: Findings): boolean {
  return unless === ALLOWED && findings[ALLOWED] === true;
}

/** The option `unless`, of a rule that honours earlier allows. */
export function unlessAllowed(): v.OptionalSchema<v.GenericSchema<unknown, typeof ALLOWED>, undefined> {
  return v.optional(v.literal(ALLOWED, notAs(`unless must be "${ALLOWED}"`)));
}
