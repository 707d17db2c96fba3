import { Duration, Validations } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { workerEnvironment } from "../../../adapters/aws/environment";
import { EVENT_SOURCE } from "../../../engine/events/event-kind";
import { consoleFeature } from "../../../lib/console/console";
import { PolicyError } from "../../../lib/errors";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { startEvery } from "../../../lib/resources/event-rules";
import { featureWorker, grantWorkNotes } from "../../../lib/resources/gatehouse-function";
import { grantDenials } from "../../access-list/stack/list-grants";
import { accountIndexes, renewalLinkColumns, signInColumns } from "../../accounts/store/accounts";
import { APPROVAL_DECIDED, INVITATION_SENT } from "../../approvals/build-event";
import { approvalMailFeature } from "../../approvals/stack/approval-mail";
import { approvalsFeature, grantAccounts } from "../../approvals/stack/approvals";
import { auditTrailFeature } from "../../audit/stack/audit-trail";
import { stack as decisionsFeature } from "../../decisions/stack/feature";
import { externalTenantFeature } from "../../external-tenant/stack/extension-api";
import { PEOPLE_JOB_ROWS } from "../../people-jobs/job";
import { ACCESS_ENDED_PREFIX } from "../ended";
import { type ExpiryOfGates, restsOnTokens } from "../expiry";
import { ACCESS_RUNS_ID } from "../store/access-runs";
import { expiryOfGates } from "./expiry-of-gates";

export const stack: StackFeature<object, void> = {
  order: 66,
  name: "access",
  workers: ["access"],
  wanted: ({ workers }) => workers.has("access"),
  build(scope) {
    new AccessEnds(scope, "Access");
  },
  grantPages(pages, { tables }) {
    // If a person confirms a waiting run, the console writes the confirmation to the row of the runs.
    tables.ledger.grantRowsUnder(pages, ACCESS_RUNS_ID, "PutItem");
    // The console lists people, extends and ends access, and sets sponsors in these rows. Only the worker changes accounts in Entra.
    tables.accounts.grantRows(pages, "BatchGetItem", "GetItem", "PutItem");
    tables.accounts.grantQuery(pages, ...Object.values(accountIndexes));
  },
};

/**
 * How often the worker starts, for acts on many people. The first start of an hour also ends access: a day's run begins in one call, and may
 * continue in the next hours' calls.
 */
const EVERY = Duration.minutes(5);
const TIMEOUT = Duration.minutes(15);

/** The worker that ends access. Absent if the policy has no `expiry()`. */
class AccessEnds extends Construct {
  private readonly worker: LambdaFunction;

  constructor(gatehouse: GateScope, id: string) {
    super(gatehouse, id);
    const { records, tables } = gatehouse;
    const { accessList, accounts, ledger, listChanges } = tables;
    const expiry = expiryOfGates(gatehouse.facts.gates);
    this.worker = featureWorker(gatehouse, this, "Worker", {
      description: "Ends the access of accounts that the gates let in",
      entry: "expiry/access",
      environment: { [workerEnvironment.expiry]: JSON.stringify(expiry) },
      timeout: TIMEOUT,
      // One call at a time, because two concurrent runs would not count each other's accounts.
      reservedConcurrency: 1,
    });
    // Finds due rows by the indexes, and reads each row again just before writing it.
    accounts.grantRows(this.worker, "BatchGetItem", "GetItem", "PutItem");
    accounts.grantQuery(this.worker, accountIndexes.state, accountIndexes.person);
    if (Object.values(expiry).some(({ idle }) => idle !== undefined)) countTokens(gatehouse, this.worker, expiry);
    // Reads the access list, because a person who was denied after an incident stays disabled even if their access is renewed.
    accessList.grantRows(this.worker, "BatchGetItem");
    // Reads denials, because an approval does not renew the access of people whom the list denies.
    grantDenials(this.worker, gatehouse);
    ledger.grantRowsUnder(this.worker, ACCESS_RUNS_ID, "GetItem", "PutItem");
    grantWorkNotes(gatehouse, this.worker, "expiry");
    ledger.grantRowsUnder(this.worker, ACCESS_ENDED_PREFIX, "DeleteItem", "PutItem");
    // Goes on with acts on many people's access: their authors and people are in these rows, and each change is in the audit log.
    listChanges.grantRowsUnder(this.worker, PEOPLE_JOB_ROWS, "GetItem", "Query", "UpdateItem");
    gatehouse.built(auditTrailFeature)?.grantTell(this.worker);
    const pages = gatehouse.built(consoleFeature);
    pages?.grantStart(this.worker);
    pages?.function.addEnvironment(workerEnvironment.accessWorkerFunction, this.worker.functionName);
    const settings = gatehouse.built(approvalsFeature)?.settings;
    if (settings !== undefined) grantAccounts(this.worker, gatehouse, settings);
    // The worker reads the keys of the hashes, because an approval also renews accounts whose rows have a hash from before a key rotation.
    records.grantPersonKey(this.worker);
    startEvery(EVERY, this.worker, this, { description: "Starts the worker that ends access", standby: gatehouse.standby });
    const countsInvitations = Object.values(expiry).some(({ unredeemed }) => unredeemed !== undefined);
    const renewal = new Rule(this, "Renewal", {
      description: "Starts the worker that ends access when somebody is approved: their account is enabled again",
      eventBus: gatehouse.bus,
      enabled: !gatehouse.standby,
      eventPattern: {
        source: [EVENT_SOURCE],
        // An invitation has no verdict.
        ...(countsInvitations
          ? { detailType: [APPROVAL_DECIDED, INVITATION_SENT], detail: { decision: { verdict: ["approved", { exists: false }] } } }
          : { detailType: [APPROVAL_DECIDED], detail: { decision: { verdict: ["approved"] } } }),
      },
      targets: [new FunctionTarget(this.worker)],
    });
    Validations.of(renewal).acknowledge({
      id: "Serverless-EventBusDLQ",
      reason: "EventBridge tries for a day; then expiry renew does the same.",
    });
    gatehouse.alarms.alarmOnCount("AccessRunWaiting", "Many accounts are due at once, or the clock jumped: the run waits for a person.");
    gatehouse.alarms.alarmOnCount(
      "AccessRunFailed",
      "Access could not be ended: Graph, its settings or the clock keep the worker from it.",
    );
    gatehouse.watched.push(this.worker);
    // A mail about access that waited for long is not sent if the access has changed since.
    const mail = gatehouse.built(approvalMailFeature);
    if (mail !== undefined) gatehouse.tables.accounts.grantRows(mail.function, "GetItem");
    if (Object.values(expiry).some(({ renew }) => renew === "sponsor")) letSponsorsRenew(gatehouse, expiry);
  }
}

/** The step before a token tells of sign-ins: the decisions' reader writes them into the rows. Only an external tenant's tokens name accounts. */
function countTokens(scope: GateScope, worker: LambdaFunction, expiry: ExpiryOfGates): void {
  const tenant = scope.built(externalTenantFeature);
  const tokensAlone = Object.values(expiry).some(restsOnTokens);
  if (tenant === undefined && tokensAlone)
    throw new PolicyError(
      "expiry has idle, and only the tokens of an external tenant tell of sign-ins: set externalTenant, or write askGraph: true.",
    );
  if (tenant === undefined) return;
  if (tokensAlone) worker.addEnvironment(workerEnvironment.tokenUrl, tenant.url);
  scope.records.whenHeard(() => {
    const publisher = scope.built(decisionsFeature)?.publisher;
    if (publisher === undefined) return;
    scope.tables.accounts.grantRows(publisher, "GetItem");
    scope.tables.accounts.grantCells(publisher, signInColumns);
  });
}

/** If approvers can decide on a page that a mail links to, lets sponsors answer by such links too. */
function letSponsorsRenew(scope: GateScope, expiry: ExpiryOfGates): void {
  const { accounts } = scope.tables;
  const mail = scope.built(approvalMailFeature);
  if (mail?.decisions === undefined) return;
  const { function: page } = mail.decisions;
  for (const lambda of [mail.function, page]) lambda.addEnvironment(workerEnvironment.expiry, JSON.stringify(expiry));
  // The mail function writes the hash of the link's secret. It cannot change the account's end or its sponsor.
  accounts.grantCells(mail.function, renewalLinkColumns);
  // The page reads the account that a link names, and writes the sponsor's answer. Without an index, it cannot find other accounts.
  accounts.grantRows(page, "GetItem", "PutItem");
  // The page itself reports the author of the answer, because no stream does: the approvals' stream covers only requests.
  scope.built(auditTrailFeature)?.grantTell(page);
}
