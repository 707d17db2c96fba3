import { type Item, toRow } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import { type Paged, type PageSource, pageAsked } from "../paging/page-asked";
import { type EditedTable, type Key, keyValues } from "./described-table";

/** Rows that a list shows. */
export const SHOWN_ROWS = 100;
/** Rows that are looked at together where most of them are shown, and where few may be. */
export const READ_ROWS = { most: SHOWN_ROWS, few: 2_000 } as const;

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
 * A page of a table with one key column: first the rows under these very keys, as they stand now and wherever they are in a
 * table of any length, then the others of a source.
 */
export async function search<P>(
  visit: Visit,
  table: EditedTable,
  keys: readonly Key[],
  source: Pick<PageSource<Item, P>, "read" | "after">,
): Promise<Paged<Item>> {
  const rows = table.rows(visit.world);
  const ids = new Set(keys.map((key) => idOf(table, key)));
  return await pageAsked<Item, P>(visit, {
    after: (item) => source.after(item),
    async read(from) {
      const meant = from === undefined ? keys : [];
      const [exact, { items, ...rest }] = await Promise.all([Promise.all(meant.map((key) => rows.get(key))), source.read(from)]);
      const others = items.filter((item) => !ids.has(idOf(table, toRow(item))));
      return { ...rest, items: [...exact.filter((item) => item !== undefined), ...others] };
    },
    matches: (item) => isAskedFor(visit, table, item),
    rows: SHOWN_ROWS,
  });
}

function idOf(table: EditedTable, row: Parameters<typeof keyValues>[1]): string {
  return keyValues(table, row).join("/");
}
