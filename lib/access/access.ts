import { Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { ACCESS_RUNS_ID } from "../../adapters/tables/access-runs";
import { accountIndexes } from "../../adapters/tables/accounts";
import { ACCESS_ENDED_PREFIX } from "../../engine/access/ended";
import type { TermsOfGates } from "../../engine/access/terms";
import { APPROVAL_DECIDED } from "../../engine/approvals/event";
import { EVENT_SOURCE } from "../../engine/sign-up/event";
import type { Decisions } from "../decisions/decisions";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../resources/gatehouse-function";
import type { RetainedTable } from "../resources/retained-table";
import { grantSecret } from "../resources/secrets";

export interface AccessProps {
  /** What the gates' policies say. */
  readonly terms: TermsOfGates;
  readonly accounts: RetainedTable;
  readonly ledger: RetainedTable;
  /** The bus: an approval renews access. */
  readonly decisions: Decisions;
  /** The application that changes accounts. */
  readonly settings: ISecret;
}

/** A run of one day begins in one call and may go on in the next ones. */
const EVERY = Duration.hours(1);
const TIMEOUT = Duration.minutes(15);

/** The worker that ends access: a stack whose policy has no `access()` has none. */
export class AccessEnds extends Construct {
  readonly worker: LambdaFunction;

  constructor(gatehouse: GatehouseScope, id: string, { terms, accounts, ledger, decisions, settings }: AccessProps) {
    super(gatehouse, id);
    this.worker = gatehouseFunction(this, "Worker", {
      ...gatehouse.functionDefaults,
      description: "Ends the access of accounts that the gates let in",
      entry: sourceFile("lambda", "access"),
      environment: { [environment.accessTerms]: JSON.stringify(terms) },
      memoryMb: WORKER_MEMORY_MB,
      timeout: TIMEOUT,
      // Two runs at a time would each count for themselves.
      reservedConcurrency: 1,
    });
    // What is due is found by the indexes; each row is read again just before it is written.
    accounts.grantRows(this.worker, "GetItem", "PutItem");
    accounts.grantQuery(this.worker, accountIndexes.state, accountIndexes.person);
    // How far its runs are.
    ledger.grantRowsUnder(this.worker, ACCESS_RUNS_ID, "GetItem", "PutItem");
    // What sign-ups find of people whose access ended.
    ledger.grantRowsUnder(this.worker, ACCESS_ENDED_PREFIX, "DeleteItem", "PutItem");
    grantSecret(this.worker, environment.approvalsSecret, settings);
    // An approval renews accounts from before a rotation of the key, too.
    decisions.grantPersonKey(this.worker);
    const targets = [new FunctionTarget(this.worker)];
    const schedule = new Rule(this, "Schedule", {
      description: "Starts the worker that ends access",
      schedule: Schedule.rate(EVERY),
      enabled: !gatehouse.standby,
      targets,
    });
    const renewal = new Rule(this, "Renewal", {
      description: "Starts the worker that ends access when somebody is approved: their account is enabled again",
      eventBus: decisions.bus,
      enabled: !gatehouse.standby,
      eventPattern: { source: [EVENT_SOURCE], detailType: [APPROVAL_DECIDED], detail: { decision: { verdict: ["approved"] } } },
      targets,
    });
    const reason = "A start that is lost is made up for by the next one.";
    Validations.of(schedule).acknowledge({ id: "Serverless-EventBusDLQ", reason });
    Validations.of(renewal).acknowledge({
      id: "Serverless-EventBusDLQ",
      reason: "EventBridge tries for a day; then access renew does the same.",
    });
    gatehouse.alarms.alarmOnCount("AccessRunWaiting", "Many accounts are due at once, or the clock jumped: the run waits for a person.");
    gatehouse.alarms.alarmOnCount(
      "AccessRunFailed",
      "Access could not be ended: Graph, its settings or the clock keep the worker from it.",
    );
  }
}
