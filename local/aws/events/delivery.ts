import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseJsonObject } from "../../../engine/json";
import type { LocalFunction } from "../functions/function-thread";
import { calledBy, type Functions } from "../functions/functions";
import type { Resource } from "../template";

export interface DeliveryOptions<R> {
  readonly batchSize: number;
  /** Milliseconds to gather records for a batch. */
  readonly waitMs: number;
  /** Infinity: tries until the record passes. */
  readonly maxTries: number;
  retryMs(tries: number): number;
  /**
   * If true, the first failed record and all later records are delivered again. If any record has passed, the count of tries restarts. If
   * false, only the failed records are delivered again.
   */
  readonly isOrdered: boolean;
  readonly bisect?: boolean;
  idOf(record: R): string | undefined;
  /** The record as the function's event contains it. */
  show(record: R, tries: number): object;
  dropText(tries: number, count: number): string;
  /** Called once for each record that is not delivered again: it was handled, or dropped. */
  onEnd(record: R): void;
}

/**
 * Delivers one batch at a time. If the source is not ordered, failed records do not delay others.
 */
export class RecordDelivery<R> {
  readonly target: LocalFunction;
  private running: Promise<void> = Promise.resolve();
  private retrying: Promise<unknown> = Promise.resolve();
  private readonly waiting: R[] = [];
  private readonly reportsFailures: boolean;
  private isRunning = false;

  /** @param onDropped receives a sentence when records are dropped */
  constructor(
    mapping: Resource,
    functions: Functions,
    private readonly options: DeliveryOptions<R>,
    private readonly onDropped: (why: string) => void,
  ) {
    this.target = calledBy(mapping, functions);
    this.reportsFailures = mapping.property<string[]>("FunctionResponseTypes")?.includes("ReportBatchItemFailures") ?? false;
  }

  offer(record: R): void {
    this.waiting.push(record);
    if (!this.isRunning) this.running = this.run();
  }

  async drain(): Promise<void> {
    for (let retries: unknown; retries !== this.retrying; ) {
      retries = this.retrying;
      await this.running;
      await retries;
    }
  }

  private async run(): Promise<void> {
    const { waitMs, batchSize } = this.options;
    this.isRunning = true;
    while (this.waiting.length > 0) {
      if (waitMs > 0) await sleep(waitMs);
      await this.deliver(this.waiting.splice(0, batchSize));
    }
    this.isRunning = false;
  }

  private async deliver(batch: readonly R[], earlierTries = 0): Promise<void> {
    const { isOrdered, bisect, maxTries, retryMs, dropText, onEnd } = this.options;
    let rest = batch;
    for (let tries = earlierTries + 1; ; tries++) {
      const failedRecords = await this.attempt(rest, tries);
      for (const record of rest) if (!failedRecords.includes(record)) onEnd(record);
      if (failedRecords.length === 0) return;
      if (isOrdered && failedRecords.length < rest.length) tries = 1;
      rest = failedRecords;
      if (bisect && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        await this.deliver(rest.slice(0, middle));
        return await this.deliver(rest.slice(middle));
      }
      if (tries >= maxTries) {
        for (const record of rest) onEnd(record);
        return this.onDropped(`${this.target.name} ${dropText(tries, rest.length)}: dropped.`);
      }
      const wait = sleep(retryMs(tries));
      if (!isOrdered) {
        const again = wait.then(() => this.deliver(rest, tries));
        this.retrying = Promise.all([this.retrying, again]);
        return;
      }
      await wait;
    }
  }

  /** Returns the records to deliver again. */
  private async attempt(batch: readonly R[], tries: number): Promise<readonly R[]> {
    const { isOrdered, idOf, show } = this.options;
    const { outcome } = await this.target.invoke({ Records: batch.map((record) => show(record, tries)) });
    if (!outcome.ok) return batch;
    const { batchItemFailures: failures = [] } = ((this.reportsFailures && outcome.value) || {}) as Failures;
    const ids = failures.map(({ itemIdentifier }) => itemIdentifier);
    // An identifier that matches no record fails the whole batch.
    if (!ids.every((id) => batch.some((record) => idOf(record) === id))) return batch;
    const failedRecords = batch.filter((record) => ids.includes(idOf(record)));
    return isOrdered && failedRecords[0] !== undefined ? batch.slice(batch.indexOf(failedRecords[0])) : failedRecords;
  }
}

interface Failures {
  readonly batchItemFailures?: readonly { readonly itemIdentifier?: string }[];
}

/** Keeps what is on its way to functions, so that a killed process delivers it at its next start. */
export interface Journal<T> {
  /** What an earlier process did not deliver, the oldest first. */
  readonly left: readonly T[];
  keep(id: string, entry: T): void;
  settle(id: string): void;
}

interface Line<T> {
  readonly id: string;
  /** Absent once the entry is delivered. */
  readonly entry?: T;
}

export const noJournal: Journal<never> = { left: [], keep: () => undefined, settle: () => undefined };

/** @param file a file that only the owner can read, because entries hold rows */
export function openJournal<T>(file: string): Journal<T> {
  const open = new Map<string, T>();
  // A kill can cut off the last line.
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  for (const { id, entry } of lines.flatMap((line) => (parseJsonObject(line) as Line<T> | undefined) ?? [])) {
    if (entry === undefined) open.delete(id);
    else open.set(id, entry);
  }
  const write = (line: Line<T>) => `${JSON.stringify(line)}\n`;
  writeFileSync(file, [...open].map(([id, entry]) => write({ id, entry })).join(""), { mode: 0o600 });
  return {
    left: [...open.values()],
    keep(id, entry) {
      open.set(id, entry);
      appendFileSync(file, write({ id, entry }));
    },
    settle(id) {
      if (!open.delete(id)) return;
      try {
        if (open.size === 0) truncateSync(file);
        else appendFileSync(file, write({ id }));
      } catch {
        // The data folder is gone, as after the end of a temporary one. Otherwise, the entry is delivered once more.
      }
    },
  };
}
