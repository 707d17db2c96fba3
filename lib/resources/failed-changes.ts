import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IEventSourceDlq, IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetterQueue } from "../events/undelivered-events";
import type { GatehouseScope } from "../gatehouse-scope";
import { Encryption } from "./encryption";

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
    gatehouse.alarms.alarmOnDeadLetters("FailedChanges", this.queue, "A function gave up on rows that were added or changed.");
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
