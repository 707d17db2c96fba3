import type { ConsoleFeature } from "../../../console/app/visit";
import { type ReadCounts, readCounts } from "../../../features/counts/store/counts";
import { type DomainCounts, readDomainCounts } from "../../counts/store/domain-counts";
import { type DecisionStore, decisionStore } from "../store/decisions";

import { routes } from "./decisions";
import { decisionsFound } from "./found";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly decisions: DecisionStore;
    /** Of decisions, by hour and gate. */
    readonly counts: ReadCounts;
    /** The same, by domain and day. */
    readonly domainCounts: DomainCounts;
  }
}

export const feature = {
  ports: ({ tables, clock, nameOf }) => ({
    decisions: decisionStore(tables, nameOf("decisions")),
    counts: readCounts(tables, nameOf("ledger"), () => new Date(clock.now())),
    domainCounts: readDomainCounts(tables, nameOf("ledger"), () => new Date(clock.now())),
  }),
  routes,
  search: decisionsFound,
  menu: [{ path: "/decisions", access: "Reader", name: { en: "Decisions", ko: "결정" }, icon: "decisions" }],
} satisfies ConsoleFeature;
