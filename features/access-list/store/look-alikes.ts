import type { AwsClient } from "../../../adapters/aws/client";
import { toRow } from "../../../adapters/tables/item";
import { type ListWords, type LookAlikes, lookAlikes } from "../../look-alikes/store";
import { isLive, readRow } from "../row";
import { accessListStore } from "./access-list";

/** The domains that a deployment knows, and those that look like them. @param nameOf the deployed name of a table */
export function lookAlikesAt(
  client: AwsClient,
  nameOf: (table: "accessList" | "ledger") => string,
  now: () => Date = () => new Date(),
): LookAlikes {
  const store = accessListStore(client, nameOf("accessList"));
  const listed: ListWords = async (keys) => {
    const found = [...(await store.many(keys))].map(([key, item]) => [key, readRow(toRow(item))] as const);
    return new Map(found.flatMap(([key, row]) => (isLive(row, now()) ? [[key, row.effect] as const] : [])));
  };
  return lookAlikes(client, nameOf("ledger"), listed, now);
}
