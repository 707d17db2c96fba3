import type { Duration } from "aws-cdk-lib";
import { type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import * as v from "valibot";
import { EVENT_SOURCE } from "../../../engine/events/event-kind";
import { anyObject, wholeNumber } from "../../../engine/fields";
import { optionSchema } from "../../../engine/option-schema";
import type { GatehouseScope } from "../../../lib/gatehouse-scope";
import { checkOptions } from "../../../lib/options";
import { keyAt } from "../../../lib/resources/encryption";
import { deadLetterQueue, LONGEST_RETENTION, UndeliveredEvents } from "../../../lib/resources/undelivered-events";

/** The events of a queue, and their delivery. */
export interface EventQueueProps {
  /** The events that the queue gets, for example `{ detail: { verdict: ["continue"] } }`. @default all events of Gatehouse */
  readonly eventPattern?: EventPattern;
  /**
   * Limit of deliveries of a message. After that many deliveries, a message that was not deleted moves to the dead-letter queue.
   * @default 10
   */
  readonly maxReceives?: number;
  /** Time until a message that was not deleted is delivered again. @default 30 seconds */
  readonly visibilityTimeout?: Duration;
  /** @default none */
  readonly deliveryDelay?: Duration;
}

const fields = v.optional(v.array(v.any()));

export const eventPatternOption = optionSchema<EventPattern>({
  version: fields,
  id: fields,
  detailType: fields,
  source: fields,
  account: fields,
  time: fields,
  region: fields,
  resources: fields,
  detail: v.optional(anyObject()),
});

const options = optionSchema<EventQueueProps>({
  eventPattern: v.optional(eventPatternOption),
  maxReceives: v.optional(wholeNumber("", 1)),
  visibilityTimeout: v.optional(anyObject<Duration>()),
  deliveryDelay: v.optional(anyObject<Duration>()),
});

const DEFAULT_RECEIVES = 10;

/** Puts events into a queue for your own reader: `queue.grantConsumeMessages(reader)` allows it to read and delete them. */
export class EventQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    private readonly gatehouse: GatehouseScope,
    id: string,
    props: EventQueueProps = {},
  ) {
    super(gatehouse, id);
    checkOptions(options, props, [id]);
    const { eventPattern, maxReceives = DEFAULT_RECEIVES, visibilityTimeout, deliveryDelay } = props;
    this.deadLetters = deadLetterQueue(this, "DeadLetters");
    this.queue = new Queue(this, "Queue", {
      enforceSSL: true,
      retentionPeriod: LONGEST_RETENTION,
      encryptionMasterKey: keyAt(this),
      visibilityTimeout,
      deliveryDelay,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
    const what = `The reader of the queue ${id} gave up on an event.`;
    gatehouse.alarms.alarmOnDeadLetters(`${id}DeadLetters`, this.deadLetters, what, "event-queue-dead-letters");
    this.add("Rule", eventPattern);
    gatehouse.addOutput(`${id}Url`, this.queue.queueUrl, "The queue of events");
  }

  add(id: string, eventPattern: EventPattern | undefined): void {
    new Rule(this, id, {
      description: `Puts Gatehouse's events into the queue ${this.node.id}`,
      eventBus: this.gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE], ...eventPattern },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: UndeliveredEvents.of(this.gatehouse).queue })],
    });
  }
}
