import type { ConsoleFeature } from "../../../console/app/visit";
import { type DecisionStore, decisionStore } from "../store/decisions";
import { routes } from "./decisions";
import { decisionsFound } from "./found";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly decisions: DecisionStore;
  }
}

export const feature = {
  ports: ({ tables, nameOf }) => ({ decisions: decisionStore(tables, nameOf("decisions")) }),
  routes,
  search: decisionsFound,
  menu: [{ path: "/decisions", access: "Reader", name: { en: "Decisions", ko: "결정" }, icon: "decisions" }],
} satisfies ConsoleFeature;
