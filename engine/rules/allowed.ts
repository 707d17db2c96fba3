import * as v from "valibot";
import { notAs } from "../sign-up/rule-options";
import type { Findings } from "../sign-up/verdict";

// Ways in beside each other: whoever one rule lets in, the next ones ask nothing.

/** The finding of a rule that lets a person in and lets strangers go on. A later one with `unless: "allowed"` asks nothing of them. */
export const ALLOWED = "allowed";

/** What a rule leaves of somebody whom it lets in. @param otherwise what it does with others: after a block, everybody is */
export function allowing(otherwise: string): Findings {
  return otherwise === "block" || otherwise === "deny" ? {} : { [ALLOWED]: true };
}

/** Whether a rule with that `unless` asks nothing of a person. */
export function isSpared(unless: typeof ALLOWED | undefined, findings: Findings): boolean {
  return unless === ALLOWED && findings[ALLOWED] === true;
}

/** Who is asked nothing, of a rule that honours earlier ones. */
export function unlessAllowed(): v.OptionalSchema<v.GenericSchema<unknown, typeof ALLOWED>, undefined> {
  return v.optional(v.literal(ALLOWED, notAs(`unless must be "${ALLOWED}"`)));
}
