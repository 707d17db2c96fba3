import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { decisionIndexes } from "../../../adapters/tables/decision-indexes";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { featureWorker } from "../../../lib/resources/gatehouse-function";
import { readChanges } from "../../../lib/resources/table-stream";
import { auditTrailFeature } from "../../audit/stack/audit-trail";
import { keysUnder } from "../../row-kinds";

/** Events are collected for this long, because each run of the publisher costs money. No person waits for an event. */
const WINDOW = Duration.seconds(30);

export interface BuiltDecisions {
  /** Reads the decisions' stream. Undefined until something uses the bus. */
  readonly publisher?: LambdaFunction;
}

/** Publishes events about decisions, about accounts, and about other features' rows in the tables of decisions and list changes. */
export const stack: StackFeature<object, BuiltDecisions> = {
  order: 12,
  name: "decisions",
  build(scope) {
    const built: { publisher?: LambdaFunction } = {};
    scope.records.whenHeard(() => {
      built.publisher = publishDecisions(scope);
    });
    // `npm start` writes all events into a file, so it needs the bus even if nothing in the app consumes events.
    if (scope.facts.servedLocally) scope.records.makeBus();
    return built;
  },
  grantPages(pages, { tables }) {
    tables.decisions.grantRows(pages, "BatchGetItem", "Query");
    tables.decisions.grantQuery(pages, ...Object.values(decisionIndexes));
  },
};

function publishDecisions(scope: GateScope): LambdaFunction {
  const { alarms, records, tables } = scope;
  const publisher = featureWorker(scope, records, "Publisher", {
    description: "Publishes decisions as events",
    entry: "decisions/decision-publisher",
    timeout: Duration.seconds(30),
  });
  records.grantPublish(publisher);
  // A stream has at most two readers, and this one is read by the publisher and the counter. So the publisher, not the audit log's reader,
  // records operators' changes of this table.
  scope.built(auditTrailFeature)?.grantTell(publisher);
  records.grantPersonKey(publisher);
  const reader = "decision-publisher";
  readChanges(scope, publisher, tables.decisions, {
    reader,
    maxBatchingWindow: WINDOW,
    removedKeys: { reference: { S: keysUnder("decisions", ({ tellsOfRemoval = false }) => tellsOfRemoval) } },
  });
  alarms.alarmOnLag(publisher, WINDOW);
  // If the app passed in the table without its stream, the publisher does not read the table's changes. The audit trail warns about the
  // missing stream.
  if (tables.listChanges.table.tableStreamArn !== undefined)
    readChanges(scope, publisher, tables.listChanges, {
      reader,
      keys: { set: { S: keysUnder("listChanges", ({ event }) => event !== undefined) } },
    });
  scope.whenMade("accounts", (accounts) => readChanges(scope, publisher, accounts, { reader }));
  return publisher;
}
