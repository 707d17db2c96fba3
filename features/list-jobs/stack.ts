import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { workerEnvironment } from "../../adapters/aws/environment";
import { decisionIndexes } from "../../adapters/tables/decision-indexes";
import { consoleFeature } from "../../lib/console/console";
import type { GateScope, StackFeature } from "../../lib/feature";
import { CHANGE_SETS } from "../access-list/change-set";
import { askedLists } from "../access-list/stack/list-grants";
import { accountIndexes } from "../accounts/store/accounts";
import { approvalIndexes } from "../approvals/store/approvals";
import { auditTrailFeature } from "../audit/stack/audit-trail";
import { DOMAIN_COUNTS_PREFIX } from "../counts/store/domain-counts";
import { LOOK_ALIKE_PREFIX } from "../look-alikes/store";
import { PEOPLE_JOB_ROWS } from "../people-jobs/job";

export const stack: StackFeature<object, void> = {
  order: 52,
  name: "list-jobs",
  build(scope) {
    const pages = scope.built(consoleFeature);
    if (pages === undefined) return;
    const worker = pages.makeJobWorker("ListWorker", {
      description: "Goes on with long edits of the access list, with the requests of a denied domain, and with invitations of many",
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
  scope.whenMade("approvals", (table) => {
    table.grantRows(worker, "BatchGetItem", "PutItem");
    grantInvites(worker, scope);
  });
  records.grantPersonKey(worker);
  scope.built(auditTrailFeature)?.grantTell(worker);
}

/** Grants what an invitation is judged by, beside the access list. The worker may write requests already, for those of a denied domain. */
function grantInvites(worker: LambdaFunction, scope: GateScope): void {
  const { accounts, approvals, decisions, ledger, listChanges } = scope.tables;
  worker.addEnvironment(workerEnvironment.askedLists, JSON.stringify(askedLists(scope.facts)));
  approvals.grantQuery(worker, approvalIndexes.person);
  accounts.grantQuery(worker, accountIndexes.person);
  decisions.grantRows(worker, "BatchGetItem");
  decisions.grantQuery(worker, decisionIndexes.domain);
  ledger.grantRowsUnder(worker, [LOOK_ALIKE_PREFIX, DOMAIN_COUNTS_PREFIX], "BatchGetItem");
  // The job's progress. The worker begins no job.
  listChanges.grantRowsUnder(worker, PEOPLE_JOB_ROWS, "UpdateItem");
}
