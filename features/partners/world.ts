import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { PARTNER } from "../access-list/partner";
import { type AccessListStore, accessListStore } from "../access-list/store/access-list";
import { listIndexes } from "../access-list/store/list-indexes";
import { type AskTexts, askTextsBy } from "./client";
import type { PartnerEntriesPorts } from "./store/entries";
import { type PartnerStore, partnerStore } from "./store/partners";

/** The partners' rows, for acts. */
export const partners: WorldMember<PartnerStore> = {
  needs: [{ table: "decisions", actions: "BatchGetItem DeleteItem PutItem", under: [PARTNER] }],
  make: ({ tables, nameOf }) => partnerStore(tables, nameOf("decisions")),
};

/** The partners' rows, for views. */
export const readPartners: WorldMember<Pick<PartnerStore, "pages">> = {
  needs: [{ table: "decisions", actions: "Query", under: [PARTNER] }],
  make: (place) => makeMember(partners, place),
};

/** One partner's row, to be shown. */
export const readPartner: WorldMember<Pick<PartnerStore, "found">> = {
  needs: [{ table: "decisions", actions: "BatchGetItem", under: [PARTNER] }],
  make: (place) => makeMember(partners, place),
};

/** The entries of the list that partners' contacts wrote. */
export const list: WorldMember<PartnerEntriesPorts["list"]> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem UpdateItem" },
    { table: "accessList indexes", actions: "Query", indexes: [listIndexes.problem.name] },
  ],
  make: ({ tables, nameOf }) => accessListStore(tables, nameOf("accessList")),
};

/** All entries that partners' contacts wrote, for checks of rows that somebody edited by hand. */
export const allEntries: WorldMember<Pick<AccessListStore, "ofPartners">> = {
  needs: [{ table: "accessList indexes", actions: "Scan", indexes: [listIndexes.problem.name] }],
  make: ({ tables, nameOf }) => accessListStore(tables, nameOf("accessList")),
};

/** The DNS: the machine's own name servers, or the stand-in of `npm start`. */
export const ask: WorldMember<AskTexts> = { needs: [], make: ({ settings }) => askTextsBy(settings) };
