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

/** Makes all writes, or none of them. */
export type WriteTogether = (writes: readonly TableWrite[]) => Promise<TransactionResult>;

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
      if (count >= MAX_TRIES || !reasons.every(({ Code = "None" }) => retriedReasons.has(Code))) throw error;
      await sleep(backoff(count));
    }
  }
}

interface Reason {
  readonly Code?: string;
  readonly Item?: Item;
}

const retriedReasons = new Set(["None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"]);
const MAX_TRIES = 10;

/** How a store changes a row, if its caller has read the row or writes something else with it. */
export interface ChangeOptions<Row> {
  readonly signal?: AbortSignal | undefined;
  /** The row as the caller has just read it. It is read again if it has changed since, or if the change is refused. @default it is read */
  readonly read?: { readonly row: Row | undefined } | undefined;
  /** @default the row alone is written */
  readonly write?: WriteTogether | undefined;
}

/**
 * Applies a change to the row that the caller has read or, if there is none or the change is refused, to the row as it stands.
 * @param source gives up its row, so that the next call reads
 */
export async function applyToRow<Row, Result extends { readonly ok: boolean }>(
  source: { read?: ChangeOptions<Row>["read"] },
  get: () => Promise<Row | undefined>,
  transition: (row: Row | undefined) => Result,
): Promise<Result> {
  const first = source.read && transition(source.read.row);
  source.read = undefined;
  return first?.ok ? first : transition(await get());
}
