import { isDeepStrictEqual } from "node:util";
import { recordId, UNREAD } from "../../engine/sign-up/records";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Put, Reserve, TableName, Write } from "../../engine/sign-up/verdict";
import type { AwsClient } from "../aws/client";
import { type Item, toItem, toRow } from "./item";
import { absent, batchGet, below, type DynamoTable, type Expression, eitherHolds, equal, putItem, updateItem } from "./table";
import { tables } from "./tables";

export interface Rows {
  /**
   * Returns the rows by `recordId`, strongly consistent. Rejects if no table can be read, or if a row without `mayStayUnread` cannot. For
   * any other unreadable row, the map contains `UNREAD`.
   * @param optional more keys for the same call. If the call fails, the other keys are read again without the optional ones
   */
  read(keys: readonly RecordKey[], signal?: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** Returns false if the condition does not hold. Returns true if an earlier attempt already made the write. */
  write(write: Write, signal?: AbortSignal): Promise<boolean>;
}

/** Largest number of tries to read a row whose key has `mayStayUnread`. The tries take about 0.1 to 0.2 seconds. */
const SPARE_TRIES = 3;

/** @param nameOf returns the deployed name of a table */
export function rows(client: AwsClient, nameOf: (table: TableName) => string): Rows {
  const toDynamoTable = (table: TableName): DynamoTable => ({ client, name: nameOf(table), key: tables[table].key });

  async function readAll(keys: readonly RecordKey[], optional: readonly RecordKey[], signal: AbortSignal | undefined) {
    const keysById = new Map([...optional, ...keys].map((key) => [recordId(key), key]));
    const neededIds = new Set(keys.map(recordId));
    const byName = new Map([...keysById.values()].map(({ table }) => [nameOf(table), table]));
    const addresses = [...keysById.values()].map(({ table, key }) => ({ tableName: nameOf(table), key: toItem(key) }));
    const unread = new Set<string>();
    const patient = (name: string, key: Item, times: number) => {
      const [id] = toRowEntry(byName.get(name) as TableName, key);
      if (!neededIds.has(id)) return false;
      if (times < SPARE_TRIES || !keysById.get(id)?.mayStayUnread) return true;
      unread.add(id);
      return false;
    };
    const items = await batchGet(client, addresses, { signal, patient });
    const foundRows = new Map(items.map(([name, item]) => toRowEntry(byName.get(name) as TableName, item)));
    for (const id of unread) foundRows.set(id, UNREAD);
    if ([...foundRows.keys()].some((id) => !keysById.has(id))) throw new Error("A read answered with a row that it was not asked for.");
    return foundRows;
  }

  /** Rejects if no table could be read, or if a table with a required row could not. */
  async function readApart(keys: readonly RecordKey[], signal: AbortSignal | undefined) {
    const strict = tablesOfStrict(keys);
    let why: unknown;
    const readTable = async (table: TableName) => {
      const tableKeys = keys.filter((key) => key.table === table);
      try {
        return await readAll(tableKeys, [], signal);
      } catch (error) {
        if (strict.has(table)) throw error;
        why = error;
        return tableKeys;
      }
    };
    const answers = await Promise.all([...new Set(keys.map(({ table }) => table))].map(readTable));
    if (!answers.some((answer) => answer instanceof Map)) throw why;
    return new Map(
      answers.flatMap((answer) => (answer instanceof Map ? [...answer] : answer.map((key) => [recordId(key), UNREAD] as const))),
    );
  }

  return {
    async read(keys, signal, optional = []) {
      try {
        return await readAll(keys, optional, signal);
      } catch (error) {
        const strict = tablesOfStrict(keys);
        const isLess = optional.length > 0 || keys.some(({ table }) => !strict.has(table));
        if (!isLess || signal?.aborted) throw error;
        return keys.length === 0 ? new Map() : await readApart(keys, signal);
      }
    },
    write: (write, signal) =>
      "item" in write ? putRow(toDynamoTable(write.table), write, signal) : reserve(toDynamoTable(write.table), write, signal),
  };
}

function tablesOfStrict(keys: readonly RecordKey[]): ReadonlySet<TableName> {
  return new Set(keys.flatMap(({ table, mayStayUnread }) => (mayStayUnread ? [] : [table])));
}

function toRowEntry(table: TableName, item: Item): readonly [string, Row] {
  const row = toRow(item);
  return [recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(row[name])])) }), row];
}

async function putRow(table: DynamoTable, write: Put, signal: AbortSignal | undefined): Promise<boolean> {
  const { item, condition, expiresBefore } = write;
  const unchangedCondition = condition === "absent" ? absent(table.key[0]) : equal(toItem(condition));
  const holds =
    expiresBefore === undefined ? unchangedCondition : eitherHolds(unchangedCondition, below("expires", { N: String(expiresBefore) }));
  const result = await putItem(table, toItem(item), holds, signal);
  // An earlier attempt may have written the row and lost its answer: the condition then fails.
  return result.written || isWritten(write, result.current && toRow(result.current));
}

export function isWritten({ item, identityColumns }: Put, current: Row | undefined): boolean {
  if (current === undefined) return false;
  return identityColumns === undefined
    ? isDeepStrictEqual(current, item)
    : identityColumns.every((column) => isDeepStrictEqual(current[column], item[column]));
}

async function reserve(
  table: DynamoTable,
  { key, slots, holder, atMost, set = {} }: Reserve,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const update = { add: { [slots]: { SS: [holder] } }, set: toItem(set) };
  return (await updateItem(table, toItem(key), update, hasRoom(slots, holder, atMost), signal)).written;
}

/** A holder with a place counts as having room, so that a repeat need not read the row first. */
function hasRoom(slots: string, holder: string, atMost: number): Expression {
  return (placeholders) => {
    const name = placeholders.name(slots);
    const room = `contains(${name}, ${placeholders.value({ S: holder })}) OR size(${name}) < ${placeholders.value({ N: String(atMost) })}`;
    return `attribute_not_exists(${name}) OR ${room}`;
  };
}

/** Reads each row once, however often it is requested. */
export function createCachedRead(read: Rows["read"]): Rows["read"] {
  const knownRows = new Map<string, Row | undefined>();
  return async (keys, signal) => {
    const missing = keys.filter((key) => !knownRows.has(recordId(key)));
    if (missing.length > 0) {
      const foundRows = await read(missing, signal);
      for (const key of missing) knownRows.set(recordId(key), foundRows.get(recordId(key)));
    }
    return new Map(keys.map(recordId).flatMap((id): [string, Row][] => withRow(id, knownRows.get(id))));
  };
}

export function withRow(id: string, row: Row | undefined): [string, Row][] {
  return row === undefined ? [] : [[id, row]];
}
