import { setTimeout as sleep } from "node:timers/promises";
import type { ListedDecision } from "../../adapters/tables/decisions";
import { interruptible } from "../long-tasks/interruption";

const EVERY_MS = 2_000;
/**
 * How far each look goes back, and ahead: a record bears the time at which its call came in, and appears up to 20 s
 * later; this machine's clock may be wrong by about a minute.
 */
const OVERLAP_MS = 90_000;

interface Following {
  /** The most earlier records to show first, none older than `from`. */
  readonly backlog: number;
  readonly from: Date;
  print(records: readonly ListedDecision[]): Promise<void>;
}

/** Shows decisions as they come, the oldest first, until Ctrl-C. @param between newest first */
export async function follow(
  between: (from: Date, to: Date) => AsyncIterable<ListedDecision>,
  { backlog, from, print }: Following,
): Promise<void> {
  /** What has been seen -> when it was decided. */
  const seen = new Map<string, number>();

  async function look(first: boolean): Promise<readonly ListedDecision[]> {
    const now = Date.now();
    const recent = now - OVERLAP_MS;
    const start = first ? Math.min(from.getTime(), recent) : recent;
    const fresh: ListedDecision[] = [];
    for await (const record of between(new Date(start), new Date(now + OVERLAP_MS))) {
      const at = Date.parse(record.at);
      if (first && fresh.length >= backlog && at < recent) break;
      const key = `${record.id}.${record.revision}`;
      const wanted = first ? fresh.length < backlog && at >= from.getTime() : !seen.has(key);
      if (wanted) fresh.push(record);
      seen.set(key, at);
    }
    for (const [key, at] of seen) if (at < recent - OVERLAP_MS) seen.delete(key);
    return fresh.reverse();
  }

  await interruptible(async ({ signal }) => {
    for (let first = true; !signal.aborted; first = false) {
      await print(await look(first));
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  });
}
