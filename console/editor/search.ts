import { type Item, toRow } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import { type EditedTable, type Found, type Key, keyValues } from "./described-table";

/** Rows that a list shows. */
export const SHOWN_ROWS = 100;
/** Rows that one search reads: some 20 pages of a table. */
export const MAX_READ_ROWS = 10_000;

/** Whether only rows with a problem are asked for. */
export function isFlaggedOnly(visit: Visit): boolean {
  return visit.query("problem") === "1";
}

/** The rows that a search shows, of those that it looks at. */
export async function isAskedFor(visit: Visit, table: EditedTable, item: Item): Promise<boolean> {
  const row = toRow(item);
  if (table.matches !== undefined && !table.matches(visit, row)) return false;
  return !isFlaggedOnly(visit) || (await table.problems(visit, row)).words.length > 0;
}

/**
 * Searches a table with one key column: the rows under these very keys, wherever they are in a table of any length, then
 * the rows whose keys begin like the text.
 */
export async function search(visit: Visit, table: EditedTable, text: string, keys: readonly Key[]): Promise<Found> {
  const rows = table.rows(visit.world);
  const idOf = (item: Item) => keyValues(table, toRow(item)).join("/");
  const exact = (await Promise.all(keys.map((key) => rows.get(key)))).filter((item) => item !== undefined);
  const found = new Map<string, Item>();
  for (const item of exact) if (await isAskedFor(visit, table, item)) found.set(idOf(item), item);
  const beginning = text.toLowerCase();
  const sorted = () => [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
  let read = 0;
  for await (const page of rows.pages()) {
    for (const item of page) {
      const id = idOf(item);
      if (found.has(id) || !id.toLowerCase().startsWith(beginning) || !(await isAskedFor(visit, table, item))) continue;
      if (found.size >= SHOWN_ROWS) return { items: sorted(), cut: true };
      found.set(id, item);
    }
    read += page.length;
    if (read >= MAX_READ_ROWS) return { items: sorted(), cut: true };
  }
  return { items: sorted(), cut: false };
}
