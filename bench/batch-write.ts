import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, backoff } from "../adapters/aws/client";
import { MAX_IDLE_TRIES, throttledNames } from "../adapters/tables/conditional-batch";
import type { Item } from "../adapters/tables/item";

/** DynamoDB's limit for one BatchWriteItem. */
export const MAX_WRITES = 25;

export type WriteRequest = { readonly PutRequest: { readonly Item: Item } } | { readonly DeleteRequest: { readonly Key: Item } };

/** Writes up to 25 rows with different keys, without conditions. Resolves when DynamoDB has accepted all rows. */
export async function batchWrite(client: AwsClient, tableName: string, requests: readonly WriteRequest[]): Promise<void> {
  let pending = requests;
  for (let idle = 0; ; ) {
    const remainingRequests = await writeBatch(client, tableName, pending);
    if (remainingRequests.length === 0) return;
    idle = remainingRequests.length < pending.length ? 0 : idle + 1;
    if (idle >= MAX_IDLE_TRIES) throw new Error("DynamoDB takes no more writes: its limits are reached.");
    pending = remainingRequests;
    await sleep(backoff(idle + 1));
  }
}

const AT_ONCE = 16;

/** The rows must have different keys. */
export async function putAll(client: AwsClient, tableName: string, rows: Iterable<Item>): Promise<void> {
  const batches = cutBatches(rows);
  const work = async () => {
    for (const puts of batches) await batchWrite(client, tableName, puts);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function* cutBatches(rows: Iterable<Item>): Generator<readonly WriteRequest[]> {
  let batch: WriteRequest[] = [];
  for (const Item of rows) {
    batch.push({ PutRequest: { Item } });
    if (batch.length < MAX_WRITES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function writeBatch(client: AwsClient, tableName: string, requests: readonly WriteRequest[]): Promise<readonly WriteRequest[]> {
  try {
    const input = { RequestItems: { [tableName]: requests } };
    const output = await client.call<{ UnprocessedItems?: Record<string, readonly WriteRequest[]> }>("BatchWriteItem", input);
    return output.UnprocessedItems?.[tableName] ?? [];
  } catch (error) {
    if (error instanceof AwsError && throttledNames.has(error.name)) return requests;
    throw error;
  }
}
