import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { COUNTS_PREFIX } from "../../adapters/tables/counts";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../resources/gatehouse-function";
import type { RetainedTable } from "../resources/retained-table";
import { readChanges } from "../resources/table-stream";

export interface DecisionCountsProps {
  readonly decisions: RetainedTable;
  /** Holds the counts. */
  readonly ledger: RetainedTable;
  /** How long they are kept, in days. */
  readonly days: number;
}

/** The longest that there is: each run is a write, and charts wait longer than that. */
const COUNTING_WINDOW = Duration.minutes(5);
/** As many as come in that time at a hundred a minute. */
const BATCH_SIZE = 1_000;

/** Counts decisions by hour and gate, so that no page has to read them. */
export class DecisionCounts extends Construct {
  readonly counter: LambdaFunction;

  constructor(gatehouse: GatehouseScope, id: string, { decisions, ledger, days }: DecisionCountsProps) {
    super(gatehouse, id);
    this.counter = gatehouseFunction(this, "Counter", {
      ...gatehouse.functionDefaults,
      description: "Counts decisions for the console's overview",
      entry: sourceFile("lambda", "decision-counter"),
      environment: { [environment.decisionDays]: String(days) },
      memoryMb: WORKER_MEMORY_MB,
      timeout: Duration.seconds(60),
    });
    // Reads which names a row has room for, adds to it, and says once since when is counted.
    ledger.grantRowsUnder(this.counter, COUNTS_PREFIX, "GetItem", "PutItem", "UpdateItem");
    readChanges(gatehouse, this.counter, decisions, { batchSize: BATCH_SIZE, maxBatchingWindow: COUNTING_WINDOW, events: ["INSERT"] });
    gatehouse.alarms.alarmOnLag("CountsLag", this.counter, "Decisions wait to be counted.", { window: COUNTING_WINDOW });
  }
}
