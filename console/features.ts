import { pages } from "../features/lists/pages";
import { sortByPlace } from "../features/place";
import type { ConsolePorts, ConsoleWorld, SharedPorts } from "./app/ports";
import type { ConsoleFeature, ConsoleRoute } from "./app/visit";
import { menuCountsRoute } from "./parts/menu";
import { peopleResultsRoute } from "./parts/people-results";

/**
 * Everything that the console consists of, in the order of the menu and of the search.
 *
 * How to add a page: ARCHITECTURE.md, "A new rule". What a person, a domain or a decision has of a feature is `beside…` of it
 * (app/visit.ts), so that their pages do not import it. A form that POSTs is a `<PostForm>`; a change goes through `visit.audited(…)`.
 */
export const features: readonly ConsoleFeature[] = sortByPlace<ConsoleFeature>(pages);
export const consoleRoutes: readonly ConsoleRoute[] = [...features.flatMap((each) => each.routes), menuCountsRoute, peopleResultsRoute];

type BroughtBy<F> = F extends { ports(world: ConsoleWorld): infer P } ? P : object;
type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The frame's ports and those of all features: a feature finds another's by name. */
export function consolePorts(world: ConsoleWorld): ConsolePorts {
  const ports: SharedPorts & All<BroughtBy<(typeof pages)[number]>> = Object.assign(
    {},
    world.shared,
    ...features.map((feature) => feature.ports?.(world)),
  );
  return ports;
}
