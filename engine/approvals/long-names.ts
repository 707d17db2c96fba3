import type { Attributes, SignUp } from "../sign-up/sign-up";

/** `extension_PartnerNumber`. */
const shortName = /^extension_(?![0-9a-f]{32}_)(.+)$/i;
const longPrefix = /^extension_[0-9a-f]{32}_/i;

/**
 * Attributes as Graph knows them. One that the policy alone has set goes by the app whose attributes the request shows, if
 * that is one app; else its name stays short, which Graph refuses by that name.
 */
export function withLongNames({ attributes, longNames = {} }: SignUp): Attributes {
  const prefixes = new Set(Object.values(longNames).flatMap((name) => name.match(longPrefix) ?? []));
  const [prefix] = prefixes.size === 1 ? prefixes : [];
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const own = Object.hasOwn(longNames, name) ? longNames[name] : undefined;
      return [own ?? (prefix === undefined ? name : name.replace(shortName, `${prefix}$1`)), value];
    }),
  );
}
