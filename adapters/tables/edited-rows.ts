import { isDeepStrictEqual } from "node:util";
import type { AwsClient } from "../aws/client";
import { beginning, buildReadCondition } from "./conditions";
import type { Item } from "./item";
import { getPage, type ItemPage, readPages } from "./search";
import { absent, changing, deleting, getItem, putting, type TableWrite, writeAlone } from "./table";
import type { TableKind } from "./tables";

/** The row before and after the edit. Each is undefined if there is no row at that time. */
export interface RowEdit {
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
}

/** Edits of a table's rows by hand. No edit overwrites a change that somebody else made after the read. */
export interface RowEdits {
  /** Strongly consistent. Returns undefined for a text that cannot be a key. */
  get(key: Readonly<Record<string, string>>): Promise<Item | undefined>;
  /**
   * Inserts a row only if none exists under its key. Replaces or removes a row only if none of its cells has changed. A replaced row keeps
   * cells that were added meanwhile.
   */
  writing(edit: RowEdit): TableWrite;
  /** Returns false if a row exists under the new row's key. */
  add(item: Item): Promise<boolean>;
  /** Returns false if one of the row's cells was changed since the read. Keeps cells that were added since. */
  change(current: Item, wantedItem: Item): Promise<boolean>;
  /** Returns false if one of the row's cells was changed since the read. */
  remove(current: Item): Promise<boolean>;
}

export interface EditedRows extends RowEdits {
  /** Reads all rows, in no order. */
  pages(): AsyncIterable<readonly Item[]>;
  /** Reads one page, in no order; `reading.rows` counts the rows examined, not returned. */
  page(reading: RowReading): Promise<ItemPage>;
}

export interface RowReading {
  /** Start of the page: `next` of the previous page, or any row's key. */
  readonly from?: Item | undefined;
  /** Reads only rows whose keys begin with one of these texts. Absent: all rows. */
  readonly beginnings?: readonly string[] | undefined;
  readonly rows: number;
}

const PAGE_ROWS = 500;

/** @param key names of the table's key attributes */
export function editedRows(client: AwsClient, name: string, key: TableKind["key"]): EditedRows {
  const table = { client, name, key };
  const writing: RowEdits["writing"] = ({ before, after }) => {
    if (before === undefined) return putting(table, after as Item, absent(key[0]));
    if (after === undefined) return deleting(table, before, buildReadCondition(before));
    const changedNames = changedIn(before, after);
    const cellsToSet = Object.fromEntries(changedNames.flatMap((name) => (after[name] === undefined ? [] : [[name, after[name]]])));
    return changing(
      table,
      before,
      { set: cellsToSet, remove: changedNames.filter((name) => after[name] === undefined) },
      buildReadCondition(before, changedNames),
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
