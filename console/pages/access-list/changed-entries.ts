import type { Item } from "../../../adapters/tables/item";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import type { EditedTable } from "../../editor/described-table";
import { isAskedFor, SHOWN_ROWS } from "../../editor/list-page";
import { type Paged, pageAsked } from "../../parts/paging";
import { entriesUnder } from "./access-list-write";

/** Changed rows whose entries are read together. */
const ROWS_AT_ONCE = 200;
const SETS_AT_ONCE = 25;

/** A row of a change set: after which part it is, and where in the next one. */
interface ChangedPlace {
  readonly id: string;
  readonly part: string;
  readonly row: number;
}

/**
 * The entries that the command line or the console changed within some days and that are still there, the newest change first.
 * One that was changed twice may be on two pages.
 */
export async function changedEntries(visit: Visit, table: EditedTable, days: number): Promise<Paged<Item>> {
  const since = new Date(visit.now.getTime() - days * MS_PER_DAY).toISOString();
  const seen = new Set<string>();
  const places = new WeakMap<Item, ChangedPlace>();
  return await pageAsked<Item, ChangedPlace | undefined>(visit, {
    async read(from) {
      const found = new Map<string, ChangedPlace>();
      let next: ChangedPlace | undefined;
      for await (const { entry, place } of changedRows(visit, since, from)) {
        if (!seen.has(entry)) found.set(entry, place);
        seen.add(entry);
        if (found.size < ROWS_AT_ONCE) continue;
        next = place;
        break;
      }
      const current = await entriesUnder(visit, [...found.keys()]);
      const items: Item[] = [];
      for (const [entry, place] of found) {
        const item = current.get(entry);
        if (item === undefined) continue;
        places.set(item, place);
        items.push(item);
      }
      return { items, next, searched: found.size };
    },
    after: (item) => places.get(item),
    matches: (item) => isAskedFor(visit, table, item),
    rows: SHOWN_ROWS,
  });
}

async function* changedRows({ world }: Visit, since: string, from: ChangedPlace | undefined) {
  const first = from && (await world.changes.get(from.id));
  let { sets, next } = first === undefined ? await world.changes.page(from?.id, SETS_AT_ONCE) : { sets: [first], next: first.id };
  for (;;) {
    for (const { id, at } of sets) {
      if (at < since) return;
      const isFirst = id === from?.id;
      let part = isFirst ? from.part : "";
      let row = isFirst ? from.row : -1;
      for await (const { key, writes } of world.changes.parts(id, undefined, part)) {
        for (const [index, { entry }] of writes.entries()) if (index > row) yield { entry, place: { id, part, row: index } };
        [part, row] = [key, -1];
      }
    }
    if (next === undefined) return;
    ({ sets, next } = await world.changes.page(next, SETS_AT_ONCE));
  }
}
