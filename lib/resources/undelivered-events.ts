import { Duration, Validations } from "aws-cdk-lib";
import type { IRule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { keyAt } from "./encryption";

/** The longest time that SQS keeps a message: time to repair the receiver and send again. */
export const LONGEST_RETENTION = Duration.days(14);

/**
 * The bus's dead-letter queue, for events that a target did not accept in all retries. One for each Gatehouse, made when first asked for.
 */
export class UndeliveredEvents extends Construct {
  readonly queue: Queue;

  static of(gatehouse: GatehouseScope): UndeliveredEvents {
    return (gatehouse.node.tryFindChild("UndeliveredEvents") as UndeliveredEvents | undefined) ?? new UndeliveredEvents(gatehouse);
  }

  private constructor(gatehouse: GatehouseScope) {
    super(gatehouse, "UndeliveredEvents");
    this.queue = deadLetterQueue(this, "Queue");
    const what = "An event could not be delivered to the target of a rule.";
    gatehouse.alarms.alarmOnDeadLetters("UndeliveredEvents", this.queue, what);
  }

  /** Lets a rule put events into this queue, if its target's construct does not. */
  grantTo(rule: IRule): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": rule.ruleArn } },
      }),
    );
  }
}

/** Makes a queue in which every message is a failure to look at. */
export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, { enforceSSL: true, retentionPeriod: LONGEST_RETENTION, encryptionMasterKey: keyAt(scope) });
  const reason = "It is itself the dead-letter queue.";
  Validations.of(queue).acknowledge({ id: "AwsSolutions-SQS3", reason }, { id: "Serverless-SQSRedrivePolicy", reason });
  return queue;
}
