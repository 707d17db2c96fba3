import { capitalise } from "./letter-case";
import { builtInAttributes, toShortName } from "./protocols/attributes";

/**
 * Attributes that an external tenant sends. In Entra's examples, a call from an external tenant has `companyName` besides the built-in
 * attributes.
 */
export const externalTenantAttributes = [...builtInAttributes, "companyName"] as const;

/** True if an attribute is built in. False for custom attributes, and for names that do not exist. */
export function isBuiltInAttribute(name: string): boolean {
  return (externalTenantAttributes as readonly string[]).includes(name);
}

/** Returns the name of the custom attribute to use in place of an attribute that no form collects, such as `extension_Department`. */
export function customNameFor(name: string): string {
  return `extension_${capitalise(name)}`;
}

/** True if a name is a custom attribute's short name. */
export function isCustom(name: string): boolean {
  return /^extension_./i.test(name) && toShortName(name) === name;
}
