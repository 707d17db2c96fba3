import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, backoff } from "../aws/client";
import type { Item } from "./rows";

/** DynamoDB's own limit of one BatchWriteItem. */
export const MAX_WRITES = 25;
/** How often in a row nothing of a batch may be taken before it fails: some half a minute. */
const MAX_IDLE_TRIES = 20;

/** One row to put in place of whatever stands under its key, or to delete. */
export type WriteRequest = { readonly PutRequest: { readonly Item: Item } } | { readonly DeleteRequest: { readonly Key: Item } };

/** Writes up to 25 rows of different keys, each by itself, under no condition. Resolves when DynamoDB has taken all of them. */
export async function batchWrite(client: AwsClient, tableName: string, requests: readonly WriteRequest[]): Promise<void> {
  let pending = requests;
  for (let idle = 0; ; ) {
    const left = await attempt(client, tableName, pending);
    if (left.length === 0) return;
    idle = left.length < pending.length ? 0 : idle + 1;
    if (idle >= MAX_IDLE_TRIES) throw new Error("DynamoDB takes no more writes: its limits are reached.");
    pending = left;
    await sleep(backoff(idle + 1));
  }
}

const throttled = new Set(["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]);

/** Answers what was not taken. */
async function attempt(client: AwsClient, tableName: string, requests: readonly WriteRequest[]): Promise<readonly WriteRequest[]> {
  try {
    const input = { RequestItems: { [tableName]: requests } };
    const output = await client.call<{ UnprocessedItems?: Record<string, readonly WriteRequest[]> }>("BatchWriteItem", input);
    return output.UnprocessedItems?.[tableName] ?? [];
  } catch (error) {
    if (error instanceof AwsError && throttled.has(error.name)) return requests;
    throw error;
  }
}
