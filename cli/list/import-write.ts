import { MAX_WRITES, type WriteRequest } from "../../adapters/tables/batch-write";
import type { Spool } from "./spool";

/** Batches under way together: as many as keep the table busy without stirring its limits. */
const BATCHES_AT_ONCE = 8;

/**
 * Writes one queue after the other, a batch at a time. A queue begins when every write of the one before is done. Where a
 * batch fails or the signal aborts, those under way end first.
 */
export async function writeInOrder(
  queues: readonly Spool<WriteRequest>[],
  write: (requests: readonly WriteRequest[]) => Promise<void>,
  { signal, onWritten }: { readonly signal: AbortSignal; onWritten(count: number): void },
): Promise<void> {
  for (const queue of queues) {
    const batches = batchesOf(queue);
    const stop = new AbortController();
    const worker = async () => {
      for await (const batch of shared(batches)) {
        if (signal.aborted || stop.signal.aborted) return;
        await write(batch).catch((error) => {
          stop.abort();
          throw error;
        });
        onWritten(batch.length);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: BATCHES_AT_ONCE }, worker));
    const failed = ended.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    signal.throwIfAborted();
  }
}

async function* batchesOf(queue: Spool<WriteRequest>): AsyncGenerator<readonly WriteRequest[]> {
  let batch: WriteRequest[] = [];
  for await (const block of queue.blocks()) {
    for (const request of block) {
      batch.push(request);
      if (batch.length < MAX_WRITES) continue;
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
