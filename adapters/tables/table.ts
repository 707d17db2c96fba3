import { setTimeout as sleep } from "node:timers/promises";
import { canBeKey, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../../engine/table-keys";
import { type AwsClient, AwsError, backoff } from "../aws/client";
import { type Item, toItem } from "./item";
import type { TableKind } from "./tables";

// DynamoDB's basic operations: functions instead of methods, so that a bundle contains only those that it uses.

export interface DynamoTable extends Pick<TableKind, "key"> {
  readonly client: AwsClient;
  readonly name: string;
}

/** If the condition failed: `current` is the row, if there is one. */
export type WriteResult = { readonly written: true } | { readonly written: false; readonly current: Item | undefined };

export interface TableWrite {
  readonly table: DynamoTable;
  readonly operation: "Put" | "Update" | "Delete";
  readonly input: object;
  readonly expressions: Parameters<typeof buildExpressions>[0];
}

export function putting(table: DynamoTable, item: Item, condition?: Expression): TableWrite {
  return { table, operation: "Put", input: { Item: item }, expressions: { ConditionExpression: condition } };
}

/** @param item contains the row's key; other attributes are ignored */
export function changing(table: DynamoTable, item: Item, update: Update | Expression, condition?: Expression): TableWrite {
  const expressions = { UpdateExpression: typeof update === "function" ? update : updating(update), ConditionExpression: condition };
  return { table, operation: "Update", input: { Key: itemKey(table, item) }, expressions };
}

/** @param item contains the row's key; other attributes are ignored */
export function deleting(table: DynamoTable, item: Item, condition?: Expression): TableWrite {
  return { table, operation: "Delete", input: { Key: itemKey(table, item) }, expressions: { ConditionExpression: condition } };
}

export function putItem(table: DynamoTable, item: Item, condition?: Expression, signal?: AbortSignal): Promise<WriteResult> {
  return writeAlone(putting(table, item, condition), signal);
}

export function updateItem(
  table: DynamoTable,
  item: Item,
  update: Update | Expression,
  condition?: Expression,
  signal?: AbortSignal,
): Promise<WriteResult> {
  return writeAlone(changing(table, item, update, condition), signal);
}

export function deleteItem(table: DynamoTable, item: Item, condition?: Expression): Promise<WriteResult> {
  return writeAlone(deleting(table, item, condition));
}

function itemKey({ key }: DynamoTable, item: Item): Item {
  return Object.fromEntries(key.map((name) => [name, item[name] as Item[string]]));
}

export function writeInput({ table, input, expressions }: TableWrite): object {
  return { TableName: table.name, ...input, ...buildExpressions(expressions), ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
}

/** Limits the tries while a transaction locks the row. */
const MAX_CONFLICTS = 10;

export async function writeAlone(tableWrite: TableWrite, signal?: AbortSignal): Promise<WriteResult> {
  for (let count = 1; ; count++) {
    try {
      await tableWrite.table.client.call(`${tableWrite.operation}Item`, writeInput(tableWrite), signal);
      return { written: true };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.name === "ConditionalCheckFailedException") return { written: false, current: error.body.Item as Item | undefined };
      if (error.name !== "TransactionConflictException" || count >= MAX_CONFLICTS) throw error;
      await sleep(backoff(count), undefined, { signal });
    }
  }
}

/** The maximum number of keys in a BatchGetItem. */
export const MAX_READS = 100;

export interface Address {
  readonly tableName: string;
  readonly key: Item;
}

type KeysByTable = Readonly<Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead: true }>>;

interface BatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for a key left unprocessed `times` times. False: the key's row counts as absent. @default true: the key is requested again */
  readonly patient?: Patience;
  /** The columns to read, from `buildProjection`. @default all columns */
  readonly projection?: object;
}

/** Reads with strong consistency. Rejects if a key was not read, unless `patient` lets the key's row count as absent. */
export async function batchGet(
  client: AwsClient,
  addresses: readonly Address[],
  { signal, patient = () => true, projection = {} }: BatchOptions = {},
): Promise<readonly (readonly [string, Item])[]> {
  const batches: (readonly Address[])[] = [];
  for (let start = 0; start < addresses.length; start += MAX_READS) batches.push(addresses.slice(start, start + MAX_READS));
  return (await Promise.all(batches.map((batch) => getBatch(client, groupByTable(batch, projection), signal, patient)))).flat();
}

type Patience = (tableName: string, key: Item, times: number) => boolean;

interface BatchGetOutput {
  readonly Responses: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: KeysByTable;
}

async function getBatch(
  client: AwsClient,
  keys: KeysByTable,
  signal: AbortSignal | undefined,
  patient: Patience,
): Promise<readonly (readonly [string, Item])[]> {
  const foundItems: (readonly [string, Item])[] = [];
  let pending = keys;
  for (let count = 1; ; count++) {
    const output = await client.call<BatchGetOutput | null>("BatchGetItem", { RequestItems: pending }, signal);
    // Without this check, the answer of a proxy, for example, would count as an answer without rows, and people would be admitted.
    if (typeof output?.Responses !== "object" || output.Responses === null) throw new Error("What came back is no answer of DynamoDB's.");
    for (const [name, items] of Object.entries(output.Responses)) foundItems.push(...items.map((item) => [name, item] as const));
    const leftKeys = Object.entries(output.UnprocessedKeys ?? {}).map(([name, { Keys, ...how }]) => {
      return [name, { ...how, Keys: Keys.filter((key) => patient(name, key, count)) }] as const;
    });
    pending = Object.fromEntries(leftKeys.filter(([, { Keys }]) => Keys.length > 0));
    if (Object.keys(pending).length === 0) return foundItems;
    await sleep(backoff(count), undefined, { signal });
  }
}

function groupByTable(addresses: readonly Address[], projection: object): KeysByTable {
  const keys: Record<string, { Keys: Item[]; ConsistentRead: true }> = {};
  for (const { tableName, key } of addresses) {
    keys[tableName] ??= { Keys: [], ConsistentRead: true, ...projection };
    keys[tableName].Keys.push(key);
  }
  return keys;
}

/** Placeholders stand for names and values, so any name is safe. */
export type Expression = (placeholders: Placeholders) => string;

class Placeholders {
  private readonly names = new Map<string, string>();
  private readonly values: Item[string][] = [];

  name(name: string): string {
    const placeholder = this.names.get(name) ?? `#n${this.names.size}`;
    this.names.set(name, placeholder);
    return placeholder;
  }

  value(value: Item[string]): string {
    return `:v${this.values.push(value) - 1}`;
  }

  /** Leaves out empty members, because DynamoDB refuses them. */
  attributes(): object {
    return {
      ...(this.names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name])),
      }),
      ...(this.values.length > 0 && {
        ExpressionAttributeValues: Object.fromEntries(this.values.map((value, index) => [`:v${index}`, value])),
      }),
    };
  }
}

/** @param expressions by the request's member, such as ConditionExpression */
export function buildExpressions(expressions: Readonly<Record<string, Expression | undefined>>): object {
  const placeholders = new Placeholders();
  const members = Object.entries(expressions).flatMap(([member, write]) => (write === undefined ? [] : [[member, write(placeholders)]]));
  return { ...Object.fromEntries(members), ...placeholders.attributes() };
}

export function eitherHolds(one: Expression, other: Expression): Expression {
  return (placeholders) => `${one(placeholders)} OR ${other(placeholders)}`;
}

export function absent(name: string): Expression {
  return (placeholders) => `attribute_not_exists(${placeholders.name(name)})`;
}

export function equal(cells: Item): Expression {
  return (placeholders) =>
    Object.entries(cells)
      .map(([name, value]) => `${placeholders.name(name)} = ${placeholders.value(value)}`)
      .join(" AND ");
}

export function below(name: string, value: Item[string]): Expression {
  return (placeholders) => `${placeholders.name(name)} < ${placeholders.value(value)}`;
}

export interface Update {
  /** Members to add to sets, and amounts to add to numbers. */
  readonly add?: Item;
  readonly set?: Item;
  readonly remove?: readonly string[];
}

export function updating({ add = {}, set = {}, remove = [] }: Update): Expression {
  return (placeholders) => {
    const pairs = (cells: Item, sign: string) =>
      Object.entries(cells).map(([name, value]) => `${placeholders.name(name)}${sign}${placeholders.value(value)}`);
    const clauses = { ADD: pairs(add, " "), SET: pairs(set, " = "), REMOVE: remove.map((name) => placeholders.name(name)) };
    return Object.entries(clauses)
      .flatMap(([verb, parts]) => (parts.length === 0 ? [] : [`${verb} ${parts.join(", ")}`]))
      .join(" ");
  };
}

const MAX_KEY_BYTES = [MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES];

/** Reads with strong consistency. Returns undefined if there is no such row, or if a text cannot be a key. */
export async function getItem({ client, name, key }: DynamoTable, at: Readonly<Record<string, string>>): Promise<Item | undefined> {
  if (!key.every((attribute, index) => canBeKey(at[attribute] ?? "", MAX_KEY_BYTES[index]))) return undefined;
  return (await client.call<{ Item?: Item }>("GetItem", { TableName: name, Key: toItem(at), ConsistentRead: true })).Item;
}
