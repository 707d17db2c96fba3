import type { ConsoleFeature } from "../../../console/app/visit";
import { type ReadCounts, readCounts } from "../store/counts";
import { type DomainCounts, readDomainCounts } from "../store/domain-counts";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Counts of decisions by hour and gate. */
    readonly counts: ReadCounts;
    readonly domainCounts: DomainCounts;
  }
}

/** This feature has no pages, because the pages of other features show the counts. */
export const pages = {
  order: 95,
  ports({ tables, clock, nameOf }) {
    const now = () => new Date(clock.now());
    return { counts: readCounts(tables, nameOf("ledger"), now), domainCounts: readDomainCounts(tables, nameOf("ledger"), now) };
  },
  routes: [],
} satisfies ConsoleFeature;
