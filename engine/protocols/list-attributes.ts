import { textFlaw } from "../sign-up/checks";
import type { AttributeValue, Json } from "../sign-up/sign-up";
import { shortNameOf } from "./attribute-names";
import { assertTyped, UnreadableError } from "./body";

// Collections of strings. An external tenant sends one text with commas, by an older reference a list; what a connector gets
// is not documented. Rules see lists in every dialect, and Entra gets the text.

/** @param name short or long */
export function isListAttribute(name: string, listAttributes: readonly string[] = []): boolean {
  return listAttributes.includes(shortNameOf(name));
}

/** The texts, as they were sent; undefined for none. Throws UnreadableError for what is neither a text nor a list of texts. */
export function readListValue(value: Json): readonly string[] | undefined {
  const texts = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(texts) || !texts.every((each) => typeof each === "string")) throw new UnreadableError("list");
  texts.forEach(assertTyped);
  return texts.join(",") === "" ? undefined : texts;
}

/** The text with commas. Throws TypeError where it would be another list's, or nobody could type it. */
export function writeListValue(name: string, value: AttributeValue): string {
  const values: readonly Json[] = Array.isArray(value) ? value : [value];
  const isLost = (each: Json) =>
    typeof each === "object" || (Array.isArray(value) && (String(each).includes(",") || textFlaw(String(each)) !== undefined));
  if (values.some(isLost))
    throw new TypeError(`A rule set "${name}" to what Entra, which takes a list as one text with commas, cannot take.`);
  return values.join(",");
}
