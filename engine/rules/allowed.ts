import * as v from "valibot";
import { notAs } from "../sign-up/rule-options";
import type { Findings } from "../sign-up/verdict";

// Alternative ways in: once a rule lets a person in, the next rules ask nothing.

/**
 * The finding of a rule that lets a person in and lets strangers go on. A later rule with `unless: "allowed"` asks those people nothing.
 */
export const ALLOWED = "allowed";

/**
 * Returns the findings to set when a rule lets a person in.
 * @param otherwise the rule's answer to everybody else. If it blocks them, no finding is needed
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
