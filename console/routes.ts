import { routes as accessList } from "./pages/access-list";
import { routes as accessListFile } from "./pages/access-list-file";
import { routes as approvals } from "./pages/approvals";
import { routes as audit } from "./pages/audit";
import { routes as decisions } from "./pages/decisions";
import { routes as overview } from "./pages/overview";
import { routes as profiles } from "./pages/profiles";
import { routes as referenceData } from "./pages/reference-data";
import type { ConsoleRoute } from "./visit";

/**
 * Every page, and the least role that may see it. The app is built from this table, and the tests are driven by it.
 *
 * To add a page:
 * 1. pages/<name>.tsx exports `routes: readonly Route[]`; each handler gets a `Visit` (visit.ts) and answers with
 *    `visit.page(title, content)`, or with `visit.goTo(path)` after a change. Texts stand in pages/<name>-texts.ts as
 *    `texts({…English}, {…Korean})` and are read with `visit.say(…)`. Values that somebody typed are shown with `<Value>`.
 * 2. Spread its routes here, and name it in navigation.ts if the menu is to have it.
 * 3. What it reads goes into world.ts, is made in handlers/console.ts, and permitted in lib/console.ts.
 * 4. A form that POSTs holds `{visit.formToken}`; a change goes through `world.audit.audited(…)`.
 * 5. test/console/routes.test.ts sends each route of the table as each role without further ado; test/browser/console.test.ts
 *    lists the pages that axe looks at.
 */
export const routes: readonly ConsoleRoute[] = [
  ...overview,
  ...approvals,
  ...decisions,
  ...accessList,
  ...accessListFile,
  ...profiles,
  ...referenceData,
  ...audit,
];
