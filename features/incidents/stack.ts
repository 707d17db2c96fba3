import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { workerEnvironment } from "../../adapters/aws/environment";
import { type Console, consoleFeature } from "../../lib/console/console";
import type { GateScope, StackFeature } from "../../lib/feature";
import { grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { approvalsFeature, grantAccounts } from "../approvals/stack/approvals";
import { auditTrailFeature } from "../audit/stack/audit-trail";

export const stack: StackFeature<object, void> = {
  order: 51,
  name: "incidents",
  build(scope) {
    const pages = scope.built(consoleFeature);
    if (pages === undefined) return;
    const settings = scope.built(approvalsFeature)?.settings;
    // Pages with lists of people read this table, to show who is shut out.
    scope.tables.listChanges.grantRows(pages.function, "BatchGetItem");
    const worker = incidentWorker(pages, scope, settings);
    pages.function.addEnvironment(workerEnvironment.incidentWorkerFunction, worker.functionName);
    if (settings !== undefined) pages.function.addEnvironment(workerEnvironment.incidentAccounts, "true");
  },
};

/** The console itself may not disable accounts, so this function acts on incidents for it. */
function incidentWorker(pages: Console, scope: GateScope, settings: ISecret | undefined): LambdaFunction {
  const lambda = pages.makeJobWorker("IncidentWorker", {
    description: "Shuts out the people of incidents, and undoes it, as administrators asked for in the console",
    entry: "incidents/incident-worker",
    row: "incident",
    schedule: { id: "IncidentSchedule", description: "Goes on with what Gatehouse does about incidents" },
  });
  grantActing(lambda, scope);
  grantWorkNotes(scope, lambda, "incidents");
  // The worker signs in as the application that creates accounts. Without that application's secret, the worker only edits the list.
  if (settings !== undefined) grantAccounts(lambda, scope, settings);
  return lambda;
}

function grantActing(lambda: LambdaFunction, gatehouse: GateScope): void {
  const { records, tables } = gatehouse;
  // The addresses of an incident's people are only in decisions.
  tables.decisions.grantRows(lambda, "BatchGetItem");
  // The worker reads journeys, by their keyed hashes. A journey leads from a decision to an account.
  tables.ledger.grantRows(lambda, "GetItem");
  // The list is edited in many rows at once. A row is written only if it is unchanged since it was read.
  tables.accessList.grantRows(
    lambda,
    "BatchGetItem",
    "DeleteItem",
    "GetItem",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLUpdate",
    "PutItem",
    "UpdateItem",
  );
  // The table contains incidents, their people, change sets and the parts of change sets.
  tables.listChanges.grantRows(lambda, "BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem");
  records.grantPersonKey(lambda);
  gatehouse.built(auditTrailFeature)?.grantTell(lambda);
}
