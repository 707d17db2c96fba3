import { Duration, Validations } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { workerEnvironment } from "../../adapters/aws/worker-environment";
import { decisionIndexes } from "../../adapters/tables/decision-indexes";
import type { AnyTableName } from "../../adapters/tables/tables";
import { consoleFeature } from "../../lib/console/console";
import type { GateScope, StackFeature } from "../../lib/feature";
import { PERIOD } from "../../lib/operations/alarms";
import { sourceFile } from "../../lib/resources/bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../../lib/resources/gatehouse-function";
import type { RetainedTable } from "../../lib/resources/retained-table";
import { accountIndexes } from "../accounts/store/accounts";
import { approvalIndexes } from "../approvals/store/approvals";
import { auditTrailFeature } from "../audit/stack/audit-trail";
import { keysUnder } from "../row-kinds";
import { ERASURE_PREFIX } from "./store/erasure-job";

/** What the console does about one person's data. */
export const personFeature: StackFeature<object, void> = {
  name: "person",
  build(scope) {
    const pages = scope.built(consoleFeature);
    if (pages !== undefined) grantErasures(pages.function, personErasure(pages, scope), scope.tables.ledger);
  },
};

/** As long as Lambda lets a function run: it goes through whole tables. */
const TIMEOUT = Duration.minutes(15);
/** An erasure that could not begin by then fails, and the page says to start it again. */
const MAX_EVENT_AGE = Duration.minutes(5);

/** The function that erases a person for the console, which has no right to do so itself. */
function personErasure(place: Construct, scope: GateScope): LambdaFunction {
  const { functionDefaults, alarms } = scope;
  const lambda = gatehouseFunction(place, "PersonErasure", {
    ...functionDefaults,
    description: "Deletes what is kept about a person that an administrator named in the console",
    entry: sourceFile("features", "person", "person-erasure.lambda"),
    memoryMb: WORKER_MEMORY_MB,
    timeout: TIMEOUT,
  });
  // The person who asked for it sees that it failed, and repeats it.
  lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: MAX_EVENT_AGE });
  Validations.of(lambda).acknowledge({
    id: "Serverless-LambdaAsyncFailureDestination",
    reason: "The ledger holds an erasure's progress, also where it was cut off: the console shows it, and goes on.",
  });
  grantErasing(lambda, scope);
  // Nothing is tried again, so what Lambda drops is every erasure that failed, and every one that it could not begin in time.
  alarms.alarmOn("PersonErasure", {
    metric: lambda.metric("AsyncEventsDropped", { period: PERIOD, statistic: Stats.SUM }),
    what: "An erasure of a person failed, or never began.",
  });
  return lambda;
}

/** What it takes to find everything of one person and to delete it, table by table. Nothing is added but entries of the trail. */
function grantErasing(lambda: LambdaFunction, scope: GateScope): void {
  const { records, tables } = scope;
  const trail = scope.built(auditTrailFeature);
  const { accessList, accounts, decisions, approvals, listChanges, profiles, ledger } = tables;
  decisions.grantQuery(lambda, decisionIndexes.domain, decisionIndexes.account);
  // Some of an account's are in no index by account: they are looked for.
  decisions.grantRows(lambda, "BatchGetItem", "DeleteItem", "Scan");
  // How gates are set, and whose domains are proven, is about no person.
  decisions.denyRowsUnder(lambda, impersonal("decisions"), "DeleteItem");
  // Decisions on others lose the entry that names the person.
  records.grantUpdate(lambda);
  approvals.grantQuery(lambda, approvalIndexes.person, approvalIndexes.email);
  approvals.grantRows(lambda, "BatchGetItem", "DeleteItem");
  accounts.grantQuery(lambda, accountIndexes.person);
  accounts.grantRows(lambda, "DeleteItem");
  // Rows are looked for by the keys under which they would name the person.
  accessList.grantRows(lambda, "DeleteItem", "GetItem");
  // Keys of profiles are spelled in any way, and rows of the ledger name people by hashes in sets: both are looked through.
  profiles.grantRows(lambda, "DeleteItem", "Scan");
  // A code stays used: the row is changed, so that nobody is named in it. The job's row is kept up to date.
  ledger.grantRows(lambda, "DeleteItem", "GetItem", "Scan", "UpdateItem");
  // It does not end sessions either, or touch how far the trail is archived or which decisions were counted.
  ledger.denyRowsUnder(lambda, impersonal("ledger"), "DeleteItem", "UpdateItem");
  // A change set's record loses the person's rows; an edit that waits for a second person is forgotten.
  listChanges.grantRows(lambda, "DeleteItem", "GetItem", "Query", "UpdateItem");
  trail?.grantTell(lambda);
  trail?.grantErase(lambda);
}

const impersonal = (table: AnyTableName) => keysUnder(table, ({ personal }) => personal === false);

/** Lets the console begin erasures, and see how far they are. */
function grantErasures(pages: LambdaFunction, erasure: LambdaFunction, ledger: RetainedTable): void {
  // Not by grantInvoke(), which would add every version.
  pages.addToRolePolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [erasure.functionArn] }));
  pages.addEnvironment(workerEnvironment.personErasureFunction, erasure.functionName);
  ledger.grantRowsUnder(pages, ERASURE_PREFIX, "PutItem", "UpdateItem");
}
