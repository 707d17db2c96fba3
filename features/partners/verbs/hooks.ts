import type { Fault } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import type { VerbHooks } from "../../../cli/verb";
import { type AccessListStore, accessListStore } from "../../access-list/store/access-list";
import { partnerFaults } from "../store/entries";
import { type PartnerStore, partnerStore } from "../store/partners";

export const hooks = {
  typedRows: {
    name: "partners",
    faults: ({ client, decisions, accessList, now, flags }) =>
      partnerRowFaults({ list: accessListStore(client, accessList), partners: partnerStore(client, decisions) }, now, flags),
  },
} satisfies VerbHooks;

/** Limit of the pages that are read from the index of partners' entries. A page has a megabyte. */
const PAGES = 10;

/** Finds faults in partners' rows edited by hand, for `partners list` and `doctor`. @param place flags that name the deployment */
export async function partnerRowFaults(
  stores: { readonly list: Pick<AccessListStore, "ofPartners">; readonly partners: Pick<PartnerStore, "pages"> },
  now: Date,
  place: string,
): Promise<readonly Fault[]> {
  let pages = 1;
  const { unreadable, orphaned } = await partnerFaults(stores, now, () => pages++ < PAGES);
  return [
    ...unreadable.map(({ domain, column }) => unreadablePartner(domain, column, place)),
    ...orphaned.map(({ domain, entries }) => ({
      id: "partners.orphaned",
      what: `${domain} is no partner, and ${formatCount(entries.length, "entry", "entries")} that its contacts wrote are left: they let nobody in.`,
      fix: `End them: npm run gate -- partners remove ${domain}${place}. The daily look for TXT records does so too.`,
    })),
  ];
}

export function unreadablePartner(domain: string, column: string, place: string): Fault {
  return {
    id: "partners.unreadable",
    what: `${domain}: its row cannot be read, because of the column ${column}. It counts for nobody.`,
    fix: `Correct the row in the table of decisions (reference partner, id ${domain}), or remove it: npm run gate -- partners remove ${domain}${place}.`,
  };
}
