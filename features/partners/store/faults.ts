import { toRow } from "../../../adapters/tables/item";
import { wrongPartnerColumn } from "../../access-list/partner";
import type { AccessListStore } from "../../access-list/store/access-list";
import { wouldLetIn } from "./entries";
import type { PartnerStore } from "./partners";

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
