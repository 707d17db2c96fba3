import { Validations } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, type DynamoEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import type { RetainedTable } from "./retained-table";

/** Rows of a DynamoDB stream that one invocation gets. */
const BATCH_SIZE = 100;

export interface ChangesProps extends Pick<DynamoEventSourceProps, "batchSize" | "bisectBatchOnError" | "retryAttempts"> {
  /**
   * What a row must be like now, as filters of event sources say it: `{ state: { S: ["approved"] } }`.
   * @default anything
   */
  readonly newImage?: object;
}

/** Lets a function see each row that is added or changed, in order, and again for a day if it fails. */
export function readChanges(lambda: LambdaFunction, { table }: RetainedTable, { newImage, ...props }: ChangesProps = {}): void {
  const changes = { eventName: FilterRule.or("INSERT", "MODIFY"), ...(newImage && { dynamodb: { NewImage: newImage } }) };
  lambda.addEventSource(
    new DynamoEventSource(table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      filters: [FilterCriteria.filter(changes)],
      ...props,
    }),
  );
  if (lambda.role) {
    Validations.of(lambda.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "dynamodb:ListStreams, which an event source needs, takes no narrower resource.",
    });
  }
}
