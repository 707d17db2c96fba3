import { assertSettable } from "../sign-up/attributes";
import type { RecordKey } from "../sign-up/rule";
import type { AttributeValue } from "../sign-up/sign-up";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../table-keys";

/** Missing, or a text of white space alone. */
export function isBlank(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value === "string" && value.trim() === "");
}

/**
 * Throws TypeError if it is not the short name of an attribute, or if only Entra may set the attribute. @param of the rule or
 * option, as the error names it
 */
export function assertShortName(name: unknown, of: string): asserts name is string {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`${of}: write an attribute's short name, like "extension_PartnerNumber", not ${JSON.stringify(name)}.`);
  }
  assertSettable(name);
}

/** The row of a list of codes for the one that a person typed; none for what cannot be a key. */
export function rowsOfCode(typedValue: AttributeValue | undefined, list: string): readonly RecordKey[] {
  const value = typeof typedValue === "number" ? String(typedValue) : typedValue;
  if (typeof value !== "string" || !canBeKey(value, MAX_SORT_KEY_BYTES)) return [];
  return [{ table: "referenceData", key: { list, value } }];
}
