import type { Attributes, SignUp } from "../../engine/sign-up/sign-up";
import type { ApprovalRequest } from "./request";

const shortName = /^extension_(?![0-9a-f]{32}_)(.+)$/i;
const longName = /^extension_([0-9a-f]{32})_/i;

export type Content = Pick<ApprovalRequest, "attributes" | "shortNames">;

/**
 * Names attributes as Graph does, and keeps the sign-up's names in `shortNames`. If all long names have one app id, an attribute that only
 * the policy sets gets a long name with that id. Otherwise, it keeps its short name until a later call of `buildLongName`.
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

export function buildLongName(appId: string | undefined, name: string): string {
  return appId === undefined ? name : name.replace(shortName, `extension_${appId}_$1`);
}

export function renameAttributes({ attributes: present, longNames = {} }: SignUp, { attributes, shortNames = {} }: Content): Attributes {
  const shortByLong = new Map(Object.entries(longNames).map(([short, long]) => [long, short]));
  const toCurrentName = (storedName: string) => {
    const now = shortByLong.get(storedName) ?? (Object.hasOwn(present, storedName) ? storedName : shortNames[storedName]) ?? storedName;
    // If another app's attribute now has this short name, the request's attribute keeps its stored name.
    return longNames[now] === undefined || longNames[now] === storedName ? now : storedName;
  };
  return Object.fromEntries(Object.entries(attributes).map(([kept, value]) => [toCurrentName(kept), value]));
}
