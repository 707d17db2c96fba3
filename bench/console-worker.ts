// Runs an embedded DynamoDB with rows for the console. Given: its folder and the number of rows.

import "./vitest-stand-in";
import { parentPort, workerData } from "node:worker_threads";
import dynalite, { type Store } from "dynalite/db/index.js";
import type { Item } from "../adapters/tables/item";
import { embeddedDatabase } from "../local/aws/dynamodb/embedded";
import { startConsole, startTables, type TestConsole } from "../test/console/support";
import { createKeyTable } from "../test/support/key-table";
import { listen } from "../test/support/listen";
import { accountRows, waitingRun } from "./console-accounts";
import { consoleTables, countAll, decisionRows, listRows, requestRows } from "./console-rows";
import { benchClient, databaseServer, notWatched } from "./database";

/** Creates the tables of the console's tests, but in files. */
async function start(path: string, size: number): Promise<TestConsole> {
  const { store, call } = embeddedDatabase(path);
  const server = databaseServer({ call });
  const endpoint = await listen(server);
  const client = benchClient(endpoint);
  const tableName = "access-list-test";
  await createKeyTable(client, tableName, "accessList");
  const started = await startConsole({}, await startTables({ ...notWatched, endpoint, client, tableName }));
  await loadRaw(store, started.database.tableName, listRows(size));
  await loadRaw(store, consoleTables.decisions, await decisionRows(started, size));
  await loadRaw(store, consoleTables.approvals, await requestRows(started, size));
  await loadRaw(store, consoleTables.accounts, accountRows(size));
  await waitingRun(started);
  await countAll(started, size);
  return started;
}

const ROWS_AT_ONCE = 5_000;

/** The part of the embedded DynamoDB that only this benchmark uses. */
interface RawStore {
  getTable(name: string, done: (error: Error | null, table?: RawTable) => void): void;
  getItemDb(name: string): RawDb;
  getIndexDb(kind: "Global", table: string, index: string): RawDb;
}

interface RawTable {
  readonly GlobalSecondaryIndexes?: readonly object[];
}

interface RawDb {
  batch(puts: readonly RawPut[], done: (error: Error | null) => void): void;
}

interface RawPut {
  readonly type: "put";
  readonly key: string;
  readonly value: Item;
}

interface RawFunctions {
  createKey(item: Item, table: RawTable): string;
  getIndexActions(
    indexes: readonly object[],
    before: undefined,
    item: Item,
    table: RawTable,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[] };
}

/** Writes rows and index entries directly into the embedded DynamoDB's files: a million a minute. */
async function loadRaw(store: Store, name: string, rows: Iterable<Item>): Promise<void> {
  const raw = store as unknown as RawStore;
  const { createKey, getIndexActions } = dynalite as unknown as RawFunctions;
  const table = await new Promise<RawTable>((resolve, reject) =>
    raw.getTable(name, (error, found) => (found === undefined ? reject(error ?? new Error(`There is no table ${name}.`)) : resolve(found))),
  );
  let items: RawPut[] = [];
  let places = new Map<string, RawPut[]>();
  const write = async () => {
    await batch(raw.getItemDb(name), items);
    for (const [index, puts] of places) await batch(raw.getIndexDb("Global", name, index), puts);
    items = [];
    places = new Map();
  };
  for (const item of rows) {
    items.push({ type: "put", key: createKey(item, table), value: item });
    for (const put of getIndexActions(table.GlobalSecondaryIndexes ?? [], undefined, item, table).puts) {
      const puts = places.get(put.index) ?? [];
      puts.push({ type: "put", key: put.key, value: put.item });
      places.set(put.index, puts);
    }
    if (items.length >= ROWS_AT_ONCE) await write();
  }
  await write();
}

function batch(db: RawDb, puts: readonly RawPut[]): Promise<void> {
  return new Promise((resolve, reject) => db.batch(puts, (error) => (error ? reject(error) : resolve())));
}

const { path, size } = workerData as { readonly path: string; readonly size: number };
void start(path, size).then((started) => parentPort?.postMessage(started.database.endpoint));
