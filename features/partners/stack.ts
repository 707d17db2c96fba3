import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { GateScope, StackFeature } from "../../lib/feature";
import { startEvery } from "../../lib/resources/event-rules";
import { featureWorker, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { PARTNER } from "../access-list/partner";
import { listIndexes } from "../access-list/store/list-indexes";
import { auditTrailFeature } from "../audit/stack/audit-trail";

/** The stack's part of the feature partners. A partner's domain is a row in the table of decisions. */
export const stack: StackFeature<object, void> = {
  order: 63,
  name: "partners",
  workers: ["partners"],
  wanted: ({ workers }) => workers.has("partners"),
  grantPages(pages, { tables, facts }) {
    // Administrators add and remove partners, and check their records.
    if (facts.workers.has("partners")) tables.decisions.grantRowsUnder(pages, PARTNER, "DeleteItem", "PutItem");
  },
  build: (scope) => makeLooker(new Construct(scope, "Partners"), scope),
};

/** Time limit that is enough for some thousands of domains whose name servers answer. */
const TIMEOUT = Duration.minutes(5);
const EVERY = Duration.days(1);

/** Makes the worker that checks partners' TXT records. Called only if the policy has `partners()`. */
function makeLooker(place: Construct, gatehouse: GateScope): void {
  const {
    records,
    tables: { accessList, decisions },
  } = gatehouse;
  const looker = featureWorker(gatehouse, place, "Looker", {
    description: "Looks for the TXT records of partners' domains",
    entry: "partners/partner-looks",
    timeout: TIMEOUT,
  });
  // The worker may access only the rows of partners in this table, not the decisions.
  decisions.grantRowsUnder(looker, PARTNER, "BatchGetItem", "PutItem", "Query");
  // If a partner has lapsed, the worker ends the allow entries that the partner's contacts added.
  accessList.grantRows(looker, "BatchGetItem", "UpdateItem");
  accessList.grantQuery(looker, listIndexes.problem);
  // If somebody removed a domain's row, only the entries still name the domain. The worker scans for allow entries of such domains, and
  // ends them.
  accessList.grantScan(looker, listIndexes.problem);
  grantWorkNotes(gatehouse, looker, "partners");
  records.grantPersonKey(looker);
  gatehouse.built(auditTrailFeature)?.grantTell(looker);
  startEvery(EVERY, looker, place, { description: "Starts the look for partners' TXT records", standby: gatehouse.standby });
  gatehouse.watched.push(looker);
}
