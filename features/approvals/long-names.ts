import type { Attributes, SignUp } from "../../engine/sign-up/sign-up";
import type { ApprovalRequest } from "./request";

/** `extension_PartnerNumber`. */
const shortName = /^extension_(?![0-9a-f]{32}_)(.+)$/i;
const longName = /^extension_([0-9a-f]{32})_/i;

/** What a request keeps of what a person typed. */
export type Content = Pick<ApprovalRequest, "attributes" | "shortNames">;

/**
 * Attributes as Graph knows them, and what those of another name go by at sign-up. One that the policy alone has set goes by
 * the app whose attributes the request shows, if that is one app; else its name stays short, until `longNameBy` gets the app.
 */
export function withLongNames({ attributes, longNames = {} }: SignUp): Required<Content> {
  const apps = new Set(Object.values(longNames).flatMap((name) => longName.exec(name)?.[1] ?? []));
  const [app] = apps.size === 1 ? apps : [];
  const longNameOf = (name: string) => (Object.hasOwn(longNames, name) ? (longNames[name] as string) : longNameBy(app, name));
  const names = Object.keys(attributes).map((name) => [longNameOf(name), name] as const);
  return {
    attributes: Object.fromEntries(names.map(([long, name]) => [long, attributes[name] as Attributes[string]])),
    shortNames: Object.fromEntries(names.filter(([long, name]) => long !== name)),
  };
}

/** A custom attribute's name as Graph knows it, if it is short and the app that registers custom attributes is known. Others stay. */
export function longNameBy(appId: string | undefined, name: string): string {
  return appId === undefined ? name : name.replace(shortName, `extension_${appId}_$1`);
}

/** What a request keeps, by the names that this sign-up has for it. */
export function withNamesOf({ attributes: present, longNames = {} }: SignUp, { attributes, shortNames = {} }: Content): Attributes {
  const shown = new Map(Object.entries(longNames).map(([short, long]) => [long, short]));
  const nameOf = (kept: string) => {
    const now = shown.get(kept) ?? (Object.hasOwn(present, kept) ? kept : shortNames[kept]) ?? kept;
    // Another app's attribute of that short name has it now.
    return longNames[now] === undefined || longNames[now] === kept ? now : kept;
  };
  return Object.fromEntries(Object.entries(attributes).map(([kept, value]) => [nameOf(kept), value]));
}
