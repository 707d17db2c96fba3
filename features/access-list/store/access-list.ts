import { isDeepStrictEqual } from "node:util";
import type { AwsClient } from "../../../adapters/aws/client";
import type { Sameness } from "../../../adapters/tables/conditional-batch";
import { asRead } from "../../../adapters/tables/conditions";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { getItem } from "../../../adapters/tables/get-item";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { getPage, pagesOf } from "../../../adapters/tables/search";
import {
  absent,
  batchGet,
  changing,
  type DynamoTable,
  deleteItem,
  deleting,
  putItem,
  putting,
  type TableWrite,
} from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { canBeKey } from "../../../engine/sign-up/key-sizes";
import type { RowAudited } from "../../audit/store/trail";
import { type ClassName, classNames } from "../entry";
import { admittedKey, looserKey, merge, tidy } from "../hygiene";
import { isLive, readRow } from "../row";
import { accessListRow } from "../stored-row";
import {
  cellsAtOnce,
  entriesOfAllPartners,
  entriesOfPartner,
  indexAttributes,
  indexed,
  type LastEdit,
  type ListCells,
  type ListOrder,
  type ListPage,
  type ListReading,
  lastEditOf,
  pageInOrder,
  pageOfAll,
  withoutIndexes,
} from "./list-indexes";

/** Columns that make a row another one where they appear. */
const columns = Object.keys(accessListRow.entries);
/** How often a row may change under our hands before we leave it to the stream's next delivery. */
const MAX_TRIES = 5;

const PAGE_ROWS = 500;
/** A list of at most so many rows is read whole. */
const FEW_ROWS = 400;

/** What became of a row: flagged if something in it cannot be read that was not flagged before; indexed if nothing else was amiss. */
export type Tidying = "left" | "indexed" | "cleared" | "flagged" | "moved";

/** The access list as its hygiene worker and its operators handle it. Rows come and go without what its indexes go by. */
export interface AccessListStore {
  /** The row under a key, strongly consistent. Under what can be no key there is none. */
  get(entry: string): Promise<Item | undefined>;
  /** The rows that there are under some keys, however many, strongly consistent. */
  many(entries: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  /** What the rows under some keys say that count now. */
  effects(entries: readonly string[], now: Date): Promise<ReadonlyMap<string, "allow" | "deny">>;
  /** Writes a row in the place of the one read before, if there was one. False if that has changed since. */
  put(item: Item, current: Item | undefined, edit?: LastEdit): Promise<boolean>;
  /** Removes a row. False if it has changed since it was read. */
  remove(item: Item): Promise<boolean>;
  /** What an edit of one row writes: see `listWrite`. */
  writing(edit: RowEdit): TableWrite;
  /** The rows that are marked as a partner's, strongly consistent but for those that were added a moment ago. */
  ofPartner(domain: string): Promise<readonly Item[]>;
  /** Those of all partners, in no order, by an index that lags a moment behind: pages of what was looked at, of which one may have none. */
  ofPartners(): AsyncIterable<readonly Item[]>;
  /** Every row once, in no order, a page at a time. @param after an entry: those that come after it in that order */
  pages(after?: string): AsyncIterable<readonly Item[]>;
  /** Every row of a short list, for who reads it more than once; undefined for a long one. */
  short(): Promise<readonly Item[] | undefined>;
  /**
   * Some rows in an order. A short list is read from the table; a long one by its indexes, which lag a moment behind, and have the rows
   * that others wrote when the worker has seen them.
   */
  inOrder(by: ListOrder, reading: ListReading, short?: readonly Item[]): Promise<ListPage>;
  /** Some cells of all rows, for counts: of a long list, of those that are read at once. */
  cells(columns: readonly string[], short?: readonly Item[]): Promise<ListCells>;
  /**
   * Brings one row into its normalised spelling and flags what cannot be read in it. Looks at the current row,
   * so that a late or repeated call does no harm. The new spelling is written before the old one goes. Gives the row what the
   * indexes go by, where another than we wrote it. Rejects where DynamoDB takes no such row: one that leaves no room for that, or
   * has hundreds of columns.
   */
  tidy(entry: string, now: Date): Promise<Tidying>;
  /** Whether `tidy` would leave a row as it is stored here. A later change of it is another delivery of the stream. */
  isTidy(stored: Item): boolean;
}

/** What the hygiene worker writes beside an edit, and what the indexes go by: neither makes a row another one. */
export const besideEdits: readonly string[] = ["problem", ...indexAttributes];

/** A row is the one that was read, whatever the hygiene worker has flagged in it since, and whatever the indexes go by. */
export const sameness: Sameness = { columns, ignored: besideEdits };

/** Whatever else an operator keeps in a row: it stays exactly as it is stored. */
export function keptBeside(item: Item | undefined): Item {
  return Object.fromEntries(Object.entries(withoutIndexes(item ?? {})).filter(([name]) => !columns.includes(name)));
}

/** A change as the audit trail takes it. */
export function listRowAudited({ entry, before, after }: RowEdit & { readonly entry: string }): RowAudited {
  return { table: "access-list", subject: entry, ...(before && { before: toRow(before) }), ...(after && { after: toRow(after) }) };
}

/** The write of one row, where it is still as it was read. Cells that others have added meanwhile stay. */
export function listWrite(table: DynamoTable, { before, after }: RowEdit, edit?: LastEdit): TableWrite {
  if (before === undefined) return putting(table, indexed(after as Item, edit), absent("entry"));
  const was = Object.fromEntries(Object.entries(before).filter(([column]) => !besideEdits.includes(column)));
  const isRead = asRead(
    was,
    columns.filter((column) => !besideEdits.includes(column)),
  );
  if (after === undefined) return deleting(table, before, isRead);
  const is = indexed(after, edit);
  const set = Object.fromEntries(Object.entries(is).filter(([column, cell]) => !isDeepStrictEqual(was[column], cell)));
  const remove = [...new Set([...Object.keys(before), ...indexAttributes])].filter((column) => is[column] === undefined);
  return changing(table, before, { set, remove }, isRead);
}

/** Rows asked for together, in batches of a hundred. */
const KEYS_AT_ONCE = 2_000;

/** @param classes those that the policy asks for: rows of others are flagged */
export function accessListStore(client: AwsClient, name: string, classes: readonly ClassName[] = classNames): AccessListStore {
  const table = { client, name, key: tables.accessList.key };
  const rows = rowsOf(table);

  /** Whether it was, when last looked at: a list seldom shrinks, and indexes hold short ones too. */
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
    writing: (edit) => listWrite(table, edit),
    async effects(entries, now) {
      const found = [...(await rows.many(entries))].map(([entry, item]) => [entry, readRow(toRow(item))] as const);
      return new Map(found.flatMap(([entry, row]) => (isLive(row, now) ? [[entry, row.effect] as const] : [])));
    },
    async *pages(after) {
      const from = after === undefined ? undefined : { entry: { S: after } };
      for await (const page of pagesOf(table, { limit: PAGE_ROWS }, from)) yield page.map(withoutIndexes);
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
      const found = await rows.many(entries);
      return [...found.values()].filter(({ byPartner }) => byPartner?.S === domain);
    },
    ofPartners: () => entriesOfAllPartners(table),
    isTidy: (stored) => tidied(stored, classes).isTidy,
    tidy: tidier(table, rows, classes),
  };
}

type ListRows = Pick<AccessListStore, "get" | "many" | "put" | "remove">;

/** In the order that was asked for. */
async function storedUnder(table: DynamoTable, entries: readonly string[]): Promise<ReadonlyMap<string, Item>> {
  const keys = [...new Set(entries)].filter((entry) => canBeKey(entry));
  const rows = new Map<string, Item>();
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const addresses = keys.slice(start, start + KEYS_AT_ONCE).map((entry) => ({ tableName: table.name, key: { entry: { S: entry } } }));
    for (const [, item] of await batchGet(table.client, addresses)) rows.set(String(item.entry?.S), item);
  }
  return new Map(keys.flatMap((key): [string, Item][] => (rows.has(key) ? [[key, rows.get(key) as Item]] : [])));
}

function rowsOf(table: DynamoTable): ListRows {
  return {
    async get(entry) {
      const item = await getItem(table, { entry });
      return item && withoutIndexes(item);
    },
    many: async (entries) =>
      new Map([...(await storedUnder(table, entries))].map(([entry, stored]) => [entry, withoutIndexes(stored)] as const)),
    put: async (item, current, edit) =>
      (await putItem(table, indexed(item, edit), current === undefined ? absent("entry") : asRead(current, columns))).written,
    remove: async (item) => (await deleteItem(table, item, asRead(item, columns))).written,
  };
}

/** What a row is to be, beside what it is. */
function tidied(stored: Item, classes: readonly ClassName[]) {
  const item = withoutIndexes(stored);
  const { key, problem } = tidy(toRow(item), classes);
  const flagged = withProblem(item, problem);
  const isFlagged = JSON.stringify(flagged.problem) === JSON.stringify(item.problem);
  return { item, key, problem, flagged, isFlagged, isTidy: key === stored.entry?.S && isFlagged && isIndexed(stored) };
}

function tidier(table: DynamoTable, { get, put, remove }: ListRows, classes: readonly ClassName[]): AccessListStore["tidy"] {
  async function attempt(entry: string, now: Date): Promise<Tidying | undefined> {
    const stored = await getItem(table, { entry });
    if (stored === undefined) return "left";
    const { item, key, problem, flagged, isFlagged, isTidy } = tidied(stored, classes);
    if (isTidy) return "left";
    if (key === entry) {
      if (!(await put(flagged, item, lastEditOf(stored)))) return undefined;
      if (isFlagged) return "indexed";
      return problem === undefined ? "cleared" : "flagged";
    }
    return await move(item, key, now);
  }

  /** Undefined if a row changed meanwhile. */
  async function move(item: Item, key: string, now: Date): Promise<Tidying | undefined> {
    const [current, overruled] = await Promise.all([get(key), overruledBy(item, now)]);
    const moved = movedTo(key, overruled === undefined ? item : noting(overruled, item, now), current, now);
    const { problem } = tidy(toRow(moved), classes);
    const written = withProblem(moved, problem);
    if (!(await put(written, current))) return undefined;
    if (overruled !== undefined && !(await remove(overruled))) return undefined;
    if (await remove(item)) return problem === undefined ? "moved" : "flagged";
    // Changed meanwhile: it is read again. Deleted meanwhile: its new spelling must not outlive it.
    if ((await get(String(item.entry?.S))) === undefined) await (current === undefined ? remove(written) : put(current, written));
    return undefined;
  }

  /** A deny that moves to the address without its tag must not leave an allow of the very same address behind: it would be closer. */
  async function overruledBy(item: Item, now: Date): Promise<Item | undefined> {
    const key = looserKey(toRow(item));
    if (key === undefined || key === item.entry?.S) return undefined;
    const allowed = await get(key);
    return allowed !== undefined && merge(toRow(item), toRow(allowed), now).winner === "typed" ? allowed : undefined;
  }

  return async (entry, now) => {
    for (let count = 0; count < MAX_TRIES; count++) {
      const done = await attempt(entry, now);
      if (done !== undefined) return done;
    }
    throw new Error("A row of the access list kept changing while it was tidied.");
  };
}

/** Whether a row as it is stored has what the indexes go by. */
export function isIndexed(stored: Item): boolean {
  const wanted: Item = { ...indexed(stored), ...(stored.indexEdit && { indexEdit: stored.indexEdit }) };
  return indexAttributes.every((name) => JSON.stringify(stored[name]) === JSON.stringify(wanted[name]));
}

function movedTo(key: string, typed: Item, current: Item | undefined, now: Date): Item {
  const renamed: Item = { ...typed, entry: { S: key }, typed: typed.entry as Item[string] };
  if (current === undefined) return renamed;
  const { winner, set, remove } = merge(toRow(typed), toRow(current), now);
  const winning = winner === "typed" ? renamed : current;
  // One row for two addresses is neither's own: turned into an allow, it must not go back to one.
  const gone = admittedKey(toRow(typed)) === admittedKey(toRow(current)) ? remove : [...remove, "typed"];
  const kept = Object.fromEntries(Object.entries(winning).filter(([name]) => !gone.includes(name)));
  return { ...kept, ...toItem(set) };
}

function noting(overruled: Item, item: Item, now: Date): Item {
  return { ...item, ...toItem(merge(toRow(item), toRow(overruled), now).set) };
}

function withProblem(item: Item, problem: string | undefined): Item {
  const { problem: _, ...rest } = item;
  return problem === undefined ? rest : { ...rest, problem: { S: problem } };
}
