import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { recordId } from "../../engine/sign-up/records";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Put, Reserve, TableName, Write } from "../../engine/sign-up/verdict";
import { type AwsClient, AwsError, backoff } from "../aws/client";
import { required } from "../aws/environment";
import { tables } from "./tables";

/** DynamoDB's own limit of one BatchGetItem. A sign-up needs fewer. */
const MAX_KEYS_PER_READ = 100;

/** A row as DynamoDB spells it: `{ entry: { S: "contoso.com" } }`. */
export type Item = Record<string, AttributeValue>;
interface KeysAndAttributes {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}
type RequestItems = Readonly<Record<string, KeysAndAttributes>>;
interface BatchGetOutput {
  readonly Responses: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: RequestItems;
}

/** Reads and conditional writes of single rows, over any of the tables. */
export interface Rows {
  /**
   * All rows under the keys, strongly consistent, by `recordId`. Rejects unless every key was read.
   * @param optional more keys for the same call, of tables that `keys` do not name: whatever keeps these from being read
   * costs the others no more than a second try
   */
  read(keys: readonly RecordKey[], signal?: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** One conditional write. False if the condition does not hold; true also where it was made already. */
  write(write: Write, signal?: AbortSignal): Promise<boolean>;
}

/** @param nameOf the deployed name of a table; by default from the variable that the stack sets */
export function rows(client: AwsClient, nameOf: (table: TableName) => string = (table) => required(tables[table].variable)): Rows {
  async function readBatch(
    keys: readonly RecordKey[],
    signal: AbortSignal | undefined,
    patient: (name: string) => boolean,
  ): Promise<(readonly [string, Row])[]> {
    const byName = new Map(keys.map(({ table }) => [nameOf(table), table]));
    const asked = new Set(keys.map(recordId));
    const found: (readonly [string, Row])[] = [];
    let pending: RequestItems = requestItems(keys, nameOf);
    for (let count = 1; ; count++) {
      const output = await client.call<BatchGetOutput>("BatchGetItem", { RequestItems: pending }, signal);
      assertAnswered(output);
      for (const [name, items] of Object.entries(output.Responses)) {
        found.push(...items.map((item) => identified(byName.get(name) as TableName, item)));
      }
      if (found.some(([id]) => !asked.has(id))) {
        throw new Error("A read answered with a row that it was not asked for.");
      }
      pending = Object.fromEntries(Object.entries(output.UnprocessedKeys ?? {}).filter(([name]) => patient(name)));
      if (Object.keys(pending).length === 0) return found;
      await sleep(backoff(count), undefined, { signal });
    }
  }

  async function readAll(
    keys: readonly RecordKey[],
    signal: AbortSignal | undefined,
    patient: (name: string) => boolean,
  ): Promise<ReadonlyMap<string, Row>> {
    const batches: RecordKey[][] = [];
    for (let start = 0; start < keys.length; start += MAX_KEYS_PER_READ) batches.push(keys.slice(start, start + MAX_KEYS_PER_READ));
    return new Map((await Promise.all(batches.map((batch) => readBatch(batch, signal, patient)))).flat());
  }

  return {
    async read(keys, signal, optional = []) {
      const patient = (name: string) => keys.some(({ table }) => nameOf(table) === name);
      try {
        return await readAll([...optional, ...keys], signal, patient);
      } catch (error) {
        if (optional.length === 0 || signal?.aborted) throw error;
        return await readAll(keys, signal, patient);
      }
    },
    async write(write, signal) {
      try {
        const [operation, input] = "item" in write ? putOf(write) : takeOf(write);
        await client.call(operation, { TableName: nameOf(write.table), ...input }, signal);
        return true;
      } catch (error) {
        if (!(error instanceof AwsError) || error.name !== "ConditionalCheckFailedException") throw error;
        // An attempt whose answer got lost has written this row: its repeat finds it.
        return "item" in write && error.body.Item !== undefined && isDeepStrictEqual(toRow(error.body.Item as Item), write.item);
      }
    },
  };
}

/** Something in between may answer in DynamoDB's stead; an answer without rows would admit people. */
function assertAnswered(output: BatchGetOutput | null): void {
  if (typeof output?.Responses !== "object" || output.Responses === null) throw new Error("What came back is no answer of DynamoDB's.");
}

function requestItems(keys: readonly RecordKey[], nameOf: (table: TableName) => string): RequestItems {
  const items: Record<string, { Keys: Item[]; ConsistentRead: true }> = {};
  for (const { table, key } of keys) {
    const name = nameOf(table);
    items[name] ??= { Keys: [], ConsistentRead: true };
    items[name].Keys.push(marshall(key));
  }
  return items;
}

function identified(table: TableName, item: Item): readonly [string, Row] {
  const row = toRow(item);
  return [recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(row[name])])) }), row];
}

/** A row as plain values. Numbers too large for JavaScript lose digits rather than make the row unreadable. */
export function toRow(item: Item): Row {
  const row = unmarshall(item, { wrapNumbers: Number });
  // Rows are shown to rules frozen, and a set cannot be.
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell instanceof Set ? [...cell] : cell]));
}

function putOf({ table, item, condition }: Put): readonly [string, object] {
  return ["PutItem", { Item: marshall(item), ...conditionOf(table, condition), ReturnValuesOnConditionCheckFailure: "ALL_OLD" }];
}

function conditionOf(table: TableName, condition: Put["condition"]): object {
  if (condition === "absent") {
    return { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": tables[table].key[0] } };
  }
  const pairs = Object.entries(condition);
  return {
    ConditionExpression: pairs.map((_, index) => `#a${index} = :v${index}`).join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(pairs.map(([name], index) => [`#a${index}`, name])),
    ExpressionAttributeValues: marshall(Object.fromEntries(pairs.map(([, value], index) => [`:v${index}`, value]))),
  };
}

/** Whoever holds a place already passes the condition again, so a repeat needs no look at the row. */
function takeOf({ key, slots, holder, atMost, set = {} }: Reserve): readonly [string, object] {
  const more = Object.entries(set);
  const assignments = more.map((_, index) => `#a${index} = :v${index}`).join(", ");
  return [
    "UpdateItem",
    {
      Key: marshall(key),
      UpdateExpression: `ADD #places :holders${assignments && ` SET ${assignments}`}`,
      ConditionExpression: "attribute_not_exists(#places) OR contains(#places, :holder) OR size(#places) < :atMost",
      ExpressionAttributeNames: { "#places": slots, ...Object.fromEntries(more.map(([name], index) => [`#a${index}`, name])) },
      ExpressionAttributeValues: {
        ":holders": { SS: [holder] },
        ...marshall({ ":holder": holder, ":atMost": atMost, ...Object.fromEntries(more.map(([, value], index) => [`:v${index}`, value])) }),
      },
    },
  ];
}
