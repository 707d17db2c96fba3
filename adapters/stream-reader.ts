import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { groupBy } from "../engine/collections";
import { readReference } from "../engine/sign-up/call";
import type { StreamReader } from "../engine/work";
import { isLasting } from "./aws/client";
import { environment } from "./aws/environment";
import { readErrorTrace } from "./report";
import { noteSkipped, type SkippedRow } from "./tables/skipped-rows";
import { workNotes } from "./tables/work-notes";
import type { World } from "./world";

export interface Read<T> {
  readonly record: DynamoDBRecord;
  readonly value: T;
}

/** AWS delivers seconds. If an operator sends a failed change again, as in the runbook, the time is in ISO 8601, as AWS CLI 2 prints it. */
export function readChangeTime({ ApproximateCreationDateTime: time = 0 }: NonNullable<DynamoDBRecord["dynamodb"]>): Date {
  return new Date(typeof time === "number" ? time * 1_000 : time);
}

const AT_ONCE = 16;
/** Number of changes on which an instance first does work for many together. It then knows how many the time suffices for. */
const FIRST_TOGETHER = 100;
/** No change is begun with less time than this: enough for a call of AWS with its repeats, and to say how far the work came. */
const LEAST_MS = 5_000;
const OUT_OF_TIME = "OutOfTime";

/** Milliseconds that each change takes, by the place of the work among a reader's works for many together. */
type Pace = Map<number, number>;

/**
 * Changes of rows that a stream delivers together. Skips and reports a change that can never be handled. If a change cannot be handled now,
 * that change and all later ones come again. So do changes for which the function's time does not suffice; the first change is always
 * handled, so that no delivery comes again for ever.
 */
export class StreamBatch {
  private readonly left: Skipped[] = [];
  /** Index from which all changes are delivered again. */
  private end: number;
  private failure: { readonly why: string; readonly error?: unknown } | undefined;
  private readonly places: ReadonlyMap<DynamoDBRecord, number>;
  /** Number of works for many together that were begun. */
  private steps = 0;

  /**
   * @param readTimeLeft returns the function's remaining time, in milliseconds. @default it never ends
   * @param pace what the instance knows from earlier deliveries
   */
  constructor(
    private readonly records: readonly DynamoDBRecord[],
    private readonly readTimeLeft: () => number = () => Number.POSITIVE_INFINITY,
    private readonly pace: Pace = new Map(),
  ) {
    this.places = new Map(records.map((record, index) => [record, index]));
    this.end = records.length;
  }

  /** Changes that can never be handled and are not delivered again. */
  get skipped() {
    return this.left.filter(({ record }) => this.isOpen(record));
  }

  /** The first change that is delivered again, and the error that is the reason. Undefined if no change is delivered again. */
  get waiting() {
    return this.failure && { ...this.failure, record: this.records[this.end], handled: this.end, of: this.records.length };
  }

  /**
   * Reads each change with `of`, except the changes that are delivered again. Leaves a change out if `of` returns undefined, and skips it
   * if `of` throws.
   */
  read<T>(of: (record: DynamoDBRecord) => T | undefined): readonly Read<T>[] {
    return this.records.slice(0, this.end).flatMap((record) => {
      try {
        const value = of(record);
        return value === undefined ? [] : [{ record, value }];
      } catch (error) {
        this.skip(record, "Unreadable", error);
        return [];
      }
    });
  }

  /** Does the work for each change. Changes of one group are handled one after the other, in order. */
  async each<T>(reads: readonly Read<T>[], work: (value: T) => Promise<void>, groupOf: (value: T, index: number) => string): Promise<void> {
    const indexedReads = this.open(reads).map((read, index) => ({ read, group: groupOf(read.value, index) }));
    const groups = [...groupBy(indexedReads, ({ group }) => group).values()];
    const next = groups.values();
    let [longestMs, isFirst] = [0, true];
    const workThrough = async () => {
      for (const group of next) {
        for (const { read } of group) {
          const timeLeft = this.readTimeLeft();
          if (!isFirst && timeLeft < LEAST_MS + longestMs) this.wait(read.record, OUT_OF_TIME);
          isFirst = false;
          if (!this.isOpen(read.record)) continue;
          await this.one(read, work);
          longestMs = Math.max(longestMs, timeLeft - this.readTimeLeft() || 0);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
  }

  private async one<T>({ record, value }: Read<T>, work: (value: T) => Promise<void>): Promise<void> {
    try {
      await work(value);
    } catch (error) {
      this.fail(record, error);
    }
  }

  /**
   * Runs the work for all changes together, or for as many as the time suffices for. After a lasting error, runs the work for each half to
   * find the cause. So the work may run again for a change.
   */
  async together<T>(reads: readonly Read<T>[], work: (reads: readonly Read<T>[]) => Promise<void>): Promise<void> {
    const step = this.steps++;
    let rest = this.open(reads);
    for (let least = 1; rest.length > 0; least = 0) {
      const size = Math.max(this.countPossible(step), least);
      const [next] = rest;
      if (next !== undefined && size < 1) {
        this.wait(next.record, OUT_OF_TIME);
        return;
      }
      const some = rest.slice(0, size);
      const timeLeft = this.readTimeLeft();
      await this.halves(some, work);
      this.pace.set(step, (timeLeft - this.readTimeLeft() || 0) / some.length);
      rest = this.open(rest.slice(size));
    }
  }

  /** Returns for how many changes the time suffices. Half of it is spared, because they may take longer than those before. */
  private countPossible(step: number): number {
    const timeLeft = this.readTimeLeft();
    if (timeLeft === Number.POSITIVE_INFINITY) return timeLeft;
    const eachMs = this.pace.get(step);
    if (eachMs === undefined) return FIRST_TOGETHER;
    return eachMs === 0 ? Number.POSITIVE_INFINITY : Math.floor((timeLeft - LEAST_MS) / 2 / eachMs);
  }

  private async halves<T>(reads: readonly Read<T>[], work: (reads: readonly Read<T>[]) => Promise<void>): Promise<void> {
    const open = this.open(reads);
    const [first] = open;
    if (first === undefined) return;
    try {
      await work(open);
    } catch (error) {
      if (open.length === 1 || !isLasting(error)) {
        this.fail(first.record, error);
        return;
      }
      const half = Math.ceil(open.length / 2);
      await this.halves(open.slice(0, half), work);
      await this.halves(open.slice(half), work);
    }
  }

  skip(record: DynamoDBRecord, why: string, error?: unknown): void {
    if (!this.left.some((each) => each.record === record)) this.left.push({ record, why, error });
  }

  /** Makes the stream deliver this change and all later ones again. */
  wait(record: DynamoDBRecord, why: string, error?: unknown): void {
    const place = this.places.get(record) ?? 0;
    if (place >= this.end) return;
    this.end = place;
    this.failure = { why, error };
  }

  private fail(record: DynamoDBRecord, error: unknown): void {
    const why = error instanceof Error ? error.name : typeof error;
    if (isLasting(error)) this.skip(record, why, error);
    else this.wait(record, why, error);
  }

  private open<T>(reads: readonly Read<T>[]): readonly Read<T>[] {
    return reads.filter(({ record }) => this.isOpen(record));
  }

  private isOpen(record: DynamoDBRecord): boolean {
    return (this.places.get(record) ?? 0) < this.end;
  }
}

interface Skipped {
  readonly record: DynamoDBRecord;
  readonly why: string;
  readonly error?: unknown;
}

type Noting = Pick<World, "settings" | "tables" | "clock" | "log">;

export function createSkipper({ settings, tables, clock, log }: Noting) {
  /** Ignores a failure, because the log and the metric have reported the rows. */
  async function note(reader: StreamReader, rows: readonly SkippedRow[]): Promise<void> {
    const ledger = settings[environment.ledgerTable];
    if (ledger === undefined || rows.length === 0) return;
    try {
      await noteSkipped(tables, ledger, reader, rows, new Date(clock.now()));
    } catch (error) {
      log.warn("skipped rows not noted", { reader, failure: readErrorTrace(error) });
    }
  }

  return async (reader: StreamReader, skippedRows: readonly Skipped[]): Promise<void> => {
    const at = new Date(clock.now()).toISOString();
    for (const { record, why, error } of skippedRows) {
      log.error("row skipped", { reader, ...locateRow(record), why, ...(error !== undefined && { failure: readErrorTrace(error) }) });
      log.count("RowsSkipped");
    }
    await note(
      reader,
      skippedRows.map(({ record, why }) => ({ at, ...locateRow(record), why })),
    );
  };
}

/** @default the time never ends, in suites */
export type StreamContext = Partial<Pick<Context, "getRemainingTimeInMillis">>;

export function streamReader(world: Noting, reader: StreamReader, handle: (delivery: StreamBatch) => Promise<void>) {
  const skip = createSkipper(world);
  const notes = workNotes(world, reader);
  const pace: Pace = new Map();
  return async ({ Records }: DynamoDBStreamEvent, context?: StreamContext): Promise<DynamoDBBatchResponse> => {
    const delivery = new StreamBatch(Records, context?.getRemainingTimeInMillis?.bind(context), pace);
    const [first] = Records;
    try {
      await handle(delivery);
    } catch (error) {
      // `handle` does not tell which row failed, so the stream delivers all changes again.
      if (first !== undefined) delivery.wait(first, "Failed", error);
    }
    const { skipped, waiting } = delivery;
    await skip(reader, skipped);
    if (waiting === undefined) {
      if (first !== undefined) await notes.succeeded();
      return { batchItemFailures: [] };
    }
    const { record, handled, of, why, error } = waiting;
    world.log.warn("rows wait", { reader, handled, of, why, ...(error !== undefined && { failure: readErrorTrace(error) }) });
    await notes.failed(error ?? why, { waiting: of - handled });
    return { batchItemFailures: [{ itemIdentifier: record?.dynamodb?.SequenceNumber ?? "" }] };
  };
}

/** Leaves out everything that could name a person. */
function locateRow({ dynamodb, eventSourceARN }: DynamoDBRecord): Pick<SkippedRow, "table" | "row" | "sequenceNumber"> {
  const table = eventSourceARN?.match(/:table\/([^/]+)\//)?.[1];
  const { reference, id } = dynamodb?.Keys ?? dynamodb?.NewImage ?? {};
  const row = readReference(reference?.S ?? "") ?? (/^[\w-]{22}$/.test(id?.S ?? "") ? id?.S : undefined);
  return { table, row, sequenceNumber: dynamodb?.SequenceNumber ?? "" };
}
