import { freeze } from "../collections";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../table-keys";
import type { RecordKey } from "./rule";
import type { Attributes, AttributeValue, SignUp } from "./sign-up";

export function checkAttributes(attributes: Attributes = {}): void {
  assertPlain(attributes, "attributes");
  for (const [name, value] of Object.entries(attributes)) {
    assertSettable(name);
    const flaw = nameFlaw(name) ?? (typeof value === "string" ? textFlaw(value) : undefined);
    if (flaw !== undefined) throw new TypeError(`A rule set "${name}" to a value that nobody can type into a form (${flaw}).`);
    if ([value].flat().some(isRounded))
      throw new TypeError(
        `A rule set "${name}" to a number that is too large for JavaScript, which has changed its digits: set it as text.`,
      );
    if ((JSON.stringify(value) ?? "null") === "null") throw new TypeError(`A rule set "${name}" to a value that JSON cannot contain.`);
  }
}

export function assertPlain(value: unknown, what: string): void {
  if (typeof value !== "object" || value === null || Symbol.iterator in value || "then" in value) {
    throw new TypeError(`A rule's ${what} must be plain objects; one is not.`);
  }
}

/** Returns the sign-up with other attributes. Copies the address without reading it, because reading a missing address would throw. */
export function showAttributes(signUp: SignUp, attributes: Attributes): SignUp {
  const members = { ...Object.getOwnPropertyDescriptors(signUp), attributes: { value: attributes, enumerable: true } };
  return Object.create(Object.prototype, members);
}

export function findChanges(signUp: Pick<SignUp, "attributes">, attributes: Attributes): Attributes {
  const isChange = (name: string, value: unknown) =>
    !Object.hasOwn(signUp.attributes, name) || JSON.stringify(signUp.attributes[name]) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(attributes).filter(([name, value]) => isChange(name, value)));
}

export function setAttributes(signUp: SignUp, attributes: Attributes): SignUp {
  if (Object.keys(attributes).length === 0) return signUp;
  return freeze({ ...signUp, attributes: { ...signUp.attributes, ...attributes } });
}

// Limits of what a person can send by a form. Rules and sources must not send Entra anything beyond these limits.

/** The maximum bytes of a request, and of a source's answer as JSON. Entra documents no limit; a form's claims stay far below this one. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Characters that no form lets a person type. Line breaks and tabs are not among them, because a street address may contain them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controlCharacters = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const prototypeNames = new Set(["__proto__", "constructor", "prototype"]);

export function textFlaw(value: string): string | undefined {
  if (!value.isWellFormed()) return "half a character";
  return controlCharacters.test(value) ? "control characters" : undefined;
}

export function nameFlaw(name: string): string | undefined {
  // DynamoDB cannot store a member with an empty name. So the request for approval, or the decision's record, would be lost.
  if (name === "") return "a name without a letter";
  return prototypeNames.has(name) ? "prototype key" : textFlaw(name);
}

/** Names that Entra's contract reserves: no rule may set them. */
const reserved = new Set(["email", "identities", "ui_locales", "version", "action", "status", "userMessage", "code"]);

export function assertSettable(attribute: string): void {
  if (reserved.has(attribute)) throw new TypeError(`A rule cannot set "${attribute}": only Entra may.`);
}

/** True for a number that JavaScript has rounded: it cannot hold every whole number of more than 15 digits. */
export function isRounded(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

export function isBlank(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value === "string" && value.trim() === "");
}

/**
 * Throws TypeError if the name is empty or not a text, or if only Entra may set the attribute.
 * @param of the rule or option, for the error
 */
export function assertShortName(name: unknown, of: string): asserts name is string {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`${of}: write an attribute's short name, like "extension_PartnerNumber", not ${JSON.stringify(name)}.`);
  }
  assertSettable(name);
}

export function rowsOfCode(typedValue: AttributeValue | undefined, list: string): readonly RecordKey[] {
  const value = typeof typedValue === "number" ? String(typedValue) : typedValue;
  if (typeof value !== "string" || !canBeKey(value, MAX_SORT_KEY_BYTES)) return [];
  return [{ table: "referenceData", key: { list, value } }];
}
