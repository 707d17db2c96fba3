import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import { REGION } from "../access-key";
import type { Functions } from "../functions/functions";
import type { Resource, Template } from "../template";
import { type DeliveryOptions, type Journal, noJournal, RecordDelivery } from "./delivery";
import type { DeliveredEvent } from "./event-bus";

/** Lambda's default. */
const DEFAULT_BATCH_SIZE = 10;
/** Caps the sum of the template's delay and batching window. */
const MAX_WAIT_MS = 1_000;
/**
 * The first wait after a failure, in place of the visibility timeout. It is short because somebody at this machine waits. Each later wait
 * is twice as long, up to LONGEST_RETRY_MS.
 */
const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;
/** The number of receives if the template sets no `maxReceiveCount`. */
const DEFAULT_RECEIVES = 10;

export interface LocalQueue {
  offer(event: DeliveredEvent): void;
  drain(): Promise<void>;
}

/** A message on its way, as the journal keeps it. */
export interface KeptMessage {
  readonly queue: string;
  readonly message: Message;
}

interface Message {
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** @param onDropped receives a sentence when a message is dropped @returns the queues that functions read, by ARN */
export function makeQueues(
  template: Template,
  functions: Functions,
  onDropped: (why: string) => void,
  journal: Journal<KeptMessage> = noJournal,
): ReadonlyMap<string, LocalQueue> {
  const queues = new Map(template.ofType("AWS::SQS::Queue").map((queue) => [template.attribute(queue.id, "Arn"), queue]));
  return new Map(
    template.ofType("AWS::Lambda::EventSourceMapping").flatMap((mapping) => {
      const arn = mapping.property<string>("EventSourceArn") ?? "";
      const queue = queues.get(arn);
      if (queue === undefined) return [];
      const options = { ...queueOptions(queue, mapping, arn), onEnd: ({ id }: Message) => journal.settle(id) };
      const delivery = new RecordDelivery(mapping, functions, options, onDropped);
      for (const { queue: of, message } of journal.left) if (of === arn) delivery.offer(message);
      const offer = (event: DeliveredEvent) => {
        const message = { id: randomUUID(), body: JSON.stringify(event), sentAt: Date.now() };
        journal.keep(message.id, { queue: arn, message });
        delivery.offer(message);
      };
      return [[arn, { offer, drain: () => delivery.drain() }] as const];
    }),
  );
}

function queueOptions(queue: Resource, mapping: Resource, arn: string): Omit<DeliveryOptions<Message>, "onEnd"> {
  const seconds = (queue.property<number>("DelaySeconds") ?? 0) + (mapping.property<number>("MaximumBatchingWindowInSeconds") ?? 0);
  return {
    batchSize: mapping.property<number>("BatchSize") ?? DEFAULT_BATCH_SIZE,
    waitMs: Math.min(seconds * 1_000, MAX_WAIT_MS),
    maxTries: queue.property<{ maxReceiveCount?: number }>("RedrivePolicy")?.maxReceiveCount ?? DEFAULT_RECEIVES,
    retryMs: (tries) => Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.min(tries - 1, 10)),
    isOrdered: false,
    idOf: ({ id }) => id,
    show: (message, tries) => toRecord(message, tries, arn),
    dropText: (_, count) => `gave up on ${count} message(s) of its queue`,
  };
}

function toRecord({ id, body, sentAt }: Message, receives: number, eventSourceARN: string): SQSRecord {
  return {
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: "local",
      ApproximateFirstReceiveTimestamp: String(sentAt),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: REGION,
  };
}
