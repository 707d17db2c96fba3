import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClient } from "../../../adapters/aws/client";
import { between } from "../../../adapters/tables/conditions";
import { readPages } from "../../../adapters/tables/search";
import { type DynamoTable, deleteItem } from "../../../adapters/tables/table";
import type { LocalTable } from "./tables";

/** Time between two removals. DynamoDB itself may remove an expired row only days later. */
const ROUND_MS = 10 * 60_000;
const ROWS_PER_PAGE = 1_000;
/** Rows that expired longer ago than this are not removed, as in DynamoDB: their times are probably in another unit. */
const OLDEST_SECONDS = 5 * 365 * 86_400;

/**
 * Removes expired rows now and every ten minutes, because the embedded DynamoDB does not.
 * @param onFailure receives the error; the next round tries again
 */
export function startExpiry(tables: readonly LocalTable[], client: AwsClient, onFailure: (error: unknown) => void) {
  const stop = new AbortController();
  const { signal } = stop;
  const running = (async () => {
    while (!signal.aborted) {
      await removeExpired(tables, client, Date.now(), signal).catch((error) => signal.aborted || onFailure(error));
      await sleep(ROUND_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

/** @param now epoch milliseconds @param signal stops the removal of further rows */
export async function removeExpired(tables: readonly LocalTable[], client: AwsClient, now: number, signal?: AbortSignal): Promise<void> {
  const seconds = Math.floor(now / 1_000);
  for (const { name, keyAttributes: key, expiryAttribute } of tables) {
    if (expiryAttribute === undefined) continue;
    const table = { client, name, key: key as DynamoTable["key"] };
    const isExpired = between(expiryAttribute, { N: String(seconds - OLDEST_SECONDS) }, { N: String(seconds) });
    for await (const items of readPages(table, { filter: isExpired, limit: ROWS_PER_PAGE })) {
      for (const item of items) {
        if (signal?.aborted) return;
        // The row may have got a later expiry since the read.
        await deleteItem(table, item, isExpired);
      }
    }
  }
}
