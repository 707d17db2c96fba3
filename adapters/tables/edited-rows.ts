import { isDeepStrictEqual } from "node:util";
import { profileRow } from "../../engine/edited-tables";
import type { AwsClient } from "../aws/client";
import { absent, asRead, beginning } from "./expressions";
import type { Item } from "./item";
import type { RowKind } from "./row-kind";
import { deleteItem, getItem, getPage, type ItemPage, pagesOf, putItem, updateItem } from "./table";
import type { TableKind } from "./tables";

export const profileKind: RowKind = {
  schema: profileRow,
  typed: true,
  table: "profiles",
  shape: { streamed: "wanted" },
  audited: "profiles",
};

/** Rows of a table as people edit them by hand: one at a time, and never over what somebody else wrote meanwhile. */
export interface RowEdits {
  /** The row under a key, strongly consistent. Under what can be no key there is none. */
  get(key: Readonly<Record<string, string>>): Promise<Item | undefined>;
  /** Writes a new row. False if there is one under its key. */
  add(item: Item): Promise<boolean>;
  /** Makes a row as wanted. False if a cell of it is not as it was read. Cells that were added meanwhile stay. */
  change(current: Item, wanted: Item): Promise<boolean>;
  /** Removes a row. False if a cell of it is not as it was read. */
  remove(current: Item): Promise<boolean>;
}

/** A table that people edit by hand. */
export interface EditedRows extends RowEdits {
  /** Every row once, in no order, a page at a time. */
  pages(): AsyncIterable<readonly Item[]>;
  /** Some rows, in no order, as `pages` has them: `rows` are looked at. */
  page(reading: RowReading): Promise<ItemPage>;
}

export interface RowReading {
  /** Where the page begins: what the one before said, or any row's key. */
  readonly from?: Item | undefined;
  /** Those rows alone whose keys begin with one of these. Absent: all. */
  readonly beginnings?: readonly string[] | undefined;
  readonly rows: number;
}

const PAGE_ROWS = 500;

/** @param key names of the table's key attributes */
export function editedRows(client: AwsClient, name: string, key: TableKind["key"]): EditedRows {
  const table = { client, name, key };
  return {
    get: (at) => getItem(table, at),
    add: async (item) => (await putItem(table, item, absent(key[0]))).written,
    async change(current, wanted) {
      const changed = Object.keys({ ...current, ...wanted }).filter((name) => !isDeepStrictEqual(current[name], wanted[name]));
      if (changed.length === 0) return true;
      const set = Object.fromEntries(changed.flatMap((name) => (wanted[name] === undefined ? [] : [[name, wanted[name]]])));
      const remove = changed.filter((name) => wanted[name] === undefined);
      return (await updateItem(table, current, { set, remove }, asRead(current, changed))).written;
    },
    remove: async (current) => (await deleteItem(table, current, asRead(current))).written,
    pages: () => pagesOf(table, { limit: PAGE_ROWS }),
    page: ({ from, beginnings, rows }) => getPage(table, { limit: rows, filter: beginnings && beginning(key[0], beginnings) }, from),
  };
}
