/** Attributes that every tenant has, by the names that Entra and connectors use. */
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

/** Those that an external tenant sends: Entra's examples of its form have one more. */
export const externalTenantAttributes = [...builtInAttributes, "companyName"] as const;

/** False for custom attributes, and for names that do not exist. */
export function isBuiltInAttribute(name: string): boolean {
  return (externalTenantAttributes as readonly string[]).includes(name);
}

/** The custom attribute to use in place of a name that no form collects: `extension_Department`. */
export function customNameFor(name: string): string {
  return `extension_${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** `extension_` + the 32 hex digits of an app id + `_` + the attribute's own name. */
const extensionName = /^extension_[0-9a-f]{32}_(.+)$/i;

/** The name that policies have for an attribute: a custom one's without the app id. */
export function shortNameOf(name: string): string {
  return name.replace(extensionName, "extension_$1");
}

/** Whether a name is a custom attribute's, by its short name. */
export function isCustom(name: string): boolean {
  return /^extension_./i.test(name) && shortNameOf(name) === name;
}

interface ShortNamed<T> {
  readonly attributes: Readonly<Record<string, T>>;
  readonly longNames?: Readonly<Record<string, string>>;
}

/** Attributes under their short names, and which long name each came by. */
export function underShortNames<T>(received: Readonly<Record<string, T>>): ShortNamed<T> {
  const attributes: Record<string, T> = {};
  const longNames: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    const shortName = shortNameOf(name);
    // Two apps' attributes of the same short name keep their long ones, rather than one hiding the other.
    const taken = Object.hasOwn(received, shortName) || Object.hasOwn(attributes, shortName);
    attributes[taken ? name : shortName] = value;
    if (!taken) longNames[shortName] = name;
  }
  return { attributes, ...(Object.keys(longNames).length > 0 && { longNames }) };
}
