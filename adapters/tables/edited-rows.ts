import { isDeepStrictEqual } from "node:util";
import { marshall } from "@aws-sdk/util-dynamodb";
import { canBeKey, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../../engine/sign-up/key-limits";
import { type AwsClient, AwsError } from "../aws/client";
import type { Item } from "./rows";
import type { TableKind } from "./tables";

/**
 * A table as people edit it by hand: a row at a time, and never over what somebody else wrote meanwhile. Lists and maps
 * are beyond what forms can show: they stay, and are not compared.
 */
export interface EditedRows {
  /** The row under a key, strongly consistent. Under what can be no key there is none. */
  get(key: Readonly<Record<string, string>>): Promise<Item | undefined>;
  /** Writes a new row. False if there is one under its key. */
  add(item: Item): Promise<boolean>;
  /** Makes a row as wanted. False if a cell of it is not as it was read. Cells that were added meanwhile stay. */
  change(standing: Item, wanted: Item): Promise<boolean>;
  /** Removes a row. False if a cell of it is not as it was read. */
  remove(standing: Item): Promise<boolean>;
  /** Every row once, in no order, a page at a time. */
  pages(): AsyncIterable<readonly Item[]>;
}

/** Rows a page: few enough that a slow line carries them within one attempt. */
const PAGE_ROWS = 500;

/** Of a table's key attributes, in their order. */
const MAX_KEY_BYTES = [MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES];

/** @param key names of the table's key attributes */
export function editedRows(client: AwsClient, tableName: string, key: TableKind["key"]): EditedRows {
  const keyOf = (item: Item): Item => Object.fromEntries(key.map((name) => [name, item[name] as Item[string]]));

  return {
    async get(at) {
      if (!key.every((name, index) => canBeKey(at[name] ?? "", MAX_KEY_BYTES[index] ?? 0))) return undefined;
      return (await client.call<{ Item?: Item }>("GetItem", { TableName: tableName, Key: marshall(at), ConsistentRead: true })).Item;
    },
    add: (item) =>
      conditionally(() =>
        client.call("PutItem", {
          TableName: tableName,
          Item: item,
          ConditionExpression: "attribute_not_exists(#key)",
          ExpressionAttributeNames: { "#key": key[0] },
        }),
      ),
    async change(standing, wanted) {
      const changed = Object.keys({ ...standing, ...wanted }).filter((name) => !isDeepStrictEqual(standing[name], wanted[name]));
      if (changed.length === 0) return true;
      const expression = new Expression();
      const set = changed.flatMap((name) =>
        wanted[name] === undefined ? [] : [`${expression.name(name)} = ${expression.value(wanted[name])}`],
      );
      const removed = changed.filter((name) => wanted[name] === undefined).map((name) => expression.name(name));
      const condition = [
        expression.asRead(standing),
        ...changed.filter((name) => standing[name] === undefined).map((name) => `attribute_not_exists(${expression.name(name)})`),
      ].join(" AND ");
      return await conditionally(() =>
        client.call("UpdateItem", {
          TableName: tableName,
          Key: keyOf(standing),
          UpdateExpression: [
            ...(set.length === 0 ? [] : [`SET ${set.join(", ")}`]),
            ...(removed.length === 0 ? [] : [`REMOVE ${removed.join(", ")}`]),
          ].join(" "),
          ConditionExpression: condition,
          ...expression.attributes(),
        }),
      );
    },
    remove(standing) {
      const expression = new Expression();
      const condition = expression.asRead(standing);
      return conditionally(() =>
        client.call("DeleteItem", {
          TableName: tableName,
          Key: keyOf(standing),
          ConditionExpression: condition,
          ...expression.attributes(),
        }),
      );
    },
    async *pages() {
      let ExclusiveStartKey: Item | undefined;
      do {
        const input = { TableName: tableName, ConsistentRead: true, Limit: PAGE_ROWS, ExclusiveStartKey };
        const page = await client.call<{ Items?: Item[]; LastEvaluatedKey?: Item }>("Scan", input);
        yield page.Items ?? [];
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    },
  };
}

/** Stands for names and values in an expression of DynamoDB's. */
class Expression {
  private readonly names = new Map<string, string>();
  private readonly values: Item[string][] = [];

  name(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const placeholder = `#c${this.names.size}`;
    this.names.set(name, placeholder);
    return placeholder;
  }

  value(value: Item[string]): string {
    return `:v${this.values.push(value) - 1}`;
  }

  /** Holds while every cell of a row is as it was read, but for lists and maps: the embedded DynamoDB never finds two equal. */
  asRead(item: Item): string {
    return Object.entries(item)
      .filter(([, cell]) => cell.L === undefined && cell.M === undefined)
      .map(([name, value]) => `${this.name(name)} = ${this.value(value)}`)
      .join(" AND ");
  }

  attributes(): object {
    return {
      ExpressionAttributeNames: Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name])),
      ExpressionAttributeValues: Object.fromEntries(this.values.map((value, index) => [`:v${index}`, value])),
    };
  }
}

async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
