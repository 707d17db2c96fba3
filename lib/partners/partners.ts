import { Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { listIndexes } from "../../adapters/tables/list-indexes";
import { PARTNER } from "../../engine/partners/partner";
import type { AuditTrail } from "../audit/audit-trail";
import type { Decisions } from "../decisions/decisions";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../resources/gatehouse-function";
import type { RetainedTable } from "../resources/retained-table";

export interface PartnersProps {
  /** Its table holds the domains. */
  readonly decisions: Decisions;
  readonly trail: AuditTrail;
  /** In which their contacts keep entries. */
  readonly accessList: RetainedTable;
}

/** Some thousands of domains, where name servers answer. */
const TIMEOUT = Duration.minutes(5);
const EVERY = Duration.days(1);

/** The worker that looks for partners' TXT records: a stack whose policy names no `partners()` has none. */
export class Partners extends Construct {
  readonly looker: LambdaFunction;

  constructor(gatehouse: GatehouseScope, id: string, { decisions, trail, accessList }: PartnersProps) {
    super(gatehouse, id);
    this.looker = gatehouseFunction(this, "Looker", {
      ...gatehouse.functionDefaults,
      description: "Looks for the TXT records of partners' domains",
      entry: sourceFile("lambda", "partner-looks"),
      memoryMb: WORKER_MEMORY_MB,
      timeout: TIMEOUT,
    });
    // Rows of partners, and no record of a decision: each is read, looked for and written as it then stands.
    decisions.table.grantRowsUnder(this.looker, PARTNER, "BatchGetItem", "PutItem", "Query");
    // What the contacts of a lapsed partner allowed is ended.
    accessList.grantRows(this.looker, "BatchGetItem", "PutItem");
    accessList.grantQuery(this.looker, listIndexes.problem);
    // The same of domains whose row somebody removed: nothing else names them.
    accessList.grantScan(this.looker, listIndexes.problem);
    decisions.grantPersonKey(this.looker);
    trail.grantTell(this.looker);
    const schedule = new Rule(this, "Schedule", {
      description: "Starts the look for partners' TXT records",
      schedule: Schedule.rate(EVERY),
      enabled: !gatehouse.standby,
      targets: [new FunctionTarget(this.looker)],
    });
    Validations.of(schedule).acknowledge({ id: "Serverless-EventBusDLQ", reason: "A start that is lost is made up for by the next one." });
  }
}
