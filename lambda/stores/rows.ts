import { setTimeout as sleep } from "node:timers/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type AwsClient, AwsError, backoff } from "../services/aws";
import { required } from "../services/environment";
import { recordId } from "../sign-up/records";
import type { RecordKey, Row } from "../sign-up/rule";
import type { Effect, TableName } from "../sign-up/verdict";
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
  /** One conditional put. False if the condition does not hold; true also where this very row stands already. */
  write(effect: Pick<Effect, "table" | "item" | "condition">, signal?: AbortSignal): Promise<boolean>;
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
    async write({ table, item, condition }, signal) {
      try {
        await client.call(
          "PutItem",
          {
            TableName: nameOf(table),
            Item: marshall(item),
            ...conditionOf(table, condition),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
          signal,
        );
        return true;
      } catch (error) {
        if (!(error instanceof AwsError) || error.name !== "ConditionalCheckFailedException") throw error;
        // An attempt whose answer got lost has written this row: its repeat finds it.
        return error.body.Item !== undefined && sameRow(toRow(error.body.Item as Item), item);
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
  const { keyAttribute } = tables[table];
  return [recordId({ table, key: { [keyAttribute]: String(row[keyAttribute]) } }), row];
}

/** A row as plain values. Numbers too large for JavaScript lose digits rather than make the row unreadable. */
export function toRow(item: Item): Row {
  const row = unmarshall(item, { wrapNumbers: Number });
  // Rows are shown to rules frozen, and a set cannot be.
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell instanceof Set ? [...cell] : cell]));
}

function conditionOf(table: TableName, condition: Effect["condition"]): object {
  if (condition === "absent") {
    return { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": tables[table].keyAttribute } };
  }
  const pairs = Object.entries(condition);
  return {
    ConditionExpression: pairs.map((_, index) => `#a${index} = :v${index}`).join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(pairs.map(([name], index) => [`#a${index}`, name])),
    ExpressionAttributeValues: marshall(Object.fromEntries(pairs.map(([, value], index) => [`:v${index}`, value]))),
  };
}

function sameRow(a: Row, b: Row): boolean {
  const sorted = (row: Row) => JSON.stringify(Object.entries(row).sort(([left], [right]) => (left < right ? -1 : 1)));
  return sorted(a) === sorted(b);
}
