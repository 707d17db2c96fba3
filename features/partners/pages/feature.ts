import type { ConsoleFeature } from "../../../console/app/visit";
import { type PartnerStore, partnerStore } from "../store/partners";
import { provenContact } from "./contact";
import { routes as partnerRoutes } from "./partner";
import { routes as list } from "./partner-list";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Whose domains are proven: their contacts decide on requests of them. */
    readonly partners: Pick<PartnerStore, "of">;
  }
}
declare module "../../../console/app/visit" {
  interface Visit {
    /** On pages for partners: the domain that is proven, of whose requests alone the visitor may learn. */
    readonly partnerDomain?: string;
  }
}

export const feature = {
  ports: ({ tables, nameOf }) => ({ partners: partnerStore(tables, nameOf("decisions")) }),
  routes: [...partnerRoutes, ...list],
  enter: async (visit, { access }) => (access === "Partner" ? await provenContact(visit) : undefined),
} satisfies ConsoleFeature;
