import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { workerEnvironment } from "../../adapters/aws/environment";
import { consoleFeature } from "../../lib/console/console";
import type { GateScope, StackFeature } from "../../lib/feature";
import { CHANGE_SETS } from "../access-list/change-set";
import { auditTrailFeature } from "../audit/stack/audit-trail";

export const stack: StackFeature<object, void> = {
  place: 52,
  name: "list-jobs",
  build(scope) {
    const pages = scope.built(consoleFeature);
    if (pages === undefined) return;
    const worker = pages.makeJobWorker("ListWorker", {
      description: "Goes on with long edits of the access list, and denies the requests of a denied domain",
      entry: "list-jobs/list-worker",
      row: "change set",
      schedule: { id: "ListSchedule", description: "Goes on with edits of the access list" },
    });
    grantEdits(worker, scope);
    pages.function.addEnvironment(workerEnvironment.listWorkerFunction, worker.functionName);
  },
};

/** Grants the permissions of the commands `list import` and `list revert`. */
function grantEdits(worker: LambdaFunction, scope: GateScope): void {
  const { records, tables } = scope;
  // The list is edited in many rows at once. A row is written only if it is unchanged since it was read.
  tables.accessList.grantRows(
    worker,
    "BatchGetItem",
    "DeleteItem",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLUpdate",
    "PutItem",
    "UpdateItem",
  );
  tables.listChanges.grantRows(worker, "GetItem", "Query");
  // The worker stores the progress of change sets. It cannot change their parts, proposals or incidents.
  tables.listChanges.grantRowsUnder(worker, CHANGE_SETS, "UpdateItem");
  scope.whenMade("approvals", (table) => table.grantRows(worker, "BatchGetItem", "PutItem"));
  records.grantPersonKey(worker);
  scope.built(auditTrailFeature)?.grantTell(worker);
}
