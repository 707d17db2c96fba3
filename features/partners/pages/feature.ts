import type { ConsoleFeature } from "../../../console/app/visit";
import { hasRule } from "../../../console/parts/gates";
import { type AskTexts, askTextsBy } from "../client";
import { type PartnerStore, partnerStore } from "../store/partners";
import { parsePartnerDomain } from "../store/rows";
import { routes as partnerRoutes, provenContact } from "./partner";
import { ADDING, PARTNERS_PATH, partnerPath } from "./partner-acts";
import { routes as partners, trailedPartners } from "./partners";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** The partners. If a partner's domain is proven, the partner's contacts decide on requests from that domain. */
    readonly partners: PartnerStore;
    readonly askTexts: AskTexts;
  }
}

export const pages = {
  place: 65,
  ports: ({ tables, nameOf, settings }) => ({
    partners: partnerStore(tables, nameOf("decisions")),
    askTexts: askTextsBy(settings),
  }),
  routes: [...partnerRoutes, ...partners],
  rowPages: { partner: (subject) => partnerPath(parsePartnerDomain(subject)) },
  trailed: trailedPartners,
  menu: [
    {
      ...{ path: PARTNERS_PATH, access: "Reader", name: { en: "Partners", ko: "파트너" }, place: "more" },
      needs: (use) => "worker" in use && use.worker === "partners",
    },
  ],
  commands: [
    {
      path: `${PARTNERS_PATH}?${ADDING}=1`,
      access: "Administrator",
      name: { en: "Add a partner…", ko: "파트너 추가…" },
      icon: "add",
      needs: (world) => hasRule(world, "partners"),
    },
  ],
  enter: async (visit, { access }) => (access === "Partner" ? await provenContact(visit) : undefined),
} satisfies ConsoleFeature;
