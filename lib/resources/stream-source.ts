import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  FilterCriteria,
  type IEventSourceDlq,
  type IFunction,
  type Function as LambdaFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, type DynamoEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { RowFilter } from "../../handlers/stream-relay";
import type { GatehouseScope } from "../gatehouse-scope";
import { PERIOD } from "../operations/alarms";
import { Encryption } from "./encryption";
import { deadLetterQueue } from "./undelivered-events";

/** Maximum number of rows of a DynamoDB stream in one invocation. */
export const BATCH_SIZE = 100;
/**
 * The age at which a function gives up a change. The stream forgets the change only after 24 hours, so people still have time to read it
 * there.
 */
export const GIVEN_UP_AFTER = Duration.hours(18);

export interface StreamSource extends Pick<DynamoEventSourceProps, "batchSize" | "maxBatchingWindow" | "maxRecordAge" | "retryAttempts"> {
  /** A change must match one of the filters. */
  readonly filters: readonly RowFilter[];
}

/** Makes a function follow a table's stream by its own event source. */
export function follow(gatehouse: GatehouseScope, lambda: LambdaFunction, table: ITableV2, { filters, ...props }: StreamSource): void {
  lambda.addEventSource(
    new DynamoEventSource(table, {
      // Begins with the oldest change, so a region that takes over misses nothing.
      startingPosition: StartingPosition.TRIM_HORIZON,
      enabled: !gatehouse.standby,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      // The batch is halved after a crash or timeout, so that its other rows are handled.
      bisectBatchOnError: true,
      maxRecordAge: GIVEN_UP_AFTER,
      onFailure: FailedChanges.of(gatehouse).destination,
      filters: filters.map((pattern) => FilterCriteria.filter({ ...pattern })),
      ...props,
    }),
  );
}

/** A Gatehouse's queue for changes that functions gave up. A message names the place of rows in the stream, without their content. */
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

  /** The CDK's SqsDlq would also let the function read the queue's attributes. */
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
