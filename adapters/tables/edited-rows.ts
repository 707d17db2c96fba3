import { isDeepStrictEqual } from "node:util";
import type { AwsClient } from "../aws/client";
import { asRead, beginning } from "./conditions";
import type { Item } from "./item";
import { getPage, type ItemPage, readPages } from "./search";
import { absent, changing, deleting, getItem, putting, type TableWrite, writeAlone } from "./table";
import type { TableKind } from "./tables";

/** A row before and after an edit; undefined where there is none. */
export interface RowEdit {
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
}

/** Rows of a table as people edit them by hand: one at a time, and never over what somebody else wrote meanwhile. */
export interface RowEdits {
  /** The row under a key, strongly consistent. Under what can be no key there is none. */
  get(key: Readonly<Record<string, string>>): Promise<Item | undefined>;
  /** Inserts a row if there is none, or replaces one if none of its cells has changed. Keeps cells that were added meanwhile. */
  writing(edit: RowEdit): TableWrite;
  /** Writes a new row. False if there is one under its key. */
  add(item: Item): Promise<boolean>;
  /** Makes a row as wanted. False if a cell of it is not as it was read. Cells that were added meanwhile stay. */
  change(current: Item, wantedItem: Item): Promise<boolean>;
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
  const writing: RowEdits["writing"] = ({ before, after }) => {
    if (before === undefined) return putting(table, after as Item, absent(key[0]));
    if (after === undefined) return deleting(table, before, asRead(before));
    const changedNames = changedIn(before, after);
    const cellsToSet = Object.fromEntries(changedNames.flatMap((name) => (after[name] === undefined ? [] : [[name, after[name]]])));
    return changing(
      table,
      before,
      { set: cellsToSet, remove: changedNames.filter((name) => after[name] === undefined) },
      asRead(before, changedNames),
    );
  };
  const write = async (edit: RowEdit) => (await writeAlone(writing(edit))).written;
  return {
    get: (at) => getItem(table, at),
    writing,
    add: (after) => write({ after }),
    change: async (before, after) => changedIn(before, after).length === 0 || (await write({ before, after })),
    remove: (before) => write({ before }),
    pages: () => readPages(table, { limit: PAGE_ROWS }),
    page: ({ from, beginnings, rows }) => getPage(table, { limit: rows, filter: beginnings && beginning(key[0], beginnings) }, from),
  };
}

function changedIn(before: Item, after: Item): readonly string[] {
  return Object.keys({ ...before, ...after }).filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
