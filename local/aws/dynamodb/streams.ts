import { isDeepStrictEqual } from "node:util";
import type { DynamoDBRecord } from "aws-lambda";
import { matchesEvent, parseEventPattern } from "../../../lib/resources/event-pattern";
import { REGION } from "../access-key";
import { type DeliveryOptions, type Journal, noJournal, RecordDelivery } from "../events/delivery";
import type { Functions } from "../functions/functions";
import { type Resource, type Template, TemplateError } from "../template";
import type { ItemChange } from "./operation";
import { type LocalItem, readTables, type TableStream } from "./tables";

const BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
const DEFAULT_BATCH_SIZE = 100;
/**
 * Sequence numbers begin at the process's start time in milliseconds, multiplied by this number. After a restart they begin higher than
 * before, if the earlier process wrote fewer than a million records per millisecond.
 */
const NUMBERS_PER_MS = 1_000_000n;

/** A record on its way, as the journal keeps it. */
export interface KeptRecord {
  readonly table: string;
  readonly record: DynamoDBRecord;
}

export interface TableStreams {
  /** Keeps the change's record, so that it is not lost if the process is killed. Called just before the item is written. */
  note(change: ItemChange): void;
  publish(change: ItemChange): void;
  /** Delivers what an earlier process left. @param read returns the current item */
  resume(read: (table: string, keys: LocalItem) => Promise<LocalItem | undefined>): Promise<void>;
  drain(): Promise<void>;
}

/** @param onDropped receives a sentence when records are dropped */
export function makeStreams(
  template: Template,
  functions: Functions,
  onDropped: (why: string) => void,
  journal: Journal<KeptRecord> = noJournal,
): TableStreams {
  /** The number of readers that have not handled a record, by sequence number. */
  const open = new Map<string, number>();
  const records = new WeakMap<ItemChange, DynamoDBRecord>();
  function settleRecord({ dynamodb }: DynamoDBRecord): void {
    const number = dynamodb?.SequenceNumber ?? "";
    const left = (open.get(number) ?? 1) - 1;
    if (left > 0) open.set(number, left);
    else if (open.delete(number)) journal.settle(number);
  }

  const streams = new Map(readTables(template).map(({ name, stream }) => [name, stream]));
  const queues = template.ofType("AWS::SQS::Queue").map(({ id }) => template.attribute(id, "Arn"));
  const readers = template
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((mapping) => !queues.includes(mapping.property<string>("EventSourceArn") ?? ""))
    .map((mapping) => createReader(mapping, [...streams.values()], functions, { onDropped, onEnd: settleRecord }));
  let sequence = BigInt(Date.now()) * NUMBERS_PER_MS;
  const followers = (record: DynamoDBRecord) => readers.filter(({ source, takes }) => source === record.eventSourceARN && takes(record));

  function make(change: ItemChange): DynamoDBRecord | undefined {
    const stream = streams.get(change.table);
    if (stream === undefined) return undefined;
    sequence += 1n;
    return toRecord(change, stream, String(sequence));
  }

  function offer(record: DynamoDBRecord): void {
    const following = followers(record);
    if (following.length === 0) journal.settle(record.eventID ?? "");
    else open.set(record.eventID ?? "", following.length);
    for (const { delivery } of following) delivery.offer(record);
  }

  return {
    note(change) {
      const record = make(change);
      if (record === undefined) return;
      records.set(change, record);
      if (followers(record).length > 0) journal.keep(record.eventID ?? "", { table: change.table, record });
    },
    publish(change) {
      const record = records.get(change) ?? make(change);
      if (record !== undefined) offer(record);
    },
    async resume(read) {
      const keyText = ({ table, record }: KeptRecord) => JSON.stringify([table, record.dynamodb?.Keys]);
      const last = new Map(journal.left.map((kept) => [keyText(kept), kept]));
      for (const kept of journal.left) {
        const { Keys = {}, OldImage } = kept.record.dynamodb ?? {};
        // The process may have been killed before it wrote the item.
        const isWritten = last.get(keyText(kept)) !== kept || !isDeepStrictEqual(await read(kept.table, Keys as LocalItem), OldImage);
        if (isWritten) offer(kept.record);
        else journal.settle(kept.record.eventID ?? "");
      }
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
  { onDropped, onEnd }: { onDropped(why: string): void; onEnd(record: DynamoDBRecord): void },
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
  return { source, takes, delivery: new RecordDelivery(mapping, functions, { ...streamOptions(mapping), onEnd }, onDropped) };
}

function streamOptions(mapping: Resource): Omit<DeliveryOptions<DynamoDBRecord>, "onEnd"> {
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
