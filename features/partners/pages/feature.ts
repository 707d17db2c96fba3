import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleFeature } from "../../../console/app/visit";
import { hasRule } from "../../../console/parts/gates";
import type { PartnerStore } from "../store/partners";
import { parsePartnerDomain } from "../store/rows";
import { partners } from "../world";
import { routes as partnerRoutes, provenContact } from "./partner";
import { ADDING, PARTNERS_PATH, partnerPath } from "./partner-acts";
import { routes, trailedPartners } from "./partners";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** The partners. If a partner's domain is proven, the partner's contacts decide on requests from that domain. */
    readonly partners: PartnerStore;
  }
}

export const pages = {
  order: 65,
  ports: ({ shared }) => ({ partners: makeMember(partners, shared.place) }),
  routes: [...partnerRoutes, ...routes],
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
