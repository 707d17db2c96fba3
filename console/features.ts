import { feature as accessList } from "../features/access-list/pages/feature";
import { feature as accounts } from "../features/accounts/pages/feature";
import { feature as approvals } from "../features/approvals/pages/feature";
import { feature as audit } from "../features/audit/pages/feature";
import { feature as counts } from "../features/counts/pages/feature";
import { feature as decisions } from "../features/decisions/pages/feature";
import { feature as domains } from "../features/domains/pages/feature";
import { feature as expiry } from "../features/expiry/pages/feature";
import { feature as inbox } from "../features/inbox/pages/feature";
import { feature as incidents } from "../features/incidents/pages/feature";
import { feature as invitations } from "../features/invitations/pages/feature";
import { feature as partner } from "../features/partners/pages/feature";
import { feature as people } from "../features/person/pages/feature";
import { feature as posture } from "../features/posture/pages/feature";
import { feature as preview } from "../features/preview/pages/feature";
import { feature as profiles } from "../features/profiles/pages/feature";
import { feature as referenceData } from "../features/reference-data/pages/feature";
import { feature as search } from "../features/search/pages/feature";
import { feature as tasks } from "../features/tasks/pages/feature";
import { feature as terms } from "../features/terms/pages/feature";
import type { ConsolePorts, ConsoleWorld, SharedPorts } from "./app/ports";
import type { ConsoleFeature, ConsoleRoute } from "./app/visit";
import { menuCountsRoute } from "./parts/menu";
import { peopleResultsRoute } from "./parts/people-results";

/**
 * Everything that the console consists of, in the order of the menu and of the search. Without its line here and its folder, a feature is gone.
 *
 * How to add a page: ARCHITECTURE.md, "A new rule". What a person, a domain or a decision has of a feature is `beside…` of it
 * (app/visit.ts), so that their pages do not import it. A form that POSTs is a `<PostForm>`; a change goes through `visit.audited(…)`.
 */
const all = [
  invitations,
  inbox,
  approvals,
  decisions,
  accessList,
  people,
  expiry,
  audit,
  posture,
  profiles,
  referenceData,
  incidents,
  partner,
  domains,
  search,
  preview,
  terms,
  tasks,
  counts,
  accounts,
] as const;

export const features: readonly ConsoleFeature[] = all;
export const consoleRoutes: readonly ConsoleRoute[] = [...all.flatMap((each) => each.routes), menuCountsRoute, peopleResultsRoute];

type BroughtBy<F> = F extends { ports(world: ConsoleWorld): infer P } ? P : object;
type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The frame's ports and those of all features: a feature finds another's by name. */
export function consolePorts(world: ConsoleWorld): ConsolePorts {
  const ports: SharedPorts & All<BroughtBy<(typeof all)[number]>> = Object.assign(
    {},
    world.shared,
    ...features.map((feature) => feature.ports?.(world)),
  );
  return ports;
}
