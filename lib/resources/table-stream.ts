import { Duration, Validations } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, type DynamoEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import type { GatehouseScope } from "../gatehouse-scope";
import { FailedChanges } from "./failed-changes";
import type { RetainedTable } from "./retained-table";

/** Rows of a DynamoDB stream that one invocation gets. */
const BATCH_SIZE = 100;
/** A stream forgets a row's change after 24 hours. What is given up before then can still be read there, and repeated. */
const GIVEN_UP_AFTER = Duration.hours(18);

export interface ChangesProps
  extends Pick<DynamoEventSourceProps, "batchSize" | "bisectBatchOnError" | "maxBatchingWindow" | "retryAttempts"> {
  /**
   * What a row must be like now, as filters of event sources say it: `{ state: { S: ["approved"] } }`.
   * @default anything
   */
  readonly newImage?: object;
  /** @default rows that are added, and rows that are changed */
  readonly events?: readonly ("INSERT" | "MODIFY" | "REMOVE")[];
  /** What a row's key must be like, in the same way. @default anything */
  readonly keys?: object;
}

/**
 * Lets a function see each row that is added or changed, or removed if it asks for that, in order, and again for 18 hours if it fails. Then it is said which
 * rows these were.
 */
export function readChanges(
  gatehouse: GatehouseScope,
  lambda: LambdaFunction,
  { table }: RetainedTable,
  { newImage, keys, events = ["INSERT", "MODIFY"], ...props }: ChangesProps = {},
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
      maxRecordAge: GIVEN_UP_AFTER,
      onFailure: FailedChanges.of(gatehouse).destination,
      filters: [FilterCriteria.filter(changes)],
      ...props,
    }),
  );
  if (lambda.role) {
    Validations.of(lambda.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "dynamodb:ListStreams, which an event source needs, and events:ListRules take no narrower resource.",
    });
  }
}
