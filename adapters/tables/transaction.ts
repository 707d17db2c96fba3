import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, backoff } from "../aws/client";
import type { Item } from "./item";
import { type TableWrite, writeInput } from "./table";

/** DynamoDB's limit for a transaction. */
export const MAX_TRANSACTED = 100;

/** If nothing was written, `refused` contains each write whose condition failed: the write's index and the current row. */
export type TransactionResult =
  | { readonly written: true }
  | { readonly written: false; readonly refused: ReadonlyMap<number, Item | undefined> };

interface Reason {
  readonly Code?: string;
  readonly Item?: Item;
}

/** Codes of cancellation reasons after which a retry can succeed. */
const later = new Set(["None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"]);
const MAX_TRIES = 10;

/** Writes all rows or none. A caller that repeats a transaction cannot distinguish rows of its first attempt from another caller's rows. */
export async function transact(client: AwsClient, writes: readonly TableWrite[]): Promise<TransactionResult> {
  const TransactItems = writes.map((each) => ({ [each.operation]: writeInput(each) }));
  for (let count = 1; ; count++) {
    try {
      await client.call("TransactWriteItems", { TransactItems });
      return { written: true };
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== "TransactionCanceledException") throw error;
      const reasons = (error.body.CancellationReasons ?? []) as readonly Reason[];
      const refusedItems = reasons.flatMap(({ Code, Item }, index) => (Code === "ConditionalCheckFailed" ? [[index, Item] as const] : []));
      if (refusedItems.length > 0) return { written: false, refused: new Map(refusedItems) };
      if (count >= MAX_TRIES || !reasons.every(({ Code = "None" }) => later.has(Code))) throw error;
      await sleep(backoff(count));
    }
  }
}
