import * as v from "valibot";
import { notAs } from "../sign-up/rule-options";
import type { Findings } from "../sign-up/verdict";

// Alternative ways in: if a rule lets a person in, later rules with `unless: "allowed"` ask this person nothing.

/**
 * The finding that a rule sets when it lets a person in. A rule that stops everybody else does not need the finding. A later rule with
 * `unless: "allowed"` asks a person with this finding nothing.
 */
export const ALLOWED = "allowed";

/**
 * Returns the findings to set when a rule lets a person in.
 * @param otherwise the rule's answer to everybody else. If it is "block" or "deny", the rule sets no finding
 */
export function allowing(otherwise: string): Findings {
  return otherwise === "block" || otherwise === "deny" ? {} : { [ALLOWED]: true };
}

/** True if a rule skips a person because of its option `unless`. */
export function isSpared(unless: typeof ALLOWED | undefined, findings: Findings): boolean {
  return unless === ALLOWED && findings[ALLOWED] === true;
}

/** Makes the schema of the option `unless`, for a rule that skips people whom an earlier rule let in. */
export function unlessAllowed(): v.OptionalSchema<v.GenericSchema<unknown, typeof ALLOWED>, undefined> {
  return v.optional(v.literal(ALLOWED, notAs(`unless must be "${ALLOWED}"`)));
}
