// An embedded DynamoDB in a process of its own, full of what the console shows: its folder and how many rows are given. Tells its endpoint.

import dynalite, { type Store } from "dynalite/db/index.js";
import { COUNTS_PREFIX, countStore } from "../adapters/tables/counts";
import { decisionPlaces } from "../adapters/tables/decision-indexes";
import { type Item, toItem } from "../adapters/tables/item";
import { indexed } from "../adapters/tables/list-indexes";
import { referenceFor } from "../engine/sign-up/call";
import { decisionCounts, decisionMoments } from "../engine/sign-up/counts";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import { MS_PER_DAY, MS_PER_HOUR } from "../engine/sign-up/time";
import { embeddedDynamodb } from "../local/aws/dynamodb/embedded";
import type { TestConsole } from "../test/console/support";
import { createKeyTable } from "../test/support/key-table";
import { listen } from "../test/support/listen";
import { benchClient, notWatched } from "./database-process";
import { standInForVitest } from "./vitest-stand-in";

const DAYS = 30;
/** Rows of a full page. */
const SHOWN = 100;
const DECISIONS_TABLE = "decisions-test";
const APPROVALS_TABLE = "approvals-test";
const LEDGER_TABLE = "ledger-test";

/** Its tables are those that tests of the console have, but in files. */
async function start(path: string, size: number): Promise<TestConsole> {
  standInForVitest();
  const { startConsole, startTables } = await import("../test/console/support");
  const { create } = dynalite;
  let store: Store | undefined;
  dynalite.create = (options) => {
    store = create(options);
    return store;
  };
  const server = embeddedDynamodb({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  dynalite.create = create;
  const endpoint = await listen(server);
  const client = benchClient(endpoint);
  const tableName = "access-list-test";
  await createKeyTable(client, tableName, "accessList");
  const started = await startConsole({}, await startTables({ ...notWatched, endpoint, client, tableName }));
  await loadRaw(store as Store, started.database.tableName, listRows(size));
  await loadRaw(store as Store, DECISIONS_TABLE, await decisionRows(started, size));
  await loadRaw(store as Store, APPROVALS_TABLE, await requestRows(started, size));
  await count(started, size);
  return started;
}

function* listRows(size: number): Generator<Item> {
  for (let index = 0; index < size; index++) {
    const row = {
      entry: `person${index}@company${index % 5_000}.example`,
      effect: index % 7 === 0 ? "deny" : "allow",
      note: "agreed with the buyer team",
    };
    // Few rows of a long list, and a page full of them in the shortest.
    const isNamed = (every: number) => index < SHOWN || index % every === 0;
    const ends = isNamed(20) && { expiresAt: new Date(Date.now() + (1 + (index % 25)) * MS_PER_DAY).toISOString().slice(0, 10) };
    yield indexed(
      toItem({ ...row, ...ends, ...(isNamed(50) && { effect: "alow", problem: "effect is neither allow nor deny: it denies" }) }),
    );
  }
}

/** One that the store itself has written, again and again: with another code, time and person. */
async function decisionRows({ world, database }: TestConsole, size: number): Promise<Iterable<Item>> {
  const { record } = await import("../test/console/support");
  await world.decisions.keep(record({ email: "person7@company7.example" }), DAYS);
  const { Items } = await database.client.call<{ Items: readonly [Item] }>("Scan", { TableName: DECISIONS_TABLE });
  const [kept] = Items;
  const now = Date.now();
  return (function* () {
    for (let index = 1; index < size; index++) {
      const at = new Date(now - (index / size) * DAYS * MS_PER_DAY).toISOString();
      const person = index % 50_000;
      const email = `person${person}@company${person % 5_000}.example`;
      const key = index.toString(36).toUpperCase().padStart(8, "0");
      yield {
        ...kept,
        ...toItem({ reference: referenceFor(key), id: `id-${key}`, at, email, ...decisionPlaces({ at, email }) }),
      };
    }
  })();
}

/** Fifty people who wait, from ten domains; all others are decided on. One that the store has written, again and again. */
async function requestRows(started: TestConsole, size: number): Promise<Iterable<Item>> {
  const { asked } = await import("../test/console/support");
  await asked(started, "person7@company7.example");
  const { Items } = await started.database.client.call<{ Items: readonly [Item] }>("Scan", { TableName: APPROVALS_TABLE });
  const [kept] = Items;
  const now = Date.now();
  return (function* () {
    for (let index = 1; index < size; index++) {
      const changedAt = new Date(now - (index / size) * DAYS * MS_PER_DAY).toISOString();
      const key = index.toString(36).toUpperCase().padStart(8, "0");
      const id = key.padEnd(22, "x");
      const state = index <= 50 ? "pending" : index % 2 === 0 ? "denied" : "provisioned";
      const email = `person${index}@company${state === "pending" ? index % 10 : index % 5_000}.example`;
      const own = {
        id,
        state,
        email,
        changedAt,
        requestedAt: changedAt,
        personId: `person-${id}`,
        reference: referenceFor(id),
      };
      yield { ...kept, ...toItem(own) };
    }
  })();
}

/** As the worker has counted them, hour by hour. */
async function count({ database }: TestConsole, size: number): Promise<void> {
  const { record } = await import("../test/console/support");
  const counts = countStore(database.client, LEDGER_TABLE);
  const one = decisionCounts([record({ email: "person7@company7.example" })]);
  const each = Object.fromEntries(Object.entries(one).map(([name, amount]) => [name, Math.ceil((amount * size) / (DAYS * 24))]));
  const now = Date.now();
  await counts.begin(new Date(now - DAYS * MS_PER_DAY));
  for (let hour = 0; hour < DAYS * 24; hour++) {
    const id = `${COUNTS_PREFIX}${new Date(now - hour * MS_PER_HOUR).toISOString().slice(0, 13)}/${DEFAULT_GATE}`;
    const at = new Date(now - hour * MS_PER_HOUR).toISOString();
    const expires = Math.floor((now + DAYS * MS_PER_DAY) / 1_000);
    await database.client.call("PutItem", {
      TableName: LEDGER_TABLE,
      Item: toItem({ id, ...each, ...decisionMoments([record({ at })], {}), expires }),
    });
  }
}

const ROWS_AT_ONCE = 5_000;

/** What the embedded DynamoDB has besides what we ask of it elsewhere. */
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

/** Puts rows and their places in indexes straight into the files of the embedded DynamoDB: a million a minute. */
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

const [path = "", size = ""] = process.argv.slice(2);
void start(path, Number(size)).then((started) => console.log(started.database.endpoint));
