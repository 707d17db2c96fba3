import * as v from "valibot";
import { notAs } from "../sign-up/rule-options";
import type { Findings } from "../sign-up/verdict";

// Alternative ways in: if a rule lets a person in, later rules with `unless: "allowed"` ask this person nothing.

/** The finding of a rule that lets a person in. A rule that stops everybody else does not need the finding. */
export const ALLOWED = "allowed";

/** @param otherwise the rule's answer to everybody else: if it is "block" or "deny", the rule sets no finding */
export function allowing(otherwise: string): Findings {
  return otherwise === "block" || otherwise === "deny" ? {} : { [ALLOWED]: true };
}

export function isSpared(unless: typeof ALLOWED | undefined, findings: Findings): boolean {
  return unless === ALLOWED && findings[ALLOWED] === true;
}

export function unlessAllowed(): v.OptionalSchema<v.GenericSchema<unknown, typeof ALLOWED>, undefined> {
  return v.optional(v.literal(ALLOWED, notAs(`unless must be "${ALLOWED}"`)));
}
