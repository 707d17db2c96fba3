import { isDeepStrictEqual } from "node:util";
import type { AwsClient } from "../../../adapters/aws/client";
import type { Sameness } from "../../../adapters/tables/conditional-batch";
import { asRead } from "../../../adapters/tables/conditions";
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
import { admittedKey, findKeyAndProblems, looserKey, merge } from "../hygiene";
import { describeRowProblems } from "../problem-texts";
import { isLive, readRow } from "../row";
import {
  addIndexes,
  cellsAtOnce,
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
  withoutIndexes,
} from "./list-indexes";
import { accessListRow } from "./row-kinds";

const columns = Object.keys(accessListRow.entries);
/** Number of tries for a row that keeps changing. After the last try, the stream delivers the change again. */
const MAX_TRIES = 5;

const PAGE_ROWS = 500;
/** A list of at most this many rows is read whole. */
const FEW_ROWS = 400;

/**
 * The result of tidying a row. "left": nothing to do. "flagged": a problem was written to the row. "cleared": its problem was removed.
 * "moved": the row is under its right key, without a problem. "indexed": only its index attributes changed.
 */
export type Tidying = "left" | "indexed" | "cleared" | "flagged" | "moved";

/** The access list for its hygiene worker and operators. Rows are passed without index attributes. */
export interface AccessListStore {
  /** Returns the row under a key, strongly consistent. Undefined for a text that cannot be a key. */
  get(entry: string): Promise<Item | undefined>;
  /** Returns the rows under any number of keys, strongly consistent. */
  many(entries: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  effects(entries: readonly string[], now: Date): Promise<ReadonlyMap<string, ListEffect>>;
  /** Writes a row. `current` is the row that was read under the key before, if there was one. False if that row has changed since. */
  put(item: Item, current: Item | undefined, edit?: LastEdit): Promise<boolean>;
  /** Removes a row. False if it has changed since it was read. */
  remove(item: Item): Promise<boolean>;
  writing(edit: RowEdit): TableWrite;
  /** Returns the rows that are marked as a partner's. Strongly consistent, except for rows added a moment ago. */
  ofPartner(domain: string): Promise<readonly Item[]>;
  /** Yields the rows of all partners, unordered. The index lags a moment behind. A page can be empty. */
  ofPartners(): AsyncIterable<readonly Item[]>;
  /**
   * Yields every row once, unordered, a page at a time.
   * @param after an entry. Only rows that come after it in the table's own order are read
   */
  pages(after?: string): AsyncIterable<readonly Item[]>;
  /** Returns every row of a short list, for callers that read the list more than once. Undefined for a long list. */
  short(): Promise<readonly Item[] | undefined>;
  /**
   * Reads rows in an order. Reads a short list from the table. Reads a long list by its indexes, which lag a moment behind. Rows written
   * outside Gatehouse are in the indexes once the worker has seen them.
   */
  inOrder(by: ListOrder, reading: ListReading, short?: readonly Item[]): Promise<ListPage>;
  /** Reads some cells of all rows, for counts. Of a long list, reads only as many rows as one read of each shard returns. */
  cells(columns: readonly string[], short?: readonly Item[]): Promise<ListCells>;
  /**
   * Normalises the spelling of one row and flags unreadable cells. Reads the row as it is now, so that a late or repeated call is harmless.
   * Writes the new spelling before it removes the old one. Sets the index attributes of rows that were written outside Gatehouse. Rejects
   * if DynamoDB refuses the row: it may have no room for these attributes, or hundreds of columns.
   */
  tidy(entry: string, now: Date): Promise<Tidying>;
  /** True if `tidy` would leave a stored row unchanged. If the row changes later, the stream delivers that change too. */
  isTidy(storedItem: Item): boolean;
}

/** Attributes of the hygiene worker and of indexes: rows that differ only in these are equal. */
export const besideEdits: readonly string[] = ["problem", ...indexAttributes];

/** Compares rows without the hygiene worker's flags and the index attributes. */
export const sameness: Sameness = { columns, ignored: besideEdits };

/** Returns a row's columns that are not columns of the list, exactly as stored. They are an operator's own. */
export function keptBeside(item: Item | undefined): Item {
  return Object.fromEntries(Object.entries(withoutIndexes(item ?? {})).filter(([name]) => !columns.includes(name)));
}

export function listRowAudited({ entry, before, after }: RowEdit & { readonly entry: string }): RowAudited {
  return { table: "access-list", subject: entry, ...(before && { before: toRow(before) }), ...(after && { after: toRow(after) }) };
}

/**
 * Builds the write of one row. The write fails if a cell has changed since the row was read, or if a column of the list was added. Other
 * columns that somebody has added meanwhile stay.
 */
export function buildListWrite(table: DynamoTable, { before, after }: RowEdit, edit?: LastEdit): TableWrite {
  if (before === undefined) return putting(table, addIndexes(after as Item, edit), absent("entry"));
  const was = Object.fromEntries(Object.entries(before).filter(([column]) => !besideEdits.includes(column)));
  const isRead = asRead(
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

/** Facts of the policies: rows that do not fit them are flagged. */
export interface ListNeeds {
  readonly classes?: readonly ClassName[];
  /** Gates that ask nobody for approval. If undefined, they are not known: flags about such gates stay. */
  readonly silent?: readonly string[] | undefined;
}

export function accessListStore(client: AwsClient, name: string, needs: ListNeeds = {}): AccessListStore {
  const table = { client, name, key: tables.accessList.key };
  const rows = createListRows(table);

  /**
   * True if the list was long at the last read. A list seldom shrinks, so a long one is not measured again. If it does shrink, its indexes
   * still contain it.
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
      return new Map(rowsByEntry.flatMap(([entry, row]) => (isLive(row, now) ? [[entry, row.effect] as const] : [])));
    },
    async *pages(after) {
      const from = after === undefined ? undefined : { entry: { S: after } };
      for await (const page of readPages(table, { limit: PAGE_ROWS }, from)) yield page.map(withoutIndexes);
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
      return item && withoutIndexes(item);
    },
    many: async (entries) =>
      new Map([...(await storedUnder(table, entries))].map(([entry, stored]) => [entry, withoutIndexes(stored)] as const)),
    put: async (item, current, edit) =>
      (await putItem(table, addIndexes(item, edit), current === undefined ? absent("entry") : asRead(current, columns))).written,
    remove: async (item) => (await deleteItem(table, item, asRead(item, columns))).written,
  };
}

/**
 * Returns the right key of a row, and the text of its problem as it is stored. The text is in English, for people who look at the table in
 * AWS.
 */
export function tidyRow(item: Item, { classes, silent }: ListNeeds): { readonly key: string; readonly problem: string | undefined } {
  const { key, problems } = findKeyAndProblems(toRow(item), classes, silent);
  return { key, problem: problems.length === 0 ? undefined : describeRowProblems(problems) };
}

function tidyStored(storedItem: Item, needs: ListNeeds) {
  const item = withoutIndexes(storedItem);
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
    const movedItem = movedTo(key, overruled === undefined ? item : addRemark(overruled, item, now), current, now);
    const { problem } = tidyRow(movedItem, needs);
    const writtenItem = withProblem(movedItem, problem);
    if (!(await put(writtenItem, current))) return undefined;
    if (overruled !== undefined && !(await remove(overruled))) return undefined;
    if (await remove(item)) return problem === undefined ? "moved" : "flagged";
    // `remove` returned false: somebody changed or deleted the old row meanwhile. A changed row is read again. If the old row was deleted,
    // its new spelling must not stay.
    if ((await get(String(item.entry?.S))) === undefined) await (current === undefined ? remove(writtenItem) : put(current, writtenItem));
    return undefined;
  }

  /**
   * Returns the allow of an exact address that a deny of it replaces. The deny moves to the address without its tag. The allow would be
   * closer, so it must not stay.
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

function movedTo(key: string, typedItem: Item, current: Item | undefined, now: Date): Item {
  const renamedItem: Item = { ...typedItem, entry: { S: key }, typed: typedItem.entry as Item[string] };
  if (current === undefined) return renamedItem;
  const { winner, set, remove } = merge(toRow(typedItem), toRow(current), now);
  const winning = winner === "typed" ? renamedItem : current;
  // A row merged from two addresses loses `typed`. Otherwise, if it became an allow later, it would allow one of the two addresses.
  const removedColumns = admittedKey(toRow(typedItem)) === admittedKey(toRow(current)) ? remove : [...remove, "typed"];
  const keptCells = Object.fromEntries(Object.entries(winning).filter(([name]) => !removedColumns.includes(name)));
  return { ...keptCells, ...toItem(set) };
}

function addRemark(overruledItem: Item, item: Item, now: Date): Item {
  return { ...item, ...toItem(merge(toRow(item), toRow(overruledItem), now).set) };
}

function withProblem(item: Item, problem: string | undefined): Item {
  const { problem: _, ...rest } = item;
  return problem === undefined ? rest : { ...rest, problem: { S: problem } };
}
