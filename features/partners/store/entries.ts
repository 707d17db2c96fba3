import { type Item, toRow } from "../../../adapters/tables/item";
import { omit } from "../../../engine/collections";
import { wrongPartnerColumn } from "../../access-list/partner";
import { computeEffect, readRow } from "../../access-list/row";
import type { AccessListStore } from "../../access-list/store/access-list";
import { commitRow } from "../../audit/store/audited-tables";
import type { AuditedChange, AuditStore } from "../../audit/store/trail";
import type { PartnerStore } from "./partners";

export interface PartnerEntriesPorts {
  readonly list: Pick<AccessListStore, "ofPartner" | "writing">;
  readonly trail: Pick<AuditStore, "commit">;
}

/**
 * Maximum number of rounds in which a partner's entries are ended. Somebody may add entries during a round, so one round may not be enough.
 */
const MAX_ROUNDS = 3;

/** Ends the allows of a partner's contacts, because the domain is no longer proven. Their denies stay. Can be repeated. */
export async function endPartnerAllows(
  { list, trail }: PartnerEntriesPorts,
  domain: string,
  who: Pick<AuditedChange, "by" | "name" | "via">,
  now: Date,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const live = (await list.ofPartner(domain)).filter((item) => wouldLetIn(item, now));
    if (live.length === 0) return;
    for (const item of live) {
      const isDeny = readRow(toRow(item)).effect !== "allow";
      const endedItem: Item = isDeny ? omit(item, "allowedUntil") : { ...item, expiresAt: { S: now.toISOString() } };
      const write = list.writing({ before: item, after: endedItem });
      await commitRow(trail, "access-list", { before: toRow(item), after: toRow(endedItem), write }, who, now);
    }
  }
  throw new Error("Entries of a partner kept changing while they were ended.");
}

/** True for an allow, or a deny with `allowedUntil`, that lets in people now. Does not check the partner's domain or whether all cells are readable. */
export function wouldLetIn(item: Item, now: Date): boolean {
  const row = readRow(toRow(item));
  return computeEffect(row, now) === "allow" && (row.expiresAt === undefined || row.expiresAt > now.getTime());
}

/** Faults in rows edited by hand. No such row lets anybody in. */
export interface PartnerFaults {
  /** Domains with an unreadable row, each with the first faulty column. */
  readonly unreadable: readonly { readonly domain: string; readonly column: string }[];
  /** Domains that are no longer a partner's. Each has its entries that would let people in if the domain were a partner's. */
  readonly orphaned: readonly { readonly domain: string; readonly entries: readonly string[] }[];
  /** True if some entries were not read. */
  readonly isCut: boolean;
}

/** @param goesOn called before each further page of entries; false if the page must not be read */
export async function partnerFaults(
  { list, partners }: { readonly list: Pick<AccessListStore, "ofPartners">; readonly partners: Pick<PartnerStore, "pages"> },
  now: Date,
  goesOn: () => boolean,
): Promise<PartnerFaults> {
  const entries = new Map<string, string[]>();
  let [looked, isCut] = [0, false];
  for await (const page of list.ofPartners()) {
    isCut = looked++ > 0 && !goesOn();
    if (isCut) break;
    for (const item of page) {
      const { byPartner, entry } = toRow(item);
      if (typeof byPartner === "string" && wouldLetIn(item, now))
        entries.set(byPartner, [...(entries.get(byPartner) ?? []), String(entry)]);
    }
  }
  const unreadable: { domain: string; column: string }[] = [];
  const noteUnreadable = (row: Readonly<Record<string, unknown>>) => {
    unreadable.push({ domain: String(row.id), column: wrongPartnerColumn(row) ?? "" });
  };
  // Reads the partners after the entries, so that a partner added meanwhile is found.
  for await (const page of partners.pages(noteUnreadable)) for (const { id } of page) entries.delete(id);
  for (const { domain } of unreadable) entries.delete(domain);
  return { unreadable, orphaned: [...entries].map(([domain, own]) => ({ domain, entries: own })), isCut };
}
