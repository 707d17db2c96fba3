import { Duration, Validations } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  FilterCriteria,
  FilterRule,
  type IEventSourceDlq,
  type IFunction,
  type Function as LambdaFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, type DynamoEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { SKIPPED_PREFIX, type StreamReader } from "../../adapters/tables/skipped-rows";
import type { GatehouseScope } from "../gatehouse-scope";
import { PERIOD } from "../operations/alarms";
import { Encryption } from "./encryption";
import type { RetainedTable } from "./retained-table";
import { deadLetterQueue } from "./undelivered-events";

/** Rows of a DynamoDB stream that one invocation gets. */
const BATCH_SIZE = 100;
/** A stream forgets a row's change after 24 hours. What is given up before then can still be read there, and repeated. */
const GIVEN_UP_AFTER = Duration.hours(18);

export interface ChangesProps extends Pick<DynamoEventSourceProps, "batchSize" | "maxBatchingWindow" | "retryAttempts"> {
  /** Names the function among the readers of streams. */
  readonly reader: StreamReader;
  /**
   * What a row must be like now, as filters of event sources say it: `{ state: { S: ["approved"] } }`.
   * @default anything
   */
  readonly newImage?: object;
  /** @default rows that are added, and rows that are changed */
  readonly events?: readonly ("INSERT" | "MODIFY" | "REMOVE")[];
  /** What the key of a removed row must be like, where no other row's removal is news. @default `events` says it */
  readonly removedKeys?: object;
  /** What a row's key must be like, in the same way. @default anything */
  readonly keys?: object;
}

/**
 * Lets a function see each row that is added or changed, or removed if it asks for that, in order, and again for 18 hours if it fails. Then it is said which
 * rows these were. What it skips before, as it can never handle it, it notes in the ledger.
 */
export function readChanges(
  gatehouse: GatehouseScope,
  lambda: LambdaFunction,
  { table }: RetainedTable,
  { reader, newImage, keys, removedKeys, events = ["INSERT", "MODIFY"], ...props }: ChangesProps,
): void {
  const row = { ...(newImage && { NewImage: newImage }), ...(keys && { Keys: keys }) };
  const changes = { eventName: FilterRule.or(...events), ...(Object.keys(row).length > 0 && { dynamodb: row }) };
  lambda.addEventSource(
    new DynamoEventSource(table, {
      // From the oldest change that the stream has: one that is switched on when its region takes over misses nothing.
      startingPosition: StartingPosition.TRIM_HORIZON,
      enabled: !gatehouse.standby,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      // A batch on which the function crashes or takes too long is halved: the others of it are handled.
      bisectBatchOnError: true,
      maxRecordAge: GIVEN_UP_AFTER,
      onFailure: FailedChanges.of(gatehouse).destination,
      filters: [
        FilterCriteria.filter(changes),
        ...(removedKeys ? [FilterCriteria.filter({ eventName: FilterRule.isEqual("REMOVE"), dynamodb: { Keys: removedKeys } })] : []),
      ],
      ...props,
    }),
  );
  gatehouse.ledger.grantRowsUnder(lambda, `${SKIPPED_PREFIX}${reader}`, "GetItem", "PutItem");
  if (lambda.role) {
    Validations.of(lambda.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "dynamodb:ListStreams, which an event source needs, and events:ListRules take no narrower resource.",
    });
  }
}

/**
 * Where it is said which rows of a stream a function gave up on: their place in the stream, nothing that is in them. One a
 * Gatehouse, made when first asked for.
 */
export class FailedChanges extends Construct {
  readonly queue: Queue;

  static of(gatehouse: GatehouseScope): FailedChanges {
    return (gatehouse.node.tryFindChild("FailedChanges") as FailedChanges | undefined) ?? new FailedChanges(gatehouse);
  }

  private constructor(gatehouse: GatehouseScope) {
    super(gatehouse, "FailedChanges");
    this.queue = deadLetterQueue(this, "Queue");
    const givenUp = this.queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
    const metrics = [gatehouse.alarms.counted("RowsSkipped"), gatehouse.alarms.counted("HygieneProblems"), givenUp];
    const what = "A row cannot be read as it was written, or a function skipped or gave up on one: the alarm's graph shows which.";
    gatehouse.alarms.alarmOnSum("FailedChanges", metrics, what);
    gatehouse.addOutput("FailedChangesUrl", this.queue.queueUrl, "The queue that says which rows of a stream a function gave up on");
  }

  /** As an event source takes it. Not the CDK's SqsDlq, which would let the function look at the queue as well. */
  get destination(): IEventSourceDlq {
    const { queueArn } = this.queue;
    return {
      bind: (_, reader: IFunction) => {
        reader.addToRolePolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queueArn] }));
        Encryption.of(this)?.allow(reader, "sqs", "Decrypt", "GenerateDataKey");
        return { destination: queueArn };
      },
    };
  }
}
