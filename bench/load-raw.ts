import dynalite, { type Store } from "dynalite/db/index.js";
import type { Item } from "../adapters/tables/item";

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
export async function loadRaw(store: Store, name: string, rows: Iterable<Item>): Promise<void> {
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
