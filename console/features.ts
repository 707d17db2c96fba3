import { feature as accessList } from "../features/access-list/pages/feature";
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
import { portsOf } from "./app/feature";
import type { ConsolePorts, ConsoleWorld } from "./app/ports";
import type { ConsoleFeature, ConsoleRoute } from "./app/visit";
import { menuCountsRoute } from "./parts/menu";
import { peopleResultsRoute } from "./parts/people-results";

/**
 * Everything that the console consists of, in the order of the menu and of the search. Without its line here and its folder, a feature is gone.
 *
 * To add a page:
 * 1. features/NAME/pages/NAME.tsx exports `routes: readonly ConsoleRoute[]`. Each handler gets a `Visit` (app/visit.ts) and answers with
 *    `visit.page(title, content)`, or with `visit.goTo(path)` after a change. Its texts are `pageTexts({ name: [English, Korean] })`
 *    in NAME-texts.ts beside it. A list is `listPage(visit, …)` (console/parts/list-page.tsx). Show what somebody typed with `<ShownValue>`.
 * 2. feature.ts beside it exports a `feature: ConsoleFeature` (app/visit.ts) with these routes, its place in the menu, and the stores
 *    that it reads. Grant these in lib/console/console.ts.
 * 3. Add it to the list below.
 * 4. A form that POSTs is a `<PostForm>`. A change goes through `visit.audited(…)`.
 * 5. test/console/app/routes.test.ts sends each route as each role without further work. Add the page to the list in
 *    test/browser/console.test.ts, so that axe looks at it.
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
  tasks,
  counts,
] as const;

export const features: readonly ConsoleFeature[] = all;
export const consoleRoutes: readonly ConsoleRoute[] = [...all.flatMap((each) => each.routes), menuCountsRoute, peopleResultsRoute];

export function consolePorts(world: ConsoleWorld): ConsolePorts {
  return portsOf(all, world);
}
