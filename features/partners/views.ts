import type { View } from "../../adapters/operator/view";
import { gatherPages, omit } from "../../engine/collections";
import { isOverdue, type PartnerRow, type PartnerState } from "../access-list/partner";
import { partnerRecord } from "./entries";
import { partnerFilters } from "./filters";
import { readPartners } from "./world";

/** States that need somebody's attention come first. */
const order: readonly PartnerState[] = ["stale", "pending", "proven", "lapsed"];

const uses = { partners: readPartners };

/** Partners' domains, those first that need attention. A deployment has few, so one read gathers them all. */
export const partnersView = {
  name: "partners",
  uses,
  filters: partnerFilters,
  async source({ state }, { partners }) {
    return {
      async read() {
        const unreadable: string[] = [];
        const rows = await gatherPages(partners.pages(({ id }) => unreadable.push(String(id))));
        return { items: rows.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state)), unreadable };
      },
      after: ({ id }) => id,
      matches: (row) => state === undefined || row.state === state,
    };
  },
  json: partnerJson,
} satisfies View<typeof uses, typeof partnerFilters, PartnerRow, string>;

export const views = [partnersView];

function partnerJson(row: PartnerRow, now = new Date()): object {
  const { id: domain, ...facts } = omit(row, "reference", "token", "revision");
  return { domain, ...facts, ...(isOverdue(row, now) && { overdue: true }), record: partnerRecord(row) };
}
