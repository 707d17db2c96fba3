import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { eventPattern, type PatternFilter } from "../events/event-pattern";
import type { LocalFunction } from "../functions/function-thread";
import { calledBy, type Functions } from "../functions/functions";
import { REGION, type Resource, type Template, TemplateError, tableTypes } from "../template";
import type { ItemChange } from "./dynamodb-proxy";
import type { TableStream } from "./tables";

const BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
const DEFAULT_BATCH_SIZE = 100;
/** Sequence numbers grow from one start to the next, if a start writes fewer than a million records per millisecond. */
const NUMBERS_PER_MS = 1_000_000n;

/** Turns changes of tables into stream records and sends them to the functions that read them. */
export interface TableStreams {
  publish(change: ItemChange): void;
  /** Waits until everything published has been delivered or dropped. */
  drain(): Promise<void>;
}

/** @param onDropped receives a sentence when records are dropped */
export function makeStreams(template: Template, functions: Functions, onDropped: (why: string) => void): TableStreams {
  const mappings = template
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((resource) => !readsQueue(resource, template))
    .map((resource) => new Mapping(mappingOptions(resource, template, functions), onDropped));
  let sequence = BigInt(Date.now()) * NUMBERS_PER_MS;
  return {
    publish(change) {
      const { stream } = change.table;
      const readers = mappings.filter(({ options }) => options.source === stream?.arn);
      if (stream === undefined || readers.length === 0) return;
      sequence += 1n;
      const record = recordOf(change, stream, String(sequence));
      for (const reader of readers) reader.offer(record);
    },
    async drain() {
      await Promise.all(mappings.map((mapping) => mapping.idle));
    },
  };
}

function recordOf({ keys, before, after }: ItemChange, { arn, view }: TableStream, SequenceNumber: string): DynamoDBRecord {
  const images = {
    Keys: keys,
    ...(after && view.includes("NEW") && { NewImage: after }),
    ...(before && view.includes("OLD") && { OldImage: before }),
  } as DynamoDBRecord["dynamodb"];
  return {
    eventID: SequenceNumber,
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: REGION,
    dynamodb: {
      ...images,
      ApproximateCreationDateTime: Math.floor(Date.now() / 1_000),
      SequenceNumber,
      SizeBytes: Buffer.byteLength(JSON.stringify(images)),
      StreamViewType: view as "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: arn,
  };
}

/** Queues have their own module. */
function readsQueue(resource: Resource, template: Template): boolean {
  const source = resource.property<string>("EventSourceArn");
  return template.ofType("AWS::SQS::Queue").some(({ id }) => template.attribute(id, "Arn") === source);
}

interface MappingOptions {
  readonly source: string;
  readonly target: LocalFunction;
  readonly filters: readonly PatternFilter[];
  readonly batchSize: number;
  /** Infinity: until the records pass. */
  readonly maxRetries: number;
  readonly bisect: boolean;
  readonly reportsFailures: boolean;
}

function mappingOptions(resource: Resource, template: Template, functions: Functions): MappingOptions {
  const where = `${resource.id} (${resource.type})`;
  const target = calledBy(resource, functions);
  const source = resource.property<string>("EventSourceArn") ?? "";
  if (!template.ofType(...tableTypes).some(({ id }) => template.attribute(id, "StreamArn") === source)) {
    throw new TemplateError(`${where} reads from something else than a table's stream, which cannot be served locally.`);
  }
  const patterns = resource.property<{ Filters?: { Pattern: string }[] }>("FilterCriteria")?.Filters ?? [];
  const retries = resource.property<number>("MaximumRetryAttempts") ?? -1;
  return {
    source,
    target,
    filters: patterns.map(({ Pattern }) => eventPattern(JSON.parse(Pattern), where)),
    batchSize: resource.property<number>("BatchSize") ?? DEFAULT_BATCH_SIZE,
    maxRetries: retries < 0 ? Number.POSITIVE_INFINITY : retries,
    bisect: resource.property<boolean>("BisectBatchOnFunctionError") ?? false,
    reportsFailures: resource.property<string[]>("FunctionResponseTypes")?.includes("ReportBatchItemFailures") ?? false,
  };
}

/** One reader of a stream: one batch at a time, in order. Undelivered records are kept in memory only. */
class Mapping {
  /** Settles when the queue is empty. */
  idle: Promise<void> = Promise.resolve();
  private readonly queue: DynamoDBRecord[] = [];
  private running = false;

  constructor(
    readonly options: MappingOptions,
    private readonly onDropped: (why: string) => void,
  ) {}

  offer(record: DynamoDBRecord): void {
    const { filters } = this.options;
    if (filters.length > 0 && !filters.some((matches) => matches(record))) return;
    this.queue.push(record);
    if (!this.running) this.idle = this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.queue.length > 0) await this.deliver(this.queue.splice(0, this.options.batchSize));
    this.running = false;
  }

  /** Delivers a batch, or drops it after all retries. */
  private async deliver(batch: readonly DynamoDBRecord[]): Promise<void> {
    let rest = batch;
    for (let attempt = 0; ; attempt++) {
      const failedAt = await this.attempt(rest);
      if (failedAt === undefined) return;
      if (failedAt > 0) attempt = 0;
      rest = rest.slice(failedAt);
      if (this.options.bisect && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        await this.deliver(rest.slice(0, middle));
        await this.deliver(rest.slice(middle));
        return;
      }
      if (attempt >= this.options.maxRetries) {
        this.onDropped(`${this.options.target.name} failed ${attempt + 1} times on ${rest.length} stream record(s): dropped.`);
        return;
      }
      await sleep(Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(attempt, 10)));
    }
  }

  /** @returns the index of the first record to deliver again, or undefined */
  private async attempt(batch: readonly DynamoDBRecord[]): Promise<number | undefined> {
    const { outcome } = await this.options.target.invoke({ Records: batch });
    if (!outcome.ok) return 0;
    if (!this.options.reportsFailures) return undefined;
    const failures = (outcome.value as Partial<DynamoDBBatchResponse> | null)?.batchItemFailures ?? [];
    const indexes = failures.map(({ itemIdentifier }) => batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier));
    // An identifier that matches no record fails the whole batch.
    return indexes.length === 0 ? undefined : Math.max(0, Math.min(...indexes));
  }
}
