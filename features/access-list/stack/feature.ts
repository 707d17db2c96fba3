import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { workerEnvironment } from "../../../adapters/aws/environment";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { startEvery } from "../../../lib/resources/event-rules";
import { featureFunction } from "../../../lib/resources/gatehouse-function";
import { readChanges } from "../../../lib/resources/table-stream";
import { LOOK_ALIKE_PREFIX } from "../../look-alikes/store";
import { findSilentGates } from "../asked-lists";
import { listIndexes } from "../store/list-indexes";
import { listPolicyClasses } from "./policy";

export const stack: StackFeature<object, LambdaFunction> = {
  order: 9,
  name: "access-list",
  build: createHygieneFunction,
  grantPages(pages, { tables }) {
    tables.accessList.grantRows(pages, "BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem");
    // Imports write many rows in one call. Each row is written only if nobody has changed it since the import read it.
    tables.accessList.grantRows(pages, "PartiQLDelete", "PartiQLInsert", "PartiQLUpdate");
    tables.accessList.grantQuery(pages, ...Object.values(listIndexes));
    tables.listChanges.grantRows(pages, "GetItem", "PutItem", "Query", "UpdateItem");
  },
};

function silentGates({ gates }: GateScope["facts"]): readonly string[] {
  const policies = new Map(gates.map(({ name, policy }) => [name, policy.map((step) => step.policy)]));
  return findSilentGates([...policies.keys()], (gate) => policies.get(gate) ?? []);
}

function createHygieneFunction(scope: GateScope): LambdaFunction {
  const { alarms, facts, tables } = scope;
  const hygiene = featureFunction(scope, tables.accessList.node.scope as Construct, "Hygiene", {
    description: "Brings access list entries into their normalised spelling and flags what it cannot read",
    entry: "access-list/access-list-hygiene",
    environment: {
      [workerEnvironment.accessListClasses]: listPolicyClasses(facts.policy).join(","),
      [workerEnvironment.accessListSilentGates]: silentGates(facts).join(","),
    },
    timeout: Duration.seconds(30),
  });
  tables.accessList.grantRows(hygiene, "GetItem", "PutItem", "DeleteItem");
  // If domains of an import wait, the worker scans the table each minute to note them. Noting them with each change would delay rows typed
  // by hand.
  tables.accessList.grantRows(hygiene, "Scan");
  startEvery(Duration.minutes(1), hygiene, hygiene, {
    description: "Notes the domains of imports, so that look-alikes are found",
    standby: scope.standby,
    next: "minute's",
  });
  // No change of a deny may be lost unnoticed: an alarm fires after minutes of lag, and a discarded delivery is reported.
  readChanges(scope, hygiene, tables.accessList, { reader: "access-list-hygiene" });
  tables.ledger.grantRowsUnder(hygiene, LOOK_ALIKE_PREFIX, "BatchGetItem", "GetItem", "PartiQLInsert", "PutItem", "UpdateItem");
  alarms.alarmOnLag(hygiene);
  return hygiene;
}
