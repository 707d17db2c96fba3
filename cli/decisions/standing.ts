import { type Described, described, summary } from "../../lambda/rules/access-list/describe";
import { keyOf, readEntry } from "../../lambda/rules/access-list/entry";
import type { AccessListStore } from "../../lambda/stores/access-list";
import { toRow } from "../../lambda/stores/rows";
import type { AnyWord } from "./words";

/** What has become of the entry that decided. */
export interface Standing {
  readonly entry: string;
  readonly now: "stands" | "changed" | "gone";
  /** The row as it stands, perhaps under another spelling of the entry. */
  readonly row?: Described;
}

/** Looks up the entry that a word of the access list rests on; undefined for any other word. */
export async function standingOf(
  { rule, said, evidence }: AnyWord,
  issuers: readonly string[],
  store: AccessListStore,
  now: Date,
): Promise<Standing | undefined> {
  const entry = evidence?.entry;
  if (rule !== "access-list" || entry === undefined) return undefined;
  const item = await rowOf(entry, store);
  if (item === undefined) return { entry, now: "gone" };
  const row = described(toRow(item), now);
  const reaches = row.state === "live" && (row.issuer === undefined || issuers.includes(row.issuer));
  const same = reaches && row.effect === (said === "block" ? "deny" : "allow");
  return { entry, now: same ? "stands" : "changed", row };
}

/** The row under that key, or where the hygiene worker has moved it since. */
async function rowOf(entry: string, store: AccessListStore) {
  const read = readEntry(entry);
  const keys = new Set([entry, ...(read.ok ? [keyOf(read.entry, "allow"), keyOf(read.entry, "deny")] : [])]);
  return (await Promise.all([...keys].map((key) => store.get(key)))).find((item) => item !== undefined);
}

export function standingWords({ entry, now, row }: Standing): string {
  if (row === undefined) return `${entry} is no longer in the list`;
  const as = row.entry === entry ? "" : ` as ${row.entry}`;
  return now === "stands" ? `${entry} still stands${as}: ${summary(row)}` : `${entry} has changed since${as}: now ${summary(row)}`;
}
