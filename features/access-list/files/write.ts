import type { Phase } from "./changes";

/** Batches in progress at once: enough to keep the table busy without reaching its limits. */
const BATCHES_AT_ONCE = 16;

export interface WritePart<W> {
  readonly phase: Phase;
  readonly writes: readonly W[];
}

export interface WriteOptions<P> {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  onWritten?(count: number): void;
  /** Called for each part once it and all earlier parts are written. */
  onPart?(part: P): void;
}

/**
 * Writes the plan in batches. A phase begins when every write of the previous one is done. If a batch fails or the signal aborts, the
 * batches in progress end first.
 * @param parts phase by phase
 */
export async function writeParts<W, P extends WritePart<W>>(
  parts: AsyncIterable<P>,
  write: (batch: readonly W[]) => Promise<void>,
  { batchSize, signal, onWritten, onPart }: WriteOptions<P>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const open: { readonly part: P; left: number }[] = [];
  const failures: unknown[] = [];
  const stopped = () => signal?.aborted || failures.length > 0;
  const closeParts = () => {
    for (let [first] = open; first?.left === 0; [first] = open) {
      open.shift();
      onPart?.(first.part);
    }
  };
  const begin = (batch: readonly W[], of: (typeof open)[number]) => {
    const task: Promise<void> = write(batch)
      .then(() => {
        of.left -= batch.length;
        onWritten?.(batch.length);
        closeParts();
      })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => void running.delete(task));
    running.add(task);
  };
  let phase: Phase | undefined;
  for await (const part of ahead(parts)) {
    if (phase !== part.phase) await Promise.all(running);
    phase = part.phase;
    const entry = { part, left: part.writes.length };
    open.push(entry);
    for (let at = 0; at < part.writes.length && !stopped(); at += batchSize) {
      begin(part.writes.slice(at, at + batchSize), entry);
      if (running.size >= BATCHES_AT_ONCE) await Promise.race(running);
    }
    if (stopped()) break;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  signal?.throwIfAborted();
}

async function* ahead<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = values[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      // It may be awaited later, or never.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
