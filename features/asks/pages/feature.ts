import type { ConsoleFeature } from "../../../console/app/visit";
import { homes, REQUESTER } from "../../../console/session/roles";
import { askLink, offersGates, routes } from "./ask";

export const pages = {
  order: 66,
  routes,
  besideMyApprovals: askLink,
  commands: [
    {
      ...{ path: homes.Requester, access: REQUESTER, icon: "people", needs: offersGates },
      name: { en: "Ask for a guest…", ko: "게스트 요청…" },
    },
  ],
} satisfies ConsoleFeature;
