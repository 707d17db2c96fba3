import { Duration, Validations } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IRule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Queue, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { WatchedStack } from "../operations/watched-stack";

/** As long as SQS keeps anything: time to mend the receiver and send again. */
export const LONGEST_RETENTION = Duration.days(14);

const PERIOD = Duration.minutes(5);

/** The bus's dead-letter queue: events that a target did not take in all its retries. One a stack, made when first asked for. */
export class UndeliveredEvents extends Construct {
  readonly queue: Queue;

  static of(stack: WatchedStack): UndeliveredEvents {
    return (stack.node.tryFindChild("UndeliveredEvents") as UndeliveredEvents | undefined) ?? new UndeliveredEvents(stack);
  }

  private constructor(stack: WatchedStack) {
    super(stack, "UndeliveredEvents");
    this.queue = deadLetterQueue(this, "Queue");
    ringFor(stack, "UndeliveredEvents", this.queue, "An event could not be delivered to a webhook or another target.");
  }

  /** Lets a rule leave events here, where its target does not see to that. */
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

/** A queue in which whatever arrives means trouble. */
export function deadLetterQueue(scope: Construct, id: string, props: QueueProps = {}): Queue {
  const queue = new Queue(scope, id, { enforceSSL: true, retentionPeriod: LONGEST_RETENTION, ...props });
  Validations.of(queue).acknowledge({ id: "AwsSolutions-SQS3", reason: "It is itself the dead-letter queue." });
  return queue;
}

/** An alarm at the first message of a dead-letter queue. */
export function ringFor(stack: WatchedStack, id: string, queue: Queue, what: string, section?: string): void {
  const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  stack.alarms.alarm(id, { metric, threshold: 1, what, section });
}
