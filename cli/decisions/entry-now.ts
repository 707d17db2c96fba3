import type { AccessListStore } from "../../adapters/tables/access-list";
import { toRow } from "../../adapters/tables/item";
import { type DescribedEntry, describeEntry, summary } from "../../engine/access-list/describe-entry";
import { entryKey, readEntry } from "../../engine/access-list/entry";
import { countsAt } from "../../engine/access-list/row";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { AnyRuleResult } from "./trace";

/** What has become of the entry that decided. */
export interface EntryNow {
  readonly entry: string;
  readonly now: "stands" | "changed" | "gone";
  /** The row as it stands, perhaps under another spelling of the entry. */
  readonly row?: DescribedEntry;
}

/** Looks up the entry that a word of the access list rests on; undefined for any other word. */
export async function entryNow(
  { rule, said, evidence }: AnyRuleResult,
  { issuers = [], gate = DEFAULT_GATE }: { readonly issuers?: readonly string[]; readonly gate?: string },
  store: AccessListStore,
  now: Date,
): Promise<EntryNow | undefined> {
  const entry = evidence?.entry;
  if (rule !== "access-list" || entry === undefined) return undefined;
  const item = await rowOf(entry, store);
  if (item === undefined) return { entry, now: "gone" };
  const row = describeEntry(toRow(item), now);
  const reaches = row.state === "live" && (row.issuer === undefined || issuers.includes(row.issuer)) && countsAt(row, gate);
  const same = reaches && row.effect === (said === "block" ? "deny" : "allow");
  return { entry, now: same ? "stands" : "changed", row };
}

/** The row under that key, or where the hygiene worker has moved it since. */
async function rowOf(entry: string, store: AccessListStore) {
  const read = readEntry(entry);
  const keys = new Set([entry, ...(read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [])]);
  return (await Promise.all([...keys].map((key) => store.get(key)))).find((item) => item !== undefined);
}

export function entryNowText({ entry, now, row }: EntryNow): string {
  if (row === undefined) return `${entry} is no longer in the list`;
  const as = row.entry === entry ? "" : ` as ${row.entry}`;
  return now === "stands" ? `${entry} still stands${as}: ${summary(row)}` : `${entry} has changed since${as}: now ${summary(row)}`;
}
