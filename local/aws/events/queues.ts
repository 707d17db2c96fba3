import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { LocalFunction } from "../functions/function-thread";
import { calledBy, type Functions } from "../functions/functions";
import { REGION, type Resource, type Template } from "../template";
import type { DeliveredEvent } from "./event-bus";

/** Lambda's default. */
const DEFAULT_BATCH_SIZE = 10;
/** The longest wait, whatever the template's delays and batching windows. */
const MAX_WAIT_MS = 1_000;
/** Replaces the visibility timeout. */
const RETRY_MS = 2_000;
/** Deliveries of a message if the template sets no number. */
const DEFAULT_RECEIVES = 10;

/** A queue that rules fill and a function reads. */
export interface LocalQueue {
  offer(event: DeliveredEvent): void;
  /** Waits until every message has been processed or dropped. */
  drain(): Promise<void>;
}

/**
 * The queues that functions read, by ARN.
 * @param onDropped receives a sentence when a message is dropped
 */
export function makeQueues(template: Template, functions: Functions, onDropped: (why: string) => void): ReadonlyMap<string, LocalQueue> {
  const queues = new Map(template.ofType("AWS::SQS::Queue").map((queue) => [template.attribute(queue.id, "Arn"), queue]));
  return new Map(
    template.ofType("AWS::Lambda::EventSourceMapping").flatMap((mapping) => {
      const arn = mapping.property<string>("EventSourceArn") ?? "";
      const queue = queues.get(arn);
      return queue === undefined ? [] : [[arn, new Reader(optionsOf(queue, mapping, arn, calledBy(mapping, functions)), onDropped)]];
    }),
  );
}

interface Options {
  readonly arn: string;
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly waitMs: number;
  readonly maxReceives: number;
  readonly reportsFailures: boolean;
}

function optionsOf(queue: Resource, mapping: Resource, arn: string, target: LocalFunction): Options {
  const seconds = (queue.property<number>("DelaySeconds") ?? 0) + (mapping.property<number>("MaximumBatchingWindowInSeconds") ?? 0);
  return {
    arn,
    target,
    batchSize: mapping.property<number>("BatchSize") ?? DEFAULT_BATCH_SIZE,
    waitMs: Math.min(seconds * 1_000, MAX_WAIT_MS),
    maxReceives: queue.property<{ maxReceiveCount?: number }>("RedrivePolicy")?.maxReceiveCount ?? DEFAULT_RECEIVES,
    reportsFailures: mapping.property<string[]>("FunctionResponseTypes")?.includes("ReportBatchItemFailures") ?? false,
  };
}

interface Message {
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly receives: number;
}

/** Sends messages to a function, one batch at a time. Messages are kept in memory only. */
class Reader implements LocalQueue {
  private waiting: Message[] = [];
  private running = false;
  private idle: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: Options,
    private readonly onDropped: (why: string) => void,
  ) {}

  offer(event: DeliveredEvent): void {
    this.waiting.push({ id: randomUUID(), body: JSON.stringify(event), sentAt: Date.now(), receives: 0 });
    if (!this.running) this.idle = this.run();
  }

  drain(): Promise<void> {
    return this.idle;
  }

  private async run(): Promise<void> {
    this.running = true;
    let pause = this.options.waitMs;
    while (this.waiting.length > 0) {
      await sleep(pause);
      const batch = this.waiting.splice(0, this.options.batchSize).map((message) => ({ ...message, receives: message.receives + 1 }));
      const failed = await this.failedOf(batch);
      const left = failed.filter(({ receives }) => receives < this.options.maxReceives);
      this.waiting.push(...left);
      if (left.length < failed.length) {
        this.onDropped(`${this.options.target.name} gave up on ${failed.length - left.length} message(s) of its queue: dropped.`);
      }
      pause = left.length > 0 ? RETRY_MS : this.options.waitMs;
    }
    this.running = false;
  }

  private async failedOf(batch: readonly Message[]): Promise<readonly Message[]> {
    const { target, reportsFailures } = this.options;
    const { outcome } = await target.invoke({ Records: batch.map((message) => this.recordOf(message)) });
    if (!outcome.ok) return batch;
    if (!reportsFailures) return [];
    const failures = (outcome.value as Partial<SQSBatchResponse> | null)?.batchItemFailures ?? [];
    const ids = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
    // An identifier that matches no message fails the whole batch.
    return [...ids].every((id) => batch.some((message) => message.id === id)) ? batch.filter(({ id }) => ids.has(id)) : batch;
  }

  private recordOf({ id, body, sentAt, receives }: Message): SQSRecord {
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
      eventSourceARN: this.options.arn,
      awsRegion: REGION,
    };
  }
}
