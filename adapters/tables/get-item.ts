import { canBeKey, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../../engine/table-keys";
import { type Item, toItem } from "./item";
import type { DynamoTable } from "./table";

/** Of a table's key attributes, in their order. */
const MAX_KEY_BYTES = [MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES];

/** The row under a key, strongly consistent. Under what can be no key there is none. */
export async function getItem({ client, name, key }: DynamoTable, at: Readonly<Record<string, string>>): Promise<Item | undefined> {
  if (!key.every((attribute, index) => canBeKey(at[attribute] ?? "", MAX_KEY_BYTES[index]))) return undefined;
  return (await client.call<{ Item?: Item }>("GetItem", { TableName: name, Key: toItem(at), ConsistentRead: true })).Item;
}
