import { toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { rowFact } from "../../../engine/audited-change";
import { PARTNER } from "../../access-list/partner";
import { isSameState } from "../change";
import { buildPartnerChanged, PARTNER_CHANGED } from "../events";

/** Returns a partner's subject in the audit trail. */
export function partnerSubject(domain: string): string {
  return `${PARTNER}/${domain}`;
}

export function parsePartnerDomain(subject: string): string {
  return subject.slice(partnerSubject("").length);
}

export const partnerKind: RowKind = {
  table: "decisions",
  under: PARTNER,
  event({ key, before, after, id, at }) {
    const detail = buildPartnerChanged(String(key.id?.S), before && toRow(before), after && toRow(after), { id, at });
    return detail && { type: PARTNER_CHANGED, detail };
  },
  tellsOfRemoval: true,
  audited: "partner",
  // The daily checks of the record cause no entries in the audit trail.
  fact: (change) => (isSameState(change.before, change.after) ? undefined : rowFact(change)),
  personal: false,
};
