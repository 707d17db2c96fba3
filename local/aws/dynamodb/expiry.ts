import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { type LocalItem, type LocalTable, localKey } from "./tables";

/** DynamoDB itself may take days. */
const ROUND_MS = 10 * 60_000;
/** Pages of a table that one round reads. The next round continues from there. */
const PAGES_PER_ROUND = 100;
const ROWS_PER_PAGE = 1_000;
/** DynamoDB ignores older times: they are probably in another unit. */
const OLDEST_SECONDS = 5 * 365 * 86_400;

/** Removes expired rows now and every ten minutes: the embedded DynamoDB does not. */
export interface Expiry {
  close(): Promise<void>;
}

/** @param onFailure receives the error; the next round tries again */
export function startExpiry(tables: readonly LocalTable[], client: AwsClient, onFailure: (error: unknown) => void): Expiry {
  const stop = new AbortController();
  const { signal } = stop;
  const round = expiryRounds(tables, client);
  const running = (async () => {
    while (!signal.aborted) {
      await round(Date.now(), signal).catch((error) => signal.aborted || onFailure(error));
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

/** Returns a function that runs one round. */
export function expiryRounds(tables: readonly LocalTable[], client: AwsClient): (now: number, signal?: AbortSignal) => Promise<void> {
  const places = new Map<LocalTable, LocalItem | undefined>();

  async function removeFrom(table: LocalTable, attribute: string, now: number, signal: AbortSignal | undefined): Promise<void> {
    const seconds = Math.floor(now / 1_000);
    const expression = "#expiry BETWEEN :oldest AND :now";
    const values = {
      ExpressionAttributeNames: { "#expiry": attribute },
      ExpressionAttributeValues: { ":oldest": { N: String(seconds - OLDEST_SECONDS) }, ":now": { N: String(seconds) } },
    };
    for (let page = 0; page < PAGES_PER_ROUND; page++) {
      const ExclusiveStartKey = places.get(table);
      const { Items, LastEvaluatedKey } = await client.call<{ Items: readonly LocalItem[]; LastEvaluatedKey?: LocalItem }>(
        "Scan",
        {
          TableName: table.name,
          Limit: ROWS_PER_PAGE,
          FilterExpression: expression,
          ...values,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        },
        signal,
      );
      for (const item of Items) {
        // The row may have been extended meanwhile.
        const input = { TableName: table.name, Key: localKey(item, table), ConditionExpression: expression, ...values };
        await client.call("DeleteItem", input, signal).catch(unlessRefused);
      }
      places.set(table, LastEvaluatedKey);
      if (LastEvaluatedKey === undefined) return;
    }
  }

  return async (now, signal) => {
    for (const table of tables) {
      if (table.expiryAttribute !== undefined) await removeFrom(table, table.expiryAttribute, now, signal);
    }
  };
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof AwsError) || error.name !== "ConditionalCheckFailedException") throw error;
}
