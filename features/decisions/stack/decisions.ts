import { Duration } from "aws-cdk-lib";
import { decisionIndexes } from "../../../adapters/tables/decision-indexes";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { sourceFile } from "../../../lib/resources/bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../../../lib/resources/gatehouse-function";
import { readChanges } from "../../../lib/resources/table-stream";
import { auditTrailFeature } from "../../audit/stack/audit-trail";
import { keysUnder } from "../../row-kinds";

/** Each run of the publisher is paid for: nobody waits for an event as people wait for an answer. */
const WINDOW = Duration.seconds(30);

/** Makes an event of each decision, and of what happens to accounts and to rows of other features beside them. */
export const decisionsFeature: StackFeature<object, void> = {
  name: "decisions",
  build(scope) {
    scope.records.whenHeard(() => publishDecisions(scope));
    // The local runner writes events into a file, whoever listens.
    if (scope.facts.servedLocally) scope.records.makeBus();
  },
  grantPages(pages, { tables }) {
    tables.decisions.grantRows(pages, "BatchGetItem", "Query");
    tables.decisions.grantQuery(pages, ...Object.values(decisionIndexes));
  },
};

function publishDecisions(scope: GateScope): void {
  const { functionDefaults, alarms, records, tables } = scope;
  const publisher = gatehouseFunction(records, "Publisher", {
    ...functionDefaults,
    description: "Publishes decisions as events",
    entry: sourceFile("features", "decisions", "decision-publisher.lambda"),
    memoryMb: WORKER_MEMORY_MB,
    timeout: Duration.seconds(30),
  });
  records.grantPublish(publisher);
  // It says who set a gate in place of the trail's reader: a stream takes two, and the other one counts.
  scope.built(auditTrailFeature)?.grantTell(publisher);
  records.grantPersonKey(publisher);
  const reader = "decision-publisher";
  readChanges(scope, publisher, tables.decisions, {
    reader,
    maxBatchingWindow: WINDOW,
    removedKeys: { reference: { S: keysUnder("decisions", ({ tellsOfRemoval = false }) => tellsOfRemoval) } },
  });
  alarms.alarmOnLag(publisher, WINDOW);
  // Of a table that was handed in without its stream, the audit trail warns.
  if (tables.listChanges.table.tableStreamArn !== undefined)
    readChanges(scope, publisher, tables.listChanges, {
      reader,
      keys: { set: { S: keysUnder("listChanges", ({ event }) => event !== undefined) } },
    });
  scope.whenMade("accounts", (accounts) => readChanges(scope, publisher, accounts, { reader }));
}
