import { rowFact } from "../../engine/audit/fact";
import { isSameState } from "../../engine/partners/change";
import { PARTNER_CHANGED, partnerChanged } from "../../engine/partners/event";
import { PARTNER } from "../../engine/partners/partner";
import { toRow } from "../tables/item";
import type { RowKind } from "../tables/row-kind";

/** The domains of partners. */
export const partnerKind: RowKind = {
  table: "decisions",
  under: PARTNER,
  event({ key, before, after, id, at }) {
    const detail = partnerChanged(String(key.id?.S), before && toRow(before), after && toRow(after), { id, at });
    return detail && { type: PARTNER_CHANGED, detail };
  },
  tellsOfRemoval: true,
  audited: "partner",
  // Somebody looks for each record daily.
  fact: (change) => (isSameState(change.before, change.after) ? undefined : rowFact(change)),
  personal: false,
};
