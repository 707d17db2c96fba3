import { Duration } from "aws-cdk-lib";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import type { ConsoleOption } from "../../lib/console/console";
import type { GateScope, StackFeature } from "../../lib/feature";
import { featureWorker, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { readChanges } from "../../lib/resources/table-stream";
import { keysUnder } from "../row-kinds";
import { COUNTS_PREFIX } from "./store/counts";

/** Lambda's longest window, because each run costs a write. Charts may be a few minutes old. */
const COUNTING_WINDOW = Duration.minutes(5);
/** Number of decisions in the window, at a hundred sign-ups a minute with two decisions each. */
const BATCH_SIZE = 1_000;

/** Counts decisions, so that pages need not read them. Reports unusual hours if anyone gets the alarm. */
export const stack: StackFeature<ConsoleOption & { readonly alarmEmail?: string; readonly alarmTopic?: string | ITopic }, void> = {
  order: 18,
  name: "counts",
  wanted: (_, { console, alarmEmail, alarmTopic }) => (console ?? alarmEmail ?? alarmTopic) !== undefined,
  build(scope) {
    new DecisionCounts(scope, "Counts");
  },
};

class DecisionCounts extends Construct {
  constructor(scope: GateScope, id: string) {
    super(scope, id);
    const { alarms, records, tables } = scope;
    const counter = featureWorker(scope, this, "Counter", {
      description: "Counts decisions for the console's inbox",
      entry: "counts/decision-counter",
      environment: { [environment.decisionDays]: String(records.days) },
      timeout: Duration.seconds(60),
    });
    // The counter reads a row's names, adds to the row, and reads the same hour of other weeks. In its first run, it records the time at
    // which counting began.
    tables.ledger.grantRowsUnder(counter, COUNTS_PREFIX, "BatchGetItem", "GetItem", "PutItem", "UpdateItem");
    // Sign-ups that failed closed, and limits that could not be read, show where the work of functions does.
    grantWorkNotes(scope, counter, "sign-ups");
    grantWorkNotes(scope, counter, "limits");
    // A decision whose shadowed rules have no answer is read again later.
    grantWorkNotes(scope, counter, "shadows");
    tables.decisions.grantRows(counter, "GetItem");
    // These rows keep facts about decisions.
    for (const prefix of keysUnder("ledger", ({ noteDecisions }) => noteDecisions !== undefined))
      tables.ledger.grantRowsUnder(counter, prefix, "GetItem", "UpdateItem");
    readChanges(scope, counter, tables.decisions, {
      reader: "decision-counter",
      batchSize: BATCH_SIZE,
      maxBatchingWindow: COUNTING_WINDOW,
      events: ["INSERT"],
    });
    alarms.alarmOn("UnusualSignUps", {
      metric: alarms.counted("UnusualSignUps"),
      what: "Far more people sign up than is usual at this hour.",
      // The counter runs at most every five minutes. With these periods, each attack gives one alarm, not one for each run.
      periods: { ringing: 1, of: 12 },
    });
    alarms.alarmOnLag(counter, COUNTING_WINDOW);
  }
}
