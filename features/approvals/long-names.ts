import type { Attributes, SignUp } from "../../engine/sign-up/sign-up";
import type { ApprovalRequest } from "./request";

/** Matches a short name, such as `extension_PartnerNumber`. */
const shortName = /^extension_(?![0-9a-f]{32}_)(.+)$/i;
const longName = /^extension_([0-9a-f]{32})_/i;

export type Content = Pick<ApprovalRequest, "attributes" | "shortNames">;

/**
 * Returns attributes by their names in Graph, and in `shortNames` the names that sign-up uses. If only the policy sets an attribute, it has
 * no long name: its name gets the app of the other attributes, if there is exactly one. Otherwise the name stays short until
 * `buildLongName` gets the app.
 */
export function withLongNames({ attributes, longNames = {} }: SignUp): Required<Content> {
  const apps = new Set(Object.values(longNames).flatMap((name) => longName.exec(name)?.[1] ?? []));
  const [app] = apps.size === 1 ? apps : [];
  const getLongName = (name: string) => (Object.hasOwn(longNames, name) ? (longNames[name] as string) : buildLongName(app, name));
  const names = Object.keys(attributes).map((name) => [getLongName(name), name] as const);
  return {
    attributes: Object.fromEntries(names.map(([long, name]) => [long, attributes[name] as Attributes[string]])),
    shortNames: Object.fromEntries(names.filter(([long, name]) => long !== name)),
  };
}

/** Expands a custom attribute's short name to its name in Graph, if the app that registers custom attributes is known. */
export function buildLongName(appId: string | undefined, name: string): string {
  return appId === undefined ? name : name.replace(shortName, `extension_${appId}_$1`);
}

/** Renames a request's attributes to the names that this sign-up uses. */
export function renameAttributes({ attributes: present, longNames = {} }: SignUp, { attributes, shortNames = {} }: Content): Attributes {
  const shortByLong = new Map(Object.entries(longNames).map(([short, long]) => [long, short]));
  const toCurrentName = (storedName: string) => {
    const now = shortByLong.get(storedName) ?? (Object.hasOwn(present, storedName) ? storedName : shortNames[storedName]) ?? storedName;
    // If another app's attribute now has this short name, the request's attribute keeps its stored name.
    return longNames[now] === undefined || longNames[now] === storedName ? now : storedName;
  };
  return Object.fromEntries(Object.entries(attributes).map(([kept, value]) => [toCurrentName(kept), value]));
}
