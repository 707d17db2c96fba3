import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { composeHandler } from "../adapters/aws/compose-handler";
import { requireVariable } from "../adapters/aws/environment";
import { createSkipper } from "../adapters/stream-reader";
import type { World } from "../adapters/world";
import type { StreamReader } from "../engine/work";

/** JSON. */
export const RELAYED_STREAMS = "RELAYED_STREAMS";
/** Every reader's timeout is shorter. */
export const CALL_MS = 75_000;

export interface RelayedStream {
  /** ARN. */
  readonly stream: string;
  readonly readers: readonly RelayedReader[];
}

/** Supports literals and `exists: false` of event source filters, at any depth. */
export interface RowFilter {
  readonly [name: string]: RowFilter | readonly (string | number | boolean | null | { readonly exists: false })[];
}

interface RelayedReader {
  readonly reader: StreamReader;
  readonly name: string;
  /** The reader gets a change if one of these filters matches. */
  readonly filters: readonly RowFilter[];
  /** Age at which the relay skips a failing change. */
  readonly givesUpAfterMs: number;
}

interface Handed {
  /**
   * The first change that the reader has not handled. It is delivered again with all later ones. Absent if the reader has handled all
   * changes.
   */
  readonly waiting?: DynamoDBRecord | undefined;
  readonly crashed?: boolean;
}

/**
 * Passes a stream's changes to each of its readers. If a reader does not handle a change, the stream delivers that change and all later
 * ones again. While this instance lasts, readers that have handled a change do not get it again.
 */
export function streamRelayHandler(world: Pick<World, "settings" | "tables" | "call" | "clock" | "log">) {
  const { settings, call, clock, log } = world;
  const streams = JSON.parse(requireVariable(RELAYED_STREAMS, settings)) as readonly RelayedStream[];
  const skip = createSkipper(world);
  /** Changes that a reader has handled but that the stream will deliver again. */
  const handledMarks = new Set<string>();
  const buildMark = ({ reader }: RelayedReader, { eventID }: DynamoDBRecord) => `${reader} ${eventID}`;

  async function attempt({ name }: RelayedReader, records: readonly DynamoDBRecord[]) {
    try {
      const answer = await call(name, { Records: records });
      if (answer === undefined) return { failed: records[0], why: "Crashed", crashed: records.length > 1 };
      const { batchItemFailures = [] } = (answer.value ?? {}) as Partial<DynamoDBBatchResponse>;
      if (batchItemFailures.length === 0) return undefined;
      const failedIds = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return { failed: records.find(({ dynamodb }) => failedIds.has(dynamodb?.SequenceNumber ?? "")) ?? records[0], why: "Failed" };
    } catch (error) {
      return { failed: records[0], why: error instanceof Error ? error.name : typeof error };
    }
  }

  async function hand(to: RelayedReader, deliveredRecords: readonly DynamoDBRecord[]): Promise<Handed> {
    const records = deliveredRecords.filter(
      (record) => to.filters.some((filter) => matches(filter, record)) && !handledMarks.has(buildMark(to, record)),
    );
    if (records.length === 0) return {};
    const { failed, why = "", crashed = false } = (await attempt(to, records)) ?? {};
    const end = failed === undefined ? records.length : records.indexOf(failed);
    for (const record of records.slice(0, end)) handledMarks.add(buildMark(to, record));
    if (failed === undefined) return {};
    const { ApproximateCreationDateTime: at = Number.POSITIVE_INFINITY } = failed.dynamodb ?? {};
    if (crashed || clock.now() - at * 1_000 < to.givesUpAfterMs) {
      log.warn("rows wait", { reader: to.reader, handled: end, of: records.length, why });
      return { waiting: failed, crashed };
    }
    await skip(to.reader, [{ record: failed, why }]);
    handledMarks.add(buildMark(to, failed));
    return { waiting: records[end + 1] };
  }

  return composeHandler(world, async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const readers = streams.find(({ stream }) => stream === Records[0]?.eventSourceARN)?.readers;
    if (readers === undefined) throw new Error("No function follows this stream.");
    const outcomes = await Promise.all(readers.map((reader) => hand(reader, Records)));
    // If the relay throws, Lambda halves the batch, until the batch has only the change on which the reader crashes.
    if (outcomes.some(({ crashed }) => crashed)) throw new Error("A reader crashed: the batch comes again in halves.");
    const next = Records.find((record) => outcomes.some(({ waiting }) => waiting === record));
    for (const record of next === undefined ? Records : Records.slice(0, Records.indexOf(next)))
      for (const reader of readers) handledMarks.delete(buildMark(reader, record));
    return { batchItemFailures: next === undefined ? [] : [{ itemIdentifier: next.dynamodb?.SequenceNumber ?? "" }] };
  });
}

function matches(pattern: RowFilter[string], value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((each) => (typeof each === "object" ? value === undefined : each === value));
  const members = value as Readonly<Record<string, unknown>> | undefined;
  return Object.entries(pattern).every(([name, each]) => matches(each, members?.[name]));
}
