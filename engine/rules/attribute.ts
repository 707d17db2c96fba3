import { assertSettable } from "../sign-up/attributes";
import type { RecordKey } from "../sign-up/rule";
import type { AttributeValue } from "../sign-up/sign-up";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../table-keys";

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
