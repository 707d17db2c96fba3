import { CfnOutput, type Duration } from "aws-cdk-lib";
import { type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { EVENT_SOURCE } from "../../engine/sign-up/event";
import type { WatchedStack } from "../operations/watched-stack";
import { deadLetterQueue, LONGEST_RETENTION, ringFor, UndeliveredEvents } from "./undelivered-events";

export interface EventQueueProps {
  /**
   * Which events: `{ detail: { verdict: ["continue"] } }`.
   * @default all of Gatehouse's
   */
  readonly eventPattern?: EventPattern;
  /**
   * How often a message is given out that its reader does not delete; then it goes to the dead-letter queue.
   * @default 10
   */
  readonly maxReceives?: number;
  /**
   * How long a reader has before a message is given out again.
   * @default 30 seconds
   */
  readonly visibilityTimeout?: Duration;
  /**
   * How long an event waits before its reader sees it.
   * @default not at all
   */
  readonly deliveryDelay?: Duration;
}

const DEFAULT_RECEIVES = 10;

/** Events in a queue, for a reader of one's own: `queue.grantConsumeMessages(reader)` lets it read and delete. */
export class EventQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    stack: WatchedStack,
    id: string,
    { eventPattern, maxReceives = DEFAULT_RECEIVES, visibilityTimeout, deliveryDelay }: EventQueueProps = {},
  ) {
    super(stack, id);
    this.deadLetters = deadLetterQueue(this, "DeadLetters");
    this.queue = new Queue(this, "Queue", {
      enforceSSL: true,
      retentionPeriod: LONGEST_RETENTION,
      visibilityTimeout,
      deliveryDelay,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
    ringFor(stack, `${id}DeadLetters`, this.deadLetters, `The reader of the queue ${id} gave up on an event.`, "event-queue-dead-letters");
    new Rule(this, "Rule", {
      description: `Puts Gatehouse's events into the queue ${id}`,
      eventBus: stack.decisions.bus,
      eventPattern: { source: [EVENT_SOURCE], ...eventPattern },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: UndeliveredEvents.of(stack).queue })],
    });
    new CfnOutput(this, "Url", { value: this.queue.queueUrl, description: "The queue of events" }).overrideLogicalId(`${id}Url`);
  }
}
