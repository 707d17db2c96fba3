import { capitalise } from "../characters";
import { textFlaw } from "../sign-up/attributes";
import type { AttributeValue, Json } from "../sign-up/sign-up";
import { assertTyped, UnreadableError } from "./body";

export const builtInAttributes = [
  "displayName",
  "givenName",
  "surname",
  "jobTitle",
  "streetAddress",
  "city",
  "state",
  "postalCode",
  "country",
] as const;

/** `extension_` + the 32 hex digits of an app id + `_` + the attribute's own name. */
const extensionName = /^extension_[0-9a-f]{32}_.+$/;
const LENGTH_BEFORE_NAME = "extension__".length + 32;

/** Returns an attribute's name in policies. There, the name of a custom attribute has no app id. */
export function toShortName(name: string): string {
  return extensionName.test(name.toLowerCase()) ? `extension_${name.slice(LENGTH_BEFORE_NAME)}` : name;
}

interface ShortNamed<T> {
  readonly attributes: Readonly<Record<string, T>>;
  readonly longNames?: Readonly<Record<string, string>>;
}

export function toShortNames<T>(received: Readonly<Record<string, T>>): ShortNamed<T> {
  const attributes: Record<string, T> = {};
  const longNames: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    const shortName = toShortName(name);
    // Attributes of two apps may have one short name. If it is taken, the attribute keeps its long name, so that neither is hidden.
    const taken = Object.hasOwn(received, shortName) || Object.hasOwn(attributes, shortName);
    attributes[taken ? name : shortName] = value;
    if (!taken) longNames[shortName] = name;
  }
  return { attributes, ...(Object.keys(longNames).length > 0 && { longNames }) };
}

// Attributes that hold lists of texts. An external tenant sends one text with commas; an older reference by Microsoft describes a list. The
// form for API connectors is not documented. Rules see lists, and Entra gets one text with commas.

/** @param name short or long */
export function isListAttribute(name: string, listAttributes?: readonly string[]): boolean {
  return listAttributes?.includes(toShortName(name)) ?? false;
}

/** Reads texts sent as one text with commas or as a list. Undefined if there are none. Throws UnreadableError for any other value. */
export function readListValue(value: Json): readonly string[] | undefined {
  const texts = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(texts) || !texts.every((each) => typeof each === "string")) throw new UnreadableError("list");
  texts.forEach(assertTyped);
  return texts.join(",") === "" ? undefined : texts;
}

/** Throws TypeError for an object, for an item that nobody can type, and for an item with a comma, which would be read as two items. */
export function writeListValue(name: string, value: AttributeValue): string {
  const values: readonly Json[] = Array.isArray(value) ? value : [value];
  const isLost = (each: Json) =>
    typeof each === "object" || (Array.isArray(value) && (String(each).includes(",") || textFlaw(String(each)) !== undefined));
  if (values.some(isLost))
    throw new TypeError(`A rule set "${name}" to a value that Entra cannot take: it takes a list as one text with commas.`);
  return values.join(",");
}

/** In Entra's examples, a call from an external tenant also has `companyName`. */
export const externalTenantAttributes = [...builtInAttributes, "companyName"] as const;

export function isBuiltInAttribute(name: string): boolean {
  return (externalTenantAttributes as readonly string[]).includes(name);
}

/** Returns the name of the custom attribute to use in place of a name that no form collects: `extension_Department` for `department`. */
export function customNameFor(name: string): string {
  return `extension_${capitalise(name)}`;
}

export function isCustom(name: string): boolean {
  return /^extension_./i.test(name) && toShortName(name) === name;
}

/** The maximum number of characters that Entra stores, by attribute. Source: the user resource of Microsoft Graph v1.0. */
export const attributeLengths: Readonly<Record<string, number>> = {
  displayName: 256,
  givenName: 64,
  surname: 64,
  jobTitle: 128,
  streetAddress: 1_024,
  city: 128,
  postalCode: 40,
  state: 128,
  country: 128,
  companyName: 64,
  department: 64,
};
/**
 * The maximum number of characters of a custom attribute that every tenant stores. Source: the service limits of Azure AD B2C and of external
 * tenants, which have 250; directory extensions, the custom attributes of a workforce tenant, take 256 (Microsoft Graph, extensionProperty).
 */
export const CUSTOM_LENGTH = 250;

export function longestValue(attribute: string): number | undefined {
  return attribute.startsWith("extension_") ? CUSTOM_LENGTH : attributeLengths[attribute];
}
