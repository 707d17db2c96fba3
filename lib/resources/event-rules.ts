import { Duration, Validations } from "aws-cdk-lib";
import { type IRule, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget, type LambdaFunctionProps } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { queueEncryption } from "./encryption";

interface StartOptions {
  /** @default "Schedule" */
  readonly id?: string;
  readonly description: string;
  /** True if another region starts the function: this region's EventBridge rule is off. */
  readonly standby: boolean;
  /** How `reason` ends: a lost start is made up for by the next one, the next minute's or the next day's. @default "one" */
  readonly next?: "one" | "minute's" | "day's";
  /** The event, its maximum age and its retries. @default EventBridge's own */
  readonly target?: LambdaFunctionProps;
}

/** Makes an EventBridge rule that starts one to five functions at an interval. One rule can have at most five targets. */
export function startEvery(
  every: Duration,
  targetFunctions: IFunction | readonly IFunction[],
  place: Construct,
  options: StartOptions,
): Rule {
  const { id = "Schedule", description, standby, next = "one", target } = options;
  const rule = new Rule(place, id, {
    description,
    schedule: Schedule.rate(every),
    enabled: !standby,
    targets: [targetFunctions].flat().map((each) => new FunctionTarget(each, target)),
  });
  Validations.of(rule).acknowledge({
    id: "Serverless-EventBusDLQ",
    reason: `A start that is lost is made up for by the next ${next}.`,
  });
  return rule;
}

/** The longest time that SQS allows. In this time, people can repair the receiver and send the message again. */
export const LONGEST_RETENTION = Duration.days(14);

/** A Gatehouse's queue of events that EventBridge could not deliver to a target, even after retries. */
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

  /** Lets an EventBridge rule send to this queue. Needed only if the construct of the rule's target does not grant this itself. */
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

/** Every message in the queue is a failure that somebody has to look at. */
export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, { enforceSSL: true, retentionPeriod: LONGEST_RETENTION, ...queueEncryption(scope) });
  const reason = "It is itself the dead-letter queue.";
  Validations.of(queue).acknowledge({ id: "AwsSolutions-SQS3", reason }, { id: "Serverless-SQSRedrivePolicy", reason });
  return queue;
}
