import { type Duration, Stack } from "aws-cdk-lib";
import { type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import * as v from "valibot";
import { EVENT_SOURCE } from "../../../engine/events/event-kind";
import { anyObject, wholeNumber } from "../../../engine/fields";
import { optionSchema } from "../../../engine/option-schema";
import { SetupError } from "../../../lib/errors";
import type { GatehouseScope } from "../../../lib/gatehouse-scope";
import { checkOptions } from "../../../lib/options";
import { queueEncryption } from "../../../lib/resources/encryption";
import { type Alternative, parseEventPattern } from "../../../lib/resources/event-pattern";
import { deadLetterQueue, LONGEST_RETENTION, UndeliveredEvents } from "../../../lib/resources/event-rules";
import { readSchema } from "../../../lib/schema-flaws";
import { events } from "../../lists/events";

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
/** EventBridge's limit, in characters of JSON. */
const LONGEST_PATTERN = 4_096;

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
      ...queueEncryption(this),
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
    const { detailType, ...fields } = { source: [EVENT_SOURCE], ...eventPattern };
    const pattern: unknown = Stack.of(this).resolve({ ...fields, ...(detailType && { "detail-type": detailType }) });
    assertMatchable(pattern, (problem) => new SetupError(`The event pattern of ${this.node.id}: ${problem}`));
    new Rule(this, id, {
      description: `Puts Gatehouse's events into the queue ${this.node.id}`,
      eventBus: this.gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE], ...eventPattern },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: UndeliveredEvents.of(this.gatehouse).queue })],
    });
  }
}

/** Throws for a pattern that EventBridge refuses, and for a test of an object: EventBridge compares values, so it would never match. */
function assertMatchable(pattern: unknown, fail: (problem: string) => Error): void {
  const text = JSON.stringify(pattern);
  if (text.length > LONGEST_PATTERN) throw fail(`it has ${text.length} characters; EventBridge takes 4,096.`);
  for (const fields of parseEventPattern(JSON.parse(text, dropReference), fail)) {
    if (!admits(fields, "source", EVENT_SOURCE)) continue;
    const kinds = Object.entries(events).filter(([type]) => admits(fields, "detail-type", type));
    for (const path of fields.keys()) {
      const [first, ...names] = path.split(".");
      const shapes = first === "detail" ? kinds.flatMap(([, { schema }]) => findShapes(schema, names)) : [];
      if (shapes.includes("object") && !shapes.includes("value"))
        throw fail(`${path} is an object in every event, and EventBridge compares only values: test a member of it, as { member: [ … ] }.`);
    }
  }
}

/** Replaces a value that is known only at deployment, such as the account's number. */
function dropReference(_: string, value: unknown): unknown {
  const [name = "", ...others] = typeof value === "object" && value !== null ? Object.keys(value) : [];
  return others.length === 0 && (name === "Ref" || name.startsWith("Fn::")) ? name : value;
}

function admits(fields: Alternative, path: string, value: string): boolean {
  return fields.get(path)?.some((test) => test !== "absent" && test(value)) ?? true;
}

/** Returns what events of this schema can have at the place that `names` lead to. An attribute's value counts as no object. */
function findShapes(schema: v.GenericSchema, [name, ...names]: readonly string[]): readonly ("object" | "value")[] {
  const { entries, item, choices, steps } = readSchema(schema);
  if (choices !== undefined || item !== undefined) {
    const inner = choices ?? [item as v.GenericSchema];
    return inner.flatMap((one) => findShapes(one, name === undefined ? [] : [name, ...names]));
  }
  const isOpen = entries === undefined && steps.some(({ metadata }) => metadata?.json?.type === "object");
  if (name === undefined) return [entries !== undefined || isOpen ? "object" : "value"];
  if (isOpen) return ["value"];
  const member = entries?.[name] as v.GenericSchema | undefined;
  return member === undefined ? [] : findShapes(member, names);
}
