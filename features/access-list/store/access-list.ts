import { isDeepStrictEqual } from "node:util";
import type { AwsClient } from "../../../adapters/aws/client";
import type { Sameness } from "../../../adapters/tables/conditional-batch";
import { buildReadCondition } from "../../../adapters/tables/conditions";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { getPage, readPages } from "../../../adapters/tables/search";
import {
  absent,
  batchGet,
  changing,
  type DynamoTable,
  deleteItem,
  deleting,
  getItem,
  putItem,
  putting,
  type TableWrite,
} from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { canBeKey } from "../../../engine/table-keys";
import type { RowAudited } from "../../audit/store/trail";
import type { ClassName, ListEffect } from "../entry";
import { admittedKey, deniesAll, findKeyAndProblems, looserKey, merge } from "../hygiene";
import { describeRowProblems } from "../problem-texts";
import { computeEffect, isLive, readRow } from "../row";
import {
  addIndexes,
  cellsAtOnce,
  dropIndexes,
  entriesOfAllPartners,
  entriesOfPartner,
  indexAttributes,
  type LastEdit,
  type ListCells,
  type ListOrder,
  type ListPage,
  type ListReading,
  pageInOrder,
  pageOfAll,
  readLastEdit,
} from "./list-indexes";
import { accessListRow } from "./row-kinds";

const columns = Object.keys(accessListRow.entries);
/** If the last try fails, `tidy` throws, and the stream delivers the change again. */
const MAX_TRIES = 5;

const PAGE_ROWS = 500;
/** A list of at most this many rows is read whole. */
const FEW_ROWS = 400;

/** "moved" to its right key, without a problem; "flagged" with a problem; "cleared" of one; "indexed" if only index attributes changed. */
export type Tidying = "left" | "indexed" | "cleared" | "flagged" | "moved";

/** The rows that it takes and returns have no index attributes. */
export interface AccessListStore {
  /** Strongly consistent. Undefined for a text that cannot be a key. */
  get(entry: string): Promise<Item | undefined>;
  /** Strongly consistent. */
  many(entries: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  effects(entries: readonly string[], now: Date): Promise<ReadonlyMap<string, ListEffect>>;
  /** Returns those of the entries that keep everybody out now. */
  denied(entries: readonly string[], now: Date): Promise<ReadonlySet<string>>;
  /** Returns false if the list no longer has `current` under the row's key. `current` is undefined if no row was there. */
  put(item: Item, current: Item | undefined, edit?: LastEdit): Promise<boolean>;
  /** Returns false if the row has changed since it was read. */
  remove(item: Item): Promise<boolean>;
  writing(edit: RowEdit): TableWrite;
  /** Strongly consistent, but rows that were added a moment ago may be missing, because the index lags. */
  ofPartner(domain: string): Promise<readonly Item[]>;
  /** Unordered. The index lags a moment behind. A page can be empty. */
  ofPartners(): AsyncIterable<readonly Item[]>;
  /** Yields every row once, unordered. @param after an entry: only rows after it in the table's own order are read */
  pages(after?: string): AsyncIterable<readonly Item[]>;
  /** Reads the rows for callers that read the list more than once. Undefined for a long list. */
  short(): Promise<readonly Item[] | undefined>;
  /**
   * Reads rows in an order: from the table if the list is short, otherwise from the indexes. The indexes lag a moment behind the table, and
   * lack a row written outside Gatehouse until the hygiene worker has seen the row.
   */
  inOrder(by: ListOrder, reading: ListReading, short?: readonly Item[]): Promise<ListPage>;
  /** Reads these columns; of a long list, only as many rows as one read of each shard returns. */
  cells(columns: readonly string[], short?: readonly Item[]): Promise<ListCells>;
  /**
   * Reads the row as it is now, so that a late or repeated call is harmless. Writes the new spelling before it removes the old one. Rejects
   * if DynamoDB refuses the write: a row may have hundreds of columns, or no room for the index attributes.
   */
  tidy(entry: string, now: Date): Promise<Tidying>;
  /** True if `tidy` would leave a stored row unchanged. If the row changes later, the stream delivers that change. */
  isTidy(storedItem: Item): boolean;
}

/** Two rows that differ only in these attributes count as equal. */
export const besideEdits: readonly string[] = ["problem", ...indexAttributes];

export const sameness: Sameness = { columns, ignored: besideEdits };

/** Returns the cells of an operator's own columns, exactly as stored. */
export function keptBeside(item: Item | undefined): Item {
  return Object.fromEntries(Object.entries(dropIndexes(item ?? {})).filter(([name]) => !columns.includes(name)));
}

export function listRowAudited({ entry, before, after }: RowEdit & { readonly entry: string }): RowAudited {
  return { table: "access-list", subject: entry, before: before && toRow(before), after: after && toRow(after) };
}

/** Fails if a cell has changed since the row was read, or if a column of the list was added. Other new columns stay. */
export function buildListWrite(table: DynamoTable, { before, after }: RowEdit, edit?: LastEdit): TableWrite {
  if (before === undefined) return putting(table, addIndexes(after as Item, edit), absent("entry"));
  const was = Object.fromEntries(Object.entries(before).filter(([column]) => !besideEdits.includes(column)));
  const isRead = buildReadCondition(
    was,
    columns.filter((column) => !besideEdits.includes(column)),
  );
  if (after === undefined) return deleting(table, before, isRead);
  const is = addIndexes(after, edit);
  const cellsToSet = Object.fromEntries(Object.entries(is).filter(([column, cell]) => !isDeepStrictEqual(was[column], cell)));
  const remove = [...new Set([...Object.keys(before), ...indexAttributes])].filter((column) => is[column] === undefined);
  return changing(table, before, { set: cellsToSet, remove }, isRead);
}

const KEYS_AT_ONCE = 2_000;

/** A row that does not fit these needs is flagged. */
export interface ListNeeds {
  readonly classes?: readonly ClassName[];
  /** Gates at which no rule asks for approval. If undefined, existing flags about such gates stay. */
  readonly silent?: readonly string[] | undefined;
}

export function accessListStore(client: AwsClient, name: string, needs: ListNeeds = {}): AccessListStore {
  const table = { client, name, key: tables.accessList.key };
  const rows = createListRows(table);

  /**
   * True once a read found the list long. The length is not measured again, because lists seldom shrink, and the indexes contain all rows
   * of a short list too.
   */
  let isLong = false;
  async function short(): Promise<readonly Item[] | undefined> {
    if (isLong) return undefined;
    const { items, next } = await getPage(table, { limit: FEW_ROWS + 1 });
    isLong = next !== undefined;
    return isLong ? undefined : items;
  }

  return {
    ...rows,
    short,
    writing: (edit) => buildListWrite(table, edit),
    async effects(entries, now) {
      const rowsByEntry = [...(await rows.many(entries))].map(([entry, item]) => [entry, readRow(toRow(item))] as const);
      return new Map(rowsByEntry.flatMap(([entry, row]) => (isLive(row, now) ? [[entry, computeEffect(row, now)] as const] : [])));
    },
    async denied(entries, now) {
      const items = await rows.many(entries);
      return new Set([...items].flatMap(([entry, item]) => (deniesAll(readRow(toRow(item)), now) ? [entry] : [])));
    },
    async *pages(after) {
      const from = after === undefined ? undefined : { entry: { S: after } };
      for await (const page of readPages(table, { limit: PAGE_ROWS }, from)) yield page.map(dropIndexes);
    },
    async inOrder(by, reading, all) {
      const few = all ?? (await short());
      return few === undefined ? await pageInOrder(table, by, reading) : pageOfAll(few, by, reading);
    },
    async cells(columns, all) {
      const items = all ?? (await short());
      return items === undefined ? await cellsAtOnce(table, columns) : { items, isAll: true };
    },
    async ofPartner(domain) {
      const entries: string[] = [];
      for await (const entry of entriesOfPartner(table, domain)) entries.push(entry);
      const itemsByEntry = await rows.many(entries);
      return [...itemsByEntry.values()].filter(({ byPartner }) => byPartner?.S === domain);
    },
    ofPartners: () => entriesOfAllPartners(table),
    isTidy: (storedItem) => tidyStored(storedItem, needs).isTidy,
    tidy: tidier(table, rows, needs),
  };
}

type ListRows = Pick<AccessListStore, "get" | "many" | "put" | "remove">;

async function storedUnder(table: DynamoTable, entries: readonly string[]): Promise<ReadonlyMap<string, Item>> {
  const keys = [...new Set(entries)].filter((entry) => canBeKey(entry));
  const rows = new Map<string, Item>();
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const addresses = keys.slice(start, start + KEYS_AT_ONCE).map((entry) => ({ tableName: table.name, key: { entry: { S: entry } } }));
    for (const [, item] of await batchGet(table.client, addresses)) rows.set(String(item.entry?.S), item);
  }
  return new Map(keys.flatMap((key): [string, Item][] => (rows.has(key) ? [[key, rows.get(key) as Item]] : [])));
}

function createListRows(table: DynamoTable): ListRows {
  return {
    async get(entry) {
      const item = await getItem(table, { entry });
      return item && dropIndexes(item);
    },
    many: async (entries) =>
      new Map([...(await storedUnder(table, entries))].map(([entry, stored]) => [entry, dropIndexes(stored)] as const)),
    put: async (item, current, edit) =>
      (await putItem(table, addIndexes(item, edit), current === undefined ? absent("entry") : buildReadCondition(current, columns)))
        .written,
    remove: async (item) => (await deleteItem(table, item, buildReadCondition(item, columns))).written,
  };
}

/** The problem is in English, for people who look at the table in AWS. */
export function tidyRow(item: Item, { classes, silent }: ListNeeds): { readonly key: string; readonly problem: string | undefined } {
  const { key, problems } = findKeyAndProblems(toRow(item), classes, silent);
  return { key, problem: problems.length === 0 ? undefined : describeRowProblems(problems) };
}

function tidyStored(storedItem: Item, needs: ListNeeds) {
  const item = dropIndexes(storedItem);
  const { key, problem } = tidyRow(item, needs);
  const flaggedItem = withProblem(item, problem);
  const isFlagged = JSON.stringify(flaggedItem.problem) === JSON.stringify(item.problem);
  return { item, key, problem, flagged: flaggedItem, isFlagged, isTidy: key === storedItem.entry?.S && isFlagged && isIndexed(storedItem) };
}

function tidier(table: DynamoTable, { get, put, remove }: ListRows, needs: ListNeeds): AccessListStore["tidy"] {
  async function attempt(entry: string, now: Date): Promise<Tidying | undefined> {
    const storedItem = await getItem(table, { entry });
    if (storedItem === undefined) return "left";
    const { item, key, problem, flagged, isFlagged, isTidy } = tidyStored(storedItem, needs);
    if (isTidy) return "left";
    if (key === entry) {
      if (!(await put(flagged, item, readLastEdit(storedItem)))) return undefined;
      if (isFlagged) return "indexed";
      return problem === undefined ? "cleared" : "flagged";
    }
    return await move(item, key, now);
  }

  async function move(item: Item, key: string, now: Date): Promise<Tidying | undefined> {
    const [current, overruled] = await Promise.all([get(key), findOverruledAllow(item, now)]);
    const movedItem = movedTo(
      key,
      overruled === undefined ? item : { ...item, ...toItem(merge(toRow(item), toRow(overruled), now).set) },
      current,
      now,
    );
    const { problem } = tidyRow(movedItem, needs);
    const writtenItem = withProblem(movedItem, problem);
    if (!(await put(writtenItem, current))) return undefined;
    if (overruled !== undefined && !(await remove(overruled))) return undefined;
    if (await remove(item)) return problem === undefined ? "moved" : "flagged";
    // Somebody has changed or deleted the old row since it was read. If it was deleted, its new spelling must not stay.
    if ((await get(String(item.entry?.S))) === undefined) await (current === undefined ? remove(writtenItem) : put(current, writtenItem));
    return undefined;
  }

  /**
   * For a deny or an approval, finds the allow of exactly the row's address. Once the row is moved to the mailbox's key, this allow is
   * closer and would win.
   */
  async function findOverruledAllow(item: Item, now: Date): Promise<Item | undefined> {
    const key = looserKey(toRow(item));
    if (key === undefined || key === item.entry?.S) return undefined;
    const allowItem = await get(key);
    return allowItem !== undefined && merge(toRow(item), toRow(allowItem), now).winner === "typed" ? allowItem : undefined;
  }

  return async (entry, now) => {
    for (let count = 0; count < MAX_TRIES; count++) {
      const tidying = await attempt(entry, now);
      if (tidying !== undefined) return tidying;
    }
    throw new Error("A row of the access list kept changing while it was tidied.");
  };
}

function isIndexed(storedItem: Item): boolean {
  const wantedItem: Item = { ...addIndexes(storedItem), ...(storedItem.indexEdit && { indexEdit: storedItem.indexEdit }) };
  return indexAttributes.every((name) => JSON.stringify(storedItem[name]) === JSON.stringify(wantedItem[name]));
}

/** Returns the row as it belongs under another key, merged with the row that is there. */
export function movedTo(key: string, typedItem: Item, current: Item | undefined, now: Date): Item {
  const renamedItem: Item = { ...typedItem, entry: { S: key }, typed: typedItem.entry as Item[string] };
  if (current === undefined) return renamedItem;
  const { winner, set, remove } = merge(toRow(typedItem), toRow(current), now);
  const winning = winner === "typed" ? renamedItem : current;
  // A row merged from two addresses loses `typed`. Otherwise, if the row became an allow later, it would allow one of the two addresses.
  const removedColumns = admittedKey(toRow(typedItem)) === admittedKey(toRow(current)) ? remove : [...remove, "typed"];
  const keptCells = Object.fromEntries(Object.entries(winning).filter(([name]) => !removedColumns.includes(name)));
  return { ...keptCells, ...toItem(set) };
}

function withProblem(item: Item, problem: string | undefined): Item {
  const { problem: _, ...rest } = item;
  return problem === undefined ? rest : { ...rest, problem: { S: problem } };
}
