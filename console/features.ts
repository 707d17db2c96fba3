import { pages } from "../features/lists/pages";
import { sortByOrder } from "../features/order";
import type { ConsolePorts, ConsoleWorld, SharedPorts } from "./app/ports";
import type { ConsoleFeature, ConsoleRoute } from "./app/visit";
import { menuCountsRoute } from "./parts/menu";
import { peopleResultsRoute } from "./parts/people-results";

/**
 * All features, in the order of the menu and of the search. How to add a page: ARCHITECTURE.md, "A new rule". A feature's parts on the
 * pages of a person, a domain or a decision are its `beside…` members (app/visit.ts), so those pages do not import the feature. A form that
 * POSTs is a `<PostForm>`. A change goes through `visit.audited(…)`.
 */
export const features: readonly ConsoleFeature[] = sortByOrder<ConsoleFeature>(pages);
export const consoleRoutes: readonly ConsoleRoute[] = [...features.flatMap((each) => each.routes), menuCountsRoute, peopleResultsRoute];

type BroughtBy<F> = F extends { ports(world: ConsoleWorld): infer P } ? P : object;
type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** Returns one object with the shared ports and the ports of all features. Features find each other's ports in it by name. */
export function consolePorts(world: ConsoleWorld): ConsolePorts {
  const ports: SharedPorts & All<BroughtBy<(typeof pages)[number]>> = Object.assign(
    {},
    world.shared,
    ...features.map((feature) => feature.ports?.(world)),
  );
  return ports;
}
