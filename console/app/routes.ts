import { routes as accessListFile } from "../pages/access-list/access-list-file";
import { routes as bulkEdit } from "../pages/access-list/bulk-edit";
import { routes as changeSets } from "../pages/access-list/change-sets";
import { routes as entryForm } from "../pages/access-list/entry-form";
import { routes as accessList } from "../pages/access-list/list-view";
import { routes as proposals } from "../pages/access-list/proposals";
import { routes as approvals } from "../pages/approvals/approvals";
import { routes as stageActs } from "../pages/approvals/stage-acts";
import { routes as asked } from "../pages/asked/asked";
import { routes as delegation } from "../pages/asked/delegation";
import { routes as guests } from "../pages/asked/guests";
import { routes as audit } from "../pages/audit/audit";
import { routes as takeBack } from "../pages/audit/take-back";
import { routes as counts } from "../pages/counts/counts";
import { routes as decisions } from "../pages/decisions/decisions";
import { routes as domains } from "../pages/domains/domain";
import { routes as handOver } from "../pages/inbox/hand-over";
import { routes as inbox } from "../pages/inbox/inbox";
import { routes as tasks } from "../pages/inbox/task-changes";
import { routes as incidents } from "../pages/incidents/incidents";
import { routes as invitations } from "../pages/invitations/invitations";
import { routes as partner } from "../pages/partner/partner";
import { routes as partnerList } from "../pages/partner/partner-list";
import { routes as peopleBulk } from "../pages/people/bulk";
import { routes as endingRun } from "../pages/people/ending-run";
import { routes as people } from "../pages/people/people";
import { routes as posture } from "../pages/posture/posture";
import { routes as profiles } from "../pages/profiles/profiles";
import { routes as referenceData } from "../pages/reference-data/reference-data";
import { routes as search } from "../pages/search/search";
import type { ConsoleRoute } from "./visit";

/**
 * Every page, and the role that each needs.
 *
 * To add a page:
 * 1. pages/<name>/<name>.tsx exports `routes: readonly ConsoleRoute[]`. Each handler gets a `Visit` (visit.ts) and answers with
 *    `visit.page(title, content)`, or with `visit.goTo(path)` after a change. Its texts are `pageTexts({ name: [English, Korean] })`
 *    in pages/<name>/<name>-texts.ts. Show what somebody typed with `<ShownValue>`.
 * 2. Add its routes to the list below, and its name to parts/layout.tsx if it belongs in the menu.
 * 3. Declare what it reads in ports.ts, create that in handlers/console.ts, and grant it in lib/console/console.ts.
 * 4. A form that POSTs is a `<PostForm>`. A change goes through `visit.audited(…)`.
 * 5. test/console/app/routes.test.ts sends each route as each role without further work. Add the page to the list in
 *    test/browser/console.test.ts, so that axe looks at it.
 */
export const routes: readonly ConsoleRoute[] = [
  ...inbox,
  ...approvals,
  ...stageActs,
  ...decisions,
  ...accessList,
  ...entryForm,
  ...bulkEdit,
  ...accessListFile,
  ...changeSets,
  ...proposals,
  ...people,
  ...peopleBulk,
  ...endingRun,
  ...asked,
  ...delegation,
  ...guests,
  ...partner,
  ...partnerList,
  ...domains,
  ...invitations,
  ...posture,
  ...profiles,
  ...referenceData,
  ...incidents,
  ...audit,
  ...takeBack,
  ...search,
  ...counts,
  ...tasks,
  ...handOver,
];
