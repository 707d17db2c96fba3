import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, backoff } from "../aws/client";
import type { Item } from "./item";
import { type TableWrite, writeInput } from "./table";

/** DynamoDB's own limit of one transaction. */
export const MAX_TRANSACTED = 100;

/** A transaction's result. If nothing was written: the place and the row of each write whose condition failed. */
export type TransactionResult =
  | { readonly written: true }
  | { readonly written: false; readonly refused: ReadonlyMap<number, Item | undefined> };

interface Reason {
  readonly Code?: string;
  readonly Item?: Item;
}

/** Codes of a reason that say: later. */
const later = new Set(["None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"]);
/** Tries of a transaction while others hold its rows. */
const MAX_TRIES = 10;

/** Makes all of some writes of different rows, or none. A caller that repeats it finds its own rows there, and cannot tell the two apart. */
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
