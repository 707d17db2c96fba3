import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type AwsClient, AwsError } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import { MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../../engine/table-keys";
import { readStatement, type StatementInput } from "../../local/aws/dynamodb/statements";
import { changeOf, columnsOf, conditionIn, equalTo, invalid, order, type Placeholders } from "./expressions";

/** DynamoDB's own limits, in bytes. */
const MAX_ITEM_BYTES = 400 * 1_024;
const MAX_PAGE_BYTES = 1_024 * 1_024;
const MAX_BATCH_BYTES = 16 * 1_024 * 1_024;
const MAX_BATCH_KEYS = 100;
const MAX_WRITES = 25;
const MAX_TRANSACTED = 100;
const MAX_TRANSACTED_BYTES = 4 * 1_024 * 1_024;

/** One row before and after a write; at least one of the two is there, and they differ. */
export interface MemoryChange {
  readonly tableName: string;
  readonly keys: Item;
  readonly before?: Item;
  readonly after?: Item;
}

export interface MemoryTables extends AwsClient {
  /** Does something before each call, which may throw in its place. */
  before(work: (operation: string, input: object) => void | Promise<void>): void;
}

interface KeySchema {
  readonly AttributeName: string;
}
interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchema[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

/** What the operations take, as far as it is used. Others are refused. */
const members = new Set(
  [
    "TableName IndexName Item Key RequestItems Statements TransactItems ClientRequestToken ReturnValuesOnConditionCheckFailure",
    "ConditionExpression UpdateExpression KeyConditionExpression FilterExpression ProjectionExpression",
    "ExpressionAttributeNames ExpressionAttributeValues ConsistentRead ScanIndexForward Limit ExclusiveStartKey",
    "KeySchema AttributeDefinitions GlobalSecondaryIndexes BillingMode ExclusiveStartTableName",
  ].flatMap((names) => names.split(" ")),
);

interface KeysInput extends Placeholders {
  readonly Keys: readonly Item[];
  readonly ProjectionExpression?: string;
}

interface Input extends Placeholders {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Item: Item;
  readonly Key: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
  readonly Statements: readonly StatementInput[];
  readonly TransactItems: readonly Readonly<Record<string, Input>>[];
  readonly KeySchema: readonly KeySchema[];
  readonly AttributeDefinitions: readonly object[];
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly BillingMode?: string;
  readonly ExclusiveStartTableName?: string;
}

/** Rows in the order of a key: partitions by a hash, as DynamoDB scans them, and each partition by its sort key. */
interface Ordered {
  readonly key: readonly string[];
  /** Of an index: what it holds beside keys. */
  readonly holds: "all" | ReadonlySet<string>;
  readonly rows: Item[];
}

interface Table {
  readonly description: object;
  readonly key: readonly string[];
  readonly main: Ordered;
  readonly indexes: ReadonlyMap<string, Ordered>;
  /** By `spelled`. */
  readonly byKey: Map<string, Item>;
}

/**
 * DynamoDB in memory: what Gatehouse uses of it, with the same answers as the embedded one and Amazon's own engine (one suite
 * holds all three to that). Throws for what it does not know.
 * @param onChange called for each change of a row, in order, as a stream would report it
 */
export function memoryTables(onChange?: (change: MemoryChange) => void): MemoryTables {
  const tables = new Map<string, Table>();
  let work: Parameters<MemoryTables["before"]>[0] = () => undefined;

  function tableOf(name: string): Table {
    const table = tables.get(name);
    if (table === undefined) throw new AwsError("ResourceNotFoundException", "Requested resource not found", 400, {});
    return table;
  }

  /** Puts a row, or nothing, in the place of what is there. */
  function replace(tableName: string, before: Item | undefined, after: Item | undefined): void {
    const table = tableOf(tableName);
    if (after !== undefined) checkItem(table, after);
    if (isDeepStrictEqual(before, after)) return;
    const row = (after ?? before) as Item;
    const keys = keysOf(table.key, row);
    if (after === undefined) table.byKey.delete(spelled(keys));
    else table.byKey.set(spelled(keys), after);
    for (const ordered of [table.main, ...table.indexes.values()]) {
      if (before !== undefined && isIn(ordered, before)) ordered.rows.splice(placeIn(table, ordered, before), 1);
      if (after !== undefined && isIn(ordered, after)) ordered.rows.splice(placeIn(table, ordered, after), 0, after);
    }
    onChange?.(copyOf({ tableName, keys, ...(before && { before }), ...(after && { after }) }));
  }

  /** A write of one row, looked at but not made, and the bytes of the larger of the two rows. Throws where its condition does not hold. */
  function planned(operation: string, input: Input): { readonly make: () => void; readonly bytes: number } {
    const table = tableOf(input.TableName);
    const at = operation === "Put" ? keysOf(table.key, input.Item) : input.Key;
    const before = table.byKey.get(spelled(checkedKey(table, at)));
    if (input.ConditionExpression !== undefined && !conditionIn(input.ConditionExpression, input)(before ?? {})) {
      const shown = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && before !== undefined;
      throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, shown ? { Item: copyOf(before) } : {});
    }
    const after = operation === "Put" ? input.Item : operation === "Update" ? updated(input, before) : undefined;
    if (after !== undefined) checkItem(table, after);
    const bytes = Math.max(...[before, after].map((row) => (row === undefined ? 0 : sizeOf(row))));
    return { make: () => replace(input.TableName, before, after), bytes };
  }

  function write(operation: string, input: Input): object {
    planned(operation, input).make();
    return {};
  }

  /** All of the writes or none. */
  function transact(items: Input["TransactItems"]): object {
    if (items.length === 0 || items.length > MAX_TRANSACTED) throw invalid(`A transaction has 1 to ${MAX_TRANSACTED} writes.`);
    const given = items.map((item) => Object.entries(item)[0] as [string, Input]);
    const places = given.map(([, each]) => `${each.TableName} ${spelled(keysOf(tableOf(each.TableName).key, each.Item ?? each.Key))}`);
    if (new Set(places).size < places.length) throw invalid("Transaction request cannot include multiple operations on one item");
    const writes: ReturnType<typeof planned>[] = [];
    const CancellationReasons = given.map(([operation, each]) => {
      try {
        checkPlaceholders(each);
        writes.push(planned(operation, each));
        return { Code: "None" };
      } catch (error) {
        if (!(error instanceof AwsError) || error.name !== "ConditionalCheckFailedException") throw error;
        return { Code: "ConditionalCheckFailed", Message: error.message, ...error.body };
      }
    });
    if (writes.length < given.length)
      throw new AwsError("TransactionCanceledException", "Transaction cancelled", 400, { CancellationReasons });
    if (writes.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_TRANSACTED_BYTES)
      throw invalid("The rows of a transaction have at most 4 MB together.");
    for (const { make } of writes) make();
    return {};
  }

  function updated(input: Input, before: Item | undefined): Item {
    const table = tableOf(input.TableName);
    const after = copyOf(before ?? input.Key);
    changeOf(input.UpdateExpression ?? "", input)(after);
    if (table.key.some((name) => !isDeepStrictEqual(after[name], input.Key[name]))) {
      throw invalid("One or more parameter values were invalid: Cannot update attribute. This attribute is part of the key");
    }
    return after;
  }

  /** What became of one statement, as BatchExecuteStatement reports it. */
  function execute(given: StatementInput): object {
    try {
      const { kind, table: TableName, set, remove, equal, missing } = readStatement(given);
      const table = tableOf(TableName);
      const row = kind === "insert" ? set : equal;
      const found = table.byKey.get(spelled(checkedKey(table, keysOf(table.key, row as Item))));
      // To delete what is not there is no failure.
      if (kind === "delete" && found === undefined) return { TableName };
      const isAsSaid =
        kind === "insert"
          ? found === undefined
          : found !== undefined &&
            Object.entries(equal).every(([name, value]) => isDeepStrictEqual(found[name], value)) &&
            missing.every((name) => found[name] === undefined);
      if (!isAsSaid) {
        const Code = kind === "insert" ? "DuplicateItem" : "ConditionalCheckFailed";
        return { TableName, Error: { Code, Message: "The conditional request failed" } };
      }
      const kept = Object.fromEntries(Object.entries(found ?? {}).filter(([name]) => !remove.includes(name)));
      replace(TableName, found, kind === "delete" ? undefined : copyOf({ ...kept, ...set }));
      return { TableName };
    } catch (error) {
      const { name, message } = error as Error;
      return { Error: { Code: error instanceof AwsError ? name.replace(/Exception$/, "") : "ValidationError", Message: message } };
    }
  }

  function page(input: Input): object {
    const table = tableOf(input.TableName);
    const ordered = input.IndexName === undefined ? table.main : table.indexes.get(input.IndexName);
    if (ordered === undefined) throw invalid(`The table does not have the specified index: ${input.IndexName}`);
    if (ordered !== table.main && input.ConsistentRead) throw invalid("Consistent reads are not supported on global secondary indexes");
    const within = input.KeyConditionExpression === undefined ? () => true : conditionIn(input.KeyConditionExpression, input);
    const matches = input.FilterExpression === undefined ? () => true : conditionIn(input.FilterExpression, input);
    const step = input.ScanIndexForward === false ? -1 : 1;
    const [partitionKey = ""] = ordered.key;
    refuseEmptyKeys(input);
    const partition = input.KeyConditionExpression && equalTo(input.KeyConditionExpression, partitionKey, input);
    if (input.KeyConditionExpression !== undefined && partition === undefined) {
      throw invalid(`Query condition missed key schema element: ${partitionKey}`);
    }

    const found: Item[] = [];
    let searched = 0;
    let bytes = 0;
    let last: Item | undefined;
    let next: Item | undefined;
    for (let at = firstOf(table, ordered, { from: input.ExclusiveStartKey, partition, step }); ; at += step) {
      const row = ordered.rows[at];
      if (row === undefined || (partition && !isDeepStrictEqual(row[partitionKey], partition))) break;
      if (!within(row)) continue;
      if (searched === input.Limit || bytes >= MAX_PAGE_BYTES) {
        next = last;
        break;
      }
      searched += 1;
      bytes += sizeOf(row);
      last = row;
      if (matches(row)) found.push(shownIn(table, ordered, row));
    }
    // DynamoDB stops at the limit, and only a further page shows that nothing is left.
    if (searched === input.Limit) next = last;
    const columns = input.ProjectionExpression === undefined ? undefined : columnsOf(input.ProjectionExpression, input);
    return {
      Items: columns === undefined ? found : found.map((row) => only(row, new Set(columns))),
      Count: found.length,
      ScannedCount: searched,
      ...(next && { LastEvaluatedKey: keysOf([...table.key, ...ordered.key], next) }),
    };
  }

  function batchGet(requests: Readonly<Record<string, KeysInput>>): object {
    const columns = Object.fromEntries(
      Object.entries(requests).map(([name, { ProjectionExpression: text, ...placeholders }]) => [
        name,
        text === undefined ? undefined : new Set(columnsOf(text, placeholders)),
      ]),
    );
    const all = Object.entries(requests).flatMap(([name, { Keys }]) => Keys.map((key) => ({ name, key })));
    if (all.length === 0 || all.length > MAX_BATCH_KEYS) throw invalid(`A batch has 1 to ${MAX_BATCH_KEYS} keys.`);
    const asked = all.map(({ name, key }) => `${name} ${spelled(checkedKey(tableOf(name), key))}`);
    if (new Set(asked).size < asked.length) throw invalid("Provided list of item keys contains duplicates");
    const Responses: Record<string, Item[]> = Object.fromEntries(Object.keys(requests).map((name) => [name, []]));
    const UnprocessedKeys: Record<string, { Keys: Item[]; ConsistentRead?: boolean }> = {};
    let bytes = 0;
    for (const { name, key } of all) {
      const row = tableOf(name).byKey.get(spelled(key));
      bytes += row === undefined ? 0 : sizeOf(row);
      if (bytes > MAX_BATCH_BYTES) {
        UnprocessedKeys[name] ??= { ...requests[name], Keys: [] };
        UnprocessedKeys[name].Keys.push(key);
      } else if (row !== undefined) Responses[name]?.push(columns[name] === undefined ? row : only(row, columns[name]));
    }
    return { Responses, UnprocessedKeys };
  }

  function batchWrite(
    requests: Readonly<Record<string, readonly { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]>>,
  ): object {
    const all = Object.entries(requests).flatMap(([name, each]) => each.map((request) => ({ name, ...request })));
    if (all.length === 0 || all.length > MAX_WRITES) throw invalid(`A batch has 1 to ${MAX_WRITES} writes.`);
    for (const { name, PutRequest, DeleteRequest } of all) {
      const row = (PutRequest?.Item ?? DeleteRequest?.Key) as Item;
      const table = tableOf(name);
      replace(name, table.byKey.get(spelled(checkedKey(table, keysOf(table.key, row)))), PutRequest?.Item);
    }
    return { UnprocessedItems: {} };
  }

  /** DynamoDB refuses placeholders that no expression names. */
  function checkPlaceholders(input: Input): void {
    const expressions = Object.entries(input).flatMap(([member, value]) => (member.endsWith("Expression") ? [String(value)] : []));
    for (const placeholders of [input.ExpressionAttributeNames, input.ExpressionAttributeValues]) {
      if (placeholders === undefined) continue;
      const used = new Set(expressions.flatMap((text) => text.match(/[#:]\w+/g) ?? []));
      const unused = Object.keys(placeholders).filter((name) => !used.has(name));
      if (used.size === 0 || unused.length > 0) throw invalid(`Value provided in ExpressionAttributes unused in expressions: ${unused}`);
    }
  }

  function answer(operation: string, input: Input & { readonly RequestItems: never }): object {
    const unknown = Object.keys(input).find((member) => !members.has(member));
    if (unknown !== undefined) throw invalid(`The tables in memory do not know ${unknown}.`);
    checkPlaceholders(input);
    switch (operation) {
      case "GetItem": {
        const table = tableOf(input.TableName);
        const Item = table.byKey.get(spelled(checkedKey(table, input.Key)));
        return { ...(Item && { Item }) };
      }
      case "PutItem":
      case "UpdateItem":
      case "DeleteItem":
        return write(operation.replace(/Item$/, ""), input);
      case "TransactWriteItems":
        return transact(input.TransactItems);
      case "Query":
      case "Scan":
        return page(input);
      case "BatchGetItem":
        return batchGet(input.RequestItems);
      case "BatchWriteItem":
        return batchWrite(input.RequestItems);
      case "BatchExecuteStatement":
        if (input.Statements.length > MAX_WRITES) throw invalid(`A batch has 1 to ${MAX_WRITES} statements.`);
        return { Responses: input.Statements.map(execute) };
      case "CreateTable":
        if (tables.has(input.TableName)) throw new AwsError("ResourceInUseException", "Table already exists", 400, {});
        tables.set(input.TableName, madeOf(input));
        return { TableDescription: tableOf(input.TableName).description };
      case "DescribeTable":
        return { Table: tableOf(input.TableName).description };
      case "ListTables":
        return { TableNames: [...tables.keys()].sort().filter((name) => name > (input.ExclusiveStartTableName ?? "")) };
      case "DeleteTable":
        tableOf(input.TableName);
        tables.delete(input.TableName);
        return {};
      default:
        throw new AwsError("UnknownOperationException", `The tables in memory do not know ${operation}.`, 400, {});
    }
  }

  return {
    warm: () => undefined,
    before(given) {
      work = given;
    },
    async call<T>(operation: string, given: object, signal?: AbortSignal): Promise<T> {
      // As over a wire: others get their turn, and neither side keeps what the other holds.
      await nextTurn();
      await work(operation, given);
      signal?.throwIfAborted();
      return copyOf(answer(operation, copyOf(given) as never)) as T;
    },
  };
}

function madeOf({ TableName, KeySchema: schema, AttributeDefinitions, GlobalSecondaryIndexes = [] }: Input): Table {
  const key = namesIn(schema);
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection: { ProjectionType, NonKeyAttributes = [] } }) => {
    const holds = ProjectionType === "ALL" ? ("all" as const) : new Set([...key, ...namesIn(KeySchema), ...NonKeyAttributes]);
    return [IndexName, { key: namesIn(KeySchema), holds, rows: [] as Item[] }] as const;
  });
  const CreationDateTime = Math.floor(Date.now() / 1_000);
  const description = {
    TableName,
    TableStatus: "ACTIVE",
    CreationDateTime,
    KeySchema: schema,
    AttributeDefinitions,
    GlobalSecondaryIndexes,
  };
  return { description, key, main: { key, holds: "all", rows: [] }, indexes: new Map(indexes), byKey: new Map() };
}

function namesIn(schema: readonly KeySchema[]): readonly string[] {
  return schema.map(({ AttributeName }) => AttributeName);
}

/** Of JSON, with what is undefined left out, as it is on the wire. */
function copyOf<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const each = (value as Record<string, unknown>)[name];
    if (each !== undefined) copy[name] = copyOf(each);
  }
  return copy as T;
}

function keysOf(names: readonly string[], row: Item): Item {
  return Object.fromEntries(names.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
}

function only(row: Item, names: ReadonlySet<string>): Item {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)));
}

/** A key as one text. */
function spelled(key: Item): string {
  let text = "";
  for (const name of Object.keys(key).sort()) {
    const value = key[name]?.S ?? String(Number(key[name]?.N));
    text += `${name} ${value.length} ${value} `;
  }
  return text;
}

function checkedKey({ key }: Table, at: Item): Item {
  if (Object.keys(at ?? {}).length !== key.length || !key.every((name) => at[name] !== undefined)) {
    throw invalid("The provided key element does not match the schema");
  }
  for (const [index, name] of key.entries()) checkKeyPart(name, at[name] as Item[string], index);
  return at;
}

/** A key condition's values: AWS refuses empty ones. */
function refuseEmptyKeys({ KeyConditionExpression = "", ExpressionAttributeValues: values = {} }: Input): void {
  const empty = KeyConditionExpression.match(/:\w+/g)?.find((name) => values[name]?.S === "");
  if (empty !== undefined) throw invalid("The AttributeValue for a key attribute cannot contain an empty string value.");
}

function checkKeyPart(name: string, { S }: Item[string], index: number): void {
  if (S === undefined) throw invalid(`Type mismatch for key ${name}: expected S`);
  if (S === "") throw invalid(`The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`);
  const most = index === 0 ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES;
  if (Buffer.byteLength(S) > most) throw invalid(`Size of key ${name} has exceeded the maximum size limit of ${most} bytes`);
}

function checkItem(table: Table, item: Item): void {
  checkedKey(table, keysOf(table.key, item));
  for (const { key } of table.indexes.values()) {
    for (const [index, name] of key.entries()) if (item[name] !== undefined) checkKeyPart(name, item[name], index);
  }
  for (const { SS } of Object.values(item)) {
    if (SS?.length === 0) throw invalid("One or more parameter values were invalid: An string set  may not be empty");
  }
  if (sizeOf(item) > MAX_ITEM_BYTES) throw invalid("Item size has exceeded the maximum allowed size");
}

/** An index has no row that lacks a part of its key. */
function isIn({ key }: Ordered, row: Item): boolean {
  return key.every((name) => row[name] !== undefined);
}

function shownIn(table: Table, ordered: Ordered, row: Item): Item {
  return ordered === table.main || ordered.holds === "all" ? row : only(row, ordered.holds);
}

const hashes = new Map<string, string>();

/** Partitions come in no order that anybody could rely on. */
function hashOf(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  if (hashes.size > 100_000) hashes.clear();
  const hash = createHash("md5").update(text).digest("hex");
  hashes.set(text, hash);
  return hash;
}

/** The order of two rows, or of two keys. */
function compare(table: Table, { key }: Ordered, one: Item, other: Item): number {
  const [partitionKey = "", sortKey] = key;
  const [first, second] = [one[partitionKey]?.S ?? "", other[partitionKey]?.S ?? ""];
  if (first !== second) return hashOf(first) < hashOf(second) ? -1 : 1;
  const sorted = sortKey === undefined ? 0 : (order(one[sortKey], other[sortKey]) ?? 0);
  if (sorted !== 0) return sorted;
  // Rows of an index that share a key.
  for (const name of table.key) {
    const tie = order(one[name], other[name]) ?? 0;
    if (tie !== 0) return tie;
  }
  return 0;
}

/** The place of the first row that does not come before this one; or of the first one after it. */
function placeIn(table: Table, ordered: Ordered, row: Item, side: "at" | "after" = "at"): number {
  let [low, high] = [0, ordered.rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(table, ordered, ordered.rows[middle] as Item, row) < (side === "at" ? 0 : 1)) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Begin {
  readonly from: Item | undefined;
  readonly partition: Item[string] | "" | undefined;
  readonly step: 1 | -1;
}

/** Where a page begins. */
function firstOf(table: Table, ordered: Ordered, { from, partition, step }: Begin): number {
  if (from !== undefined) {
    const names = new Set([...table.key, ...ordered.key]);
    if (Object.keys(from).length !== names.size || !Object.keys(from).every((name) => names.has(name))) {
      throw invalid("The provided starting key is invalid");
    }
    return step < 0 ? placeIn(table, ordered, from) - 1 : placeIn(table, ordered, from, "after");
  }
  if (!partition) return step < 0 ? ordered.rows.length - 1 : 0;
  // Without a sort key it compares as equal to each row of its partition.
  const key = { [ordered.key[0] ?? ""]: partition };
  return step < 0 ? placeIn(table, ordered, key, "after") - 1 : placeIn(table, ordered, key);
}

/** Of rows that were counted: none changes. */
const sizes = new WeakMap<Item, number>();

/** As DynamoDB counts: names and values in UTF-8, a few bytes more for what is nested. */
function sizeOf(row: Item): number {
  const known = sizes.get(row);
  if (known !== undefined) return known;
  let bytes = 0;
  for (const name of Object.keys(row)) bytes += Buffer.byteLength(name) + sizeOfValue(row[name] as Item[string]);
  sizes.set(row, bytes);
  return bytes;
}

function sizeOfValue({ S, N, B, SS, L, M }: Item[string]): number {
  if (B !== undefined) return Math.ceil(String(B).length * 0.75);
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/\D/g, "").length / 2) + 1;
  if (SS !== undefined) return SS.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  if (L !== undefined) return 3 + L.reduce((sum, each) => sum + 1 + sizeOfValue(each), 0);
  return M === undefined ? 1 : 3 + sizeOf(M) + Object.keys(M).length;
}
