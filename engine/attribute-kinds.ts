import { capitalise } from "./letter-case";
import { builtInAttributes, toShortName } from "./protocols/attributes";

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
const CUSTOM_LENGTH = 256;

export function longestValue(attribute: string): number | undefined {
  return attribute.startsWith("extension_") ? CUSTOM_LENGTH : attributeLengths[attribute];
}
