import { momentBefore } from "../../../adapters/system";
import { all } from "../../../adapters/tables/conditions";
import { type Item, toItem } from "../../../adapters/tables/item";
import { getPage } from "../../../adapters/tables/search";
import {
  absent,
  below,
  changing,
  type DynamoTable,
  type Expression,
  equal,
  getItem,
  type TableWrite,
} from "../../../adapters/tables/table";
import type { momentFilters, PageSource, Query } from "../../../engine/operator/list";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../../engine/table-keys";

// Change sets, proposals and incidents each have a partition in the table of change sets. Their ids begin with the time.

const PAGE_ROWS = 50;

export interface NewestRows<T> {
  readonly items: readonly T[];
  /** Ids of rows that `items` omits, because they cannot be read. */
  readonly unreadable: readonly string[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** Newest first. @param before an id: the page begins with the next older row */
export async function newestRows<T>(
  table: DynamoTable,
  partition: string,
  read: (item: Item) => T | undefined,
  before?: string,
  limit = PAGE_ROWS,
): Promise<NewestRows<T>> {
  const ofAll = equal({ set: { S: partition } });
  const from = before !== undefined && canBeKey(before, MAX_SORT_KEY_BYTES) ? before : undefined;
  const where = from === undefined ? ofAll : all(ofAll, below("part", { S: from }));
  const { items, next } = await getPage(table, { where, order: "descending", limit });
  const rows = items.map((item) => ({ id: String(item.part?.S), row: read(item) }));
  const unreadable = rows.flatMap(({ id, row }) => (row === undefined ? [id] : []));
  return { items: rows.flatMap(({ row }) => row ?? []), unreadable, next: next?.part?.S };
}

/** Makes the source of a view of such rows. The place is a row's id: the rows before it follow. */
export function newestSource<T extends { readonly id: string; readonly at: string }>(
  page: (before?: string) => Promise<NewestRows<T>>,
  { from, to }: Query<typeof momentFilters>,
): PageSource<T, string> {
  const oldest = from?.toISOString() ?? "";
  return {
    async read(before = to && momentBefore(to)) {
      const { items, unreadable, next } = await page(before);
      const isOver = (items.at(-1)?.at ?? oldest) < oldest;
      return { items, unreadable, ...(next !== undefined && !isOver && { next }) };
    },
    after: ({ id }) => id,
    matches: ({ at }) => at >= oldest,
  };
}

export async function rowOfId(table: DynamoTable, partition: string, id: string): Promise<Item | undefined> {
  return canBeKey(id, MAX_SORT_KEY_BYTES) ? await getItem(table, { set: partition, part: id }) : undefined;
}

/**
 * Updates a row only if it has the expected values. If an expected value is undefined, the column must be absent. If a new value is
 * undefined, the column is removed.
 */
export function changingRow(
  table: DynamoTable,
  partition: string,
  id: string,
  expectedFields: object,
  facts: object,
  ...more: readonly Expression[]
): TableWrite {
  const namesWithout = (row: object) => Object.entries(row).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const key = { set: { S: partition }, part: { S: id } };
  const missing = namesWithout(expectedFields).map((name) => absent(name));
  const update = { set: toItem(facts), remove: namesWithout(facts) };
  return changing(table, key, update, all(equal({ ...key, ...toItem(expectedFields) }), ...missing, ...more));
}
