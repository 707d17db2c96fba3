import { hash } from "../../engine/hash";
import { baseOf } from "../../engine/sign-up/kept-spellings";

/** Groups of entries in the record of a change: enough that an entry's history reads little of a long one. */
export const GROUPS = 128;

/** Any key of an address, denied or allowed, with tag or without, has the same one; any other key has its own. */
export function groupKey(entry: string): string {
  return entry.includes("@") && !entry.startsWith("issuer:") ? baseOf(entry) : entry;
}

export function groupOf(entry: string): number {
  return hash(groupKey(entry)) % GROUPS;
}
