import { isDeepStrictEqual } from "node:util";
import { recordId, UNREAD } from "../../engine/sign-up/records";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Put, Reserve, TableName, Write } from "../../engine/sign-up/verdict";
import type { AwsClient } from "../aws/client";
import { absent, type Expression, equal } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { batchGet, type DynamoTable, putItem, updateItem } from "./table";
import { tables } from "./tables";

/** Reads and conditional writes of single rows, over any of the tables. */
export interface Rows {
  /**
   * All rows under the keys, strongly consistent, by `recordId`. Rejects unless every key was read; `UNREAD`
   * stands for one that DynamoDB left over and that may stay unread.
   * @param optional more keys for the same call: whatever keeps these from being read costs the others no more than a second
   * try
   */
  read(keys: readonly RecordKey[], signal?: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** One conditional write. False if the condition does not hold; true also where it was made already. */
  write(write: Write, signal?: AbortSignal): Promise<boolean>;
}

/** So often a row is asked for that a rule can do without: a tenth of a second or two. */
const SPARE_TRIES = 3;

/** @param nameOf the deployed name of a table */
export function rows(client: AwsClient, nameOf: (table: TableName) => string): Rows {
  const tableOf = (table: TableName): DynamoTable => ({ client, name: nameOf(table), key: tables[table].key });

  async function readAll(keys: readonly RecordKey[], signal: AbortSignal | undefined, isNeeded: (tableName: string) => boolean) {
    const asked = new Set(keys.map(recordId));
    const byName = new Map(keys.map(({ table }) => [nameOf(table), table]));
    const addresses = keys.map(({ table, key }) => ({ tableName: nameOf(table), key: toItem(key) }));
    const spare = new Set(keys.flatMap((key) => (key.mayStayUnread ? [recordId(key)] : [])));
    const unread = new Set<string>();
    const patient = (name: string, key: Item, times: number) => {
      if (!isNeeded(name)) return false;
      const [id] = identified(byName.get(name) as TableName, key);
      if (times < SPARE_TRIES || !spare.has(id)) return true;
      unread.add(id);
      return false;
    };
    const items = await batchGet(client, addresses, signal, patient);
    const found = new Map(items.map(([name, item]) => identified(byName.get(name) as TableName, item)));
    for (const id of unread) found.set(id, UNREAD);
    if ([...found.keys()].some((id) => !asked.has(id))) throw new Error("A read answered with a row that it was not asked for.");
    return found;
  }

  return {
    async read(keys, signal, optional = []) {
      const names = new Set(keys.map(({ table }) => nameOf(table)));
      const isNeeded = (name: string) => names.has(name);
      try {
        return await readAll([...optional, ...keys], signal, isNeeded);
      } catch (error) {
        if (optional.length === 0 || signal?.aborted) throw error;
        return await readAll(keys, signal, isNeeded);
      }
    },
    write: (write, signal) => ("item" in write ? put(tableOf(write.table), write, signal) : reserve(tableOf(write.table), write, signal)),
  };
}

function identified(table: TableName, item: Item): readonly [string, Row] {
  const row = toRow(item);
  return [recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(row[name])])) }), row];
}

async function put(table: DynamoTable, write: Put, signal: AbortSignal | undefined): Promise<boolean> {
  const { item, condition } = write;
  const holds = condition === "absent" ? absent(table.key[0]) : equal(toItem(condition));
  const result = await putItem(table, toItem(item), holds, signal);
  // An attempt whose answer got lost has written this row: its repeat finds it.
  return result.written || isWritten(write, result.current && toRow(result.current));
}

/** Whether the current row is the one to be written: then an earlier attempt of this write succeeded. */
export function isWritten({ item, knownBy }: Put, current: Row | undefined): boolean {
  if (current === undefined) return false;
  return knownBy === undefined
    ? isDeepStrictEqual(current, item)
    : knownBy.every((column) => isDeepStrictEqual(current[column], item[column]));
}

async function reserve(
  table: DynamoTable,
  { key, slots, holder, atMost, set = {} }: Reserve,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const update = { add: { [slots]: { SS: [holder] } }, set: toItem(set) };
  return (await updateItem(table, toItem(key), update, hasRoom(slots, holder, atMost), signal)).written;
}

/** A holder that has a place already passes the condition again, so a repeat need not read the row. */
function hasRoom(slots: string, holder: string, atMost: number): Expression {
  return (terms) => {
    const name = terms.name(slots);
    const room = `contains(${name}, ${terms.value({ S: holder })}) OR size(${name}) < ${terms.value({ N: String(atMost) })}`;
    return `attribute_not_exists(${name}) OR ${room}`;
  };
}
