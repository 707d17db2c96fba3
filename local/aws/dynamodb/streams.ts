import type { DynamoDBRecord } from "aws-lambda";
import { matchesEvent, parseEventPattern } from "../../../lib/resources/event-pattern";
import { REGION } from "../access-key";
import { type DeliveryOptions, RecordDelivery } from "../events/delivery";
import type { Functions } from "../functions/functions";
import { type Resource, type Template, TemplateError } from "../template";
import type { ItemChange } from "./changes";
import { readTables, type TableStream } from "./tables";

const BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
const DEFAULT_BATCH_SIZE = 100;
/**
 * Sequence numbers begin at the process's start time in milliseconds, multiplied by this number. After a restart they begin higher than
 * before, if the earlier process wrote fewer than a million records per millisecond.
 */
const NUMBERS_PER_MS = 1_000_000n;

export interface TableStreams {
  publish(change: ItemChange): void;
  drain(): Promise<void>;
}

/** @param onDropped receives a sentence when records are dropped */
export function makeStreams(template: Template, functions: Functions, onDropped: (why: string) => void): TableStreams {
  const streams = new Map(readTables(template).map(({ name, stream }) => [name, stream]));
  const queues = template.ofType("AWS::SQS::Queue").map(({ id }) => template.attribute(id, "Arn"));
  const readers = template
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((mapping) => !queues.includes(mapping.property<string>("EventSourceArn") ?? ""))
    .map((mapping) => createReader(mapping, [...streams.values()], functions, onDropped));
  let sequence = BigInt(Date.now()) * NUMBERS_PER_MS;
  return {
    publish(change) {
      const stream = streams.get(change.table);
      const following = readers.filter(({ source }) => source === stream?.arn);
      if (stream === undefined || following.length === 0) return;
      sequence += 1n;
      const record = toRecord(change, stream, String(sequence));
      for (const { delivery, takes } of following) if (takes(record)) delivery.offer(record);
    },
    async drain() {
      await Promise.all(readers.map(({ delivery }) => delivery.drain()));
    },
  };
}

function toRecord({ keys, before, after }: ItemChange, { arn, view }: TableStream, SequenceNumber: string): DynamoDBRecord {
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

function createReader(
  mapping: Resource,
  streams: readonly (TableStream | undefined)[],
  functions: Functions,
  onDropped: (why: string) => void,
) {
  const where = `${mapping.id} (${mapping.type})`;
  const source = mapping.property<string>("EventSourceArn");
  if (!streams.some((stream) => stream?.arn === source)) {
    throw new TemplateError(`${where} reads from something else than a table's stream, which cannot be served locally.`);
  }
  const patterns = mapping.property<{ Filters?: { Pattern: string }[] }>("FilterCriteria")?.Filters ?? [];
  const filters = patterns.map(({ Pattern }) =>
    parseEventPattern(JSON.parse(Pattern), (problem) => new TemplateError(`${where} has a pattern that EventBridge refuses: ${problem}`)),
  );
  const takes = (record: DynamoDBRecord) => filters.length === 0 || filters.some((filter) => matchesEvent(filter, record));
  return { source, takes, delivery: new RecordDelivery(mapping, functions, streamOptions(mapping), onDropped) };
}

function streamOptions(mapping: Resource): DeliveryOptions<DynamoDBRecord> {
  const retries = mapping.property<number>("MaximumRetryAttempts") ?? -1;
  return {
    batchSize: mapping.property<number>("BatchSize") ?? DEFAULT_BATCH_SIZE,
    waitMs: 0,
    maxTries: retries < 0 ? Number.POSITIVE_INFINITY : retries + 1,
    retryMs: (tries) => Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(tries - 1, 10)),
    isOrdered: true,
    bisect: mapping.property<boolean>("BisectBatchOnFunctionError") ?? false,
    idOf: ({ dynamodb }) => dynamodb?.SequenceNumber,
    show: (record) => record,
    dropText: (tries, count) => `failed ${tries} times on ${count} stream record(s)`,
  };
}
