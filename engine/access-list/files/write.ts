import { phases, type RowWrite } from "./changes";
import type { ImportPlan } from "./plan";
import type { Queue } from "./workspace";

/** Batches in progress at once: enough to keep the table busy without reaching its limits. */
const BATCHES_AT_ONCE = 8;

export interface WriteOptions {
  /** The most rows that one call of `write` takes. */
  readonly batchSize: number;
  readonly signal?: AbortSignal;
  onWritten?(count: number): void;
}

/**
 * Writes what is planned, in batches: a phase begins when every write of the one before is done. When a batch fails or the
 * signal aborts, the batches in progress end first.
 */
export async function writeImport(
  { writes }: Pick<ImportPlan, "writes">,
  write: (batch: readonly RowWrite[]) => Promise<void>,
  { batchSize, signal, onWritten }: WriteOptions,
): Promise<void> {
  for (const phase of phases) {
    const batches = batchesOf(writes[phase], batchSize);
    let stopped = false;
    const worker = async () => {
      for await (const batch of shared(batches)) {
        if (signal?.aborted || stopped) return;
        await write(batch).catch((error) => {
          stopped = true;
          throw error;
        });
        onWritten?.(batch.length);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: BATCHES_AT_ONCE }, worker));
    const failed = ended.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    signal?.throwIfAborted();
  }
}

async function* batchesOf<T>(queue: Queue<T>, size: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const block of queue.blocks()) {
    for (const value of block) {
      batch.push(value);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Several readers take turns: one that stops does not end it for the others. */
function shared<T>(values: AsyncGenerator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => values.next() }) };
}
