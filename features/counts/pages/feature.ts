import type { ConsoleFeature } from "../../../console/app/visit";
import { type ReadCounts, readCounts } from "../store/counts";
import { type DomainCounts, readDomainCounts } from "../store/domain-counts";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Of decisions, by hour and gate. */
    readonly counts: ReadCounts;
    /** The same, by domain and day. */
    readonly domainCounts: DomainCounts;
  }
}

/** No pages of its own: other pages show what was counted. */
export const pages = {
  place: 95,
  ports({ tables, clock, nameOf }) {
    const now = () => new Date(clock.now());
    return { counts: readCounts(tables, nameOf("ledger"), now), domainCounts: readDomainCounts(tables, nameOf("ledger"), now) };
  },
  routes: [],
} satisfies ConsoleFeature;
