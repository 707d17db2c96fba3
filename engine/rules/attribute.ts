import { assertSettable } from "../sign-up/rule";
import type { AttributeValue } from "../sign-up/sign-up";

/** Missing, or a text of white space alone. */
export function isBlank(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value === "string" && value.trim() === "");
}

/**
 * Throws TypeError for what is no short name of an attribute, and for an attribute that only Entra may set.
 * @param of the rule or option that takes it, as the error names it
 */
export function assertShortName(name: unknown, of: string): asserts name is string {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`${of} takes an attribute's short name, like "extension_PartnerNumber", not ${JSON.stringify(name)}.`);
  }
  assertSettable(name);
}
