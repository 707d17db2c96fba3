import { Duration, Validations } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { workerEnvironment } from "../../adapters/aws/environment";
import { FORGOTTEN_PREFIX } from "../../adapters/mail/mail-states";
import { decisionIndexes } from "../../adapters/tables/decision-indexes";
import type { AnyTableName } from "../../adapters/tables/tables";
import { type Console, consoleFeature } from "../../lib/console/console";
import type { GateScope, StackFeature } from "../../lib/feature";
import { PERIOD } from "../../lib/operations/alarms";
import { featureWorker, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { accountIndexes } from "../accounts/store/accounts";
import { approvalIndexes } from "../approvals/store/approvals";
import { auditTrailFeature } from "../audit/stack/audit-trail";
import { keysUnder } from "../row-kinds";
import { ERASURE_MS, ERASURE_PREFIX } from "./store/erasure-job";

export const stack: StackFeature<object, void> = {
  order: 54,
  name: "person",
  build(scope) {
    const pages = scope.built(consoleFeature);
    if (pages !== undefined) grantPages(pages, personErasure(pages, scope), scope);
  },
};

/** Lambda's maximum, because an erasure reads whole tables. */
const TIMEOUT = Duration.millis(ERASURE_MS);
/** An erasure that has not begun after this time fails, and the page asks the requester to start it again. */
const MAX_EVENT_AGE = Duration.minutes(5);

/** The console's pages start this function, because they have no permission to erase. */
function personErasure(place: Construct, scope: GateScope): LambdaFunction {
  const lambda = featureWorker(scope, place, "PersonErasure", {
    description: "Deletes what is kept about a person that an administrator named in the console",
    entry: "person/person-erasure",
    timeout: TIMEOUT,
  });
  // Does not retry: the requester sees the failure and repeats the erasure.
  lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: MAX_EVENT_AGE });
  Validations.of(lambda).acknowledge({
    id: "Serverless-LambdaAsyncFailureDestination",
    reason: "The ledger holds an erasure's progress, also where it was cut off: the console shows it, and goes on.",
  });
  grantErasing(lambda, scope);
  // Each dropped event is an erasure that failed or could not begin in time, because nothing is retried.
  scope.alarms.alarmOn("PersonErasure", {
    metric: lambda.metric("AsyncEventsDropped", { period: PERIOD, statistic: Stats.SUM }),
    what: "An erasure of a person failed, or never began.",
  });
  return lambda;
}

/** Grants finding and deleting all data of one person, table by table. The function can only add entries to the audit trail. */
function grantErasing(lambda: LambdaFunction, scope: GateScope): void {
  const { records, tables } = scope;
  const trail = scope.built(auditTrailFeature);
  const { accessList, accounts, decisions, approvals, listChanges, profiles, ledger } = tables;
  decisions.grantQuery(lambda, decisionIndexes.domain, decisionIndexes.account);
  // Some decisions of an account are in no index by account, so the function scans the table.
  decisions.grantRows(lambda, "BatchGetItem", "DeleteItem", "Scan");
  // Denies deleting the rows of gates' postures and of proven domains, because these rows are not about people.
  decisions.denyRowsUnder(lambda, impersonal("decisions"), "DeleteItem");
  // Updates decisions on other people, to remove the entry that names this person.
  records.grantUpdate(lambda);
  // Reads the index by state to find what the person asked for, and takes them out of it.
  approvals.grantQuery(lambda, approvalIndexes.person, approvalIndexes.email, approvalIndexes.state);
  approvals.grantRows(lambda, "BatchGetItem", "DeleteItem", "PutItem");
  // Reads the index by state to find guests whom the person offers or is offered, and takes back the offers.
  accounts.grantQuery(lambda, accountIndexes.person, accountIndexes.state);
  accounts.grantRows(lambda, "DeleteItem", "GetItem", "PutItem");
  // Finds the rows by key. The person's addresses and accounts determine the keys that rows about the person can have.
  accessList.grantRows(lambda, "DeleteItem", "GetItem");
  // Scans both tables: keys of profiles may have any spelling, and the ledger has hashes of people in sets.
  profiles.grantRows(lambda, "DeleteItem", "Scan");
  // Updates the row of a used code: the use still counts, but the row no longer names the person. Updates the erasure job's row too.
  ledger.grantRows(lambda, "DeleteItem", "GetItem", "Scan", "UpdateItem");
  // Marks the person, so that nothing more is noted about mails to them.
  ledger.grantRowsUnder(lambda, FORGOTTEN_PREFIX, "PutItem");
  grantWorkNotes(scope, lambda, "erasure");
  // The function must not end sessions, or change the archive's progress or the record of counted decisions.
  ledger.denyRowsUnder(lambda, impersonal("ledger"), "DeleteItem", "UpdateItem");
  // Removes the person's rows from the records of change sets. Deletes proposals that name the person.
  listChanges.grantRows(lambda, "DeleteItem", "GetItem", "Query", "UpdateItem");
  trail?.grantTell(lambda);
  trail?.grantErase(lambda);
}

const impersonal = (table: AnyTableName) => keysUnder(table, ({ personal }) => personal === false);

function grantPages(pages: Console, erasure: LambdaFunction, { tables: { decisions, ledger } }: GateScope): void {
  pages.grantStart(erasure);
  pages.function.addEnvironment(workerEnvironment.personErasureFunction, erasure.functionName);
  ledger.grantRowsUnder(pages.function, ERASURE_PREFIX, "PutItem", "UpdateItem");
  // Some decisions of an account are in no index by account, so the export of an account scans the table.
  decisions.grantRows(pages.function, "Scan");
}
