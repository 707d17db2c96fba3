import type { Item } from "../../../adapters/tables/item";
import { MAX_SORT_KEY_BYTES } from "../../../engine/sign-up/key-limits";
import type { Visit } from "../../app/visit";
import { type EditedTable, type Found, listPath } from "../../editor/described-table";
import { isAskedFor, isFlaggedOnly, MAX_READ_ROWS, SHOWN_ROWS } from "../../editor/search";

/** The greatest character of so many bytes: what begins like a text comes before the text with the greatest after it that fits. */
const greatest = ["", "\x7f", "\u07ff", "\uffff", "\u{10ffff}"] as const;

/** Values of a list in their order: those that begin as asked, in any case; or those that have a problem. */
export async function valuesFrom(visit: Visit, table: EditedTable, list: string): Promise<Found> {
  if (isFlaggedOnly(visit)) return await flagged(visit, table, list);
  const after = visit.queryAsTyped("after");
  const asked = visit.query("q");
  // DynamoDB compares to the letter, and people write values in one case or the other.
  const beginnings = [...new Set([asked, asked.toLowerCase(), asked.toUpperCase()])];
  const found = (await Promise.all(beginnings.map((beginning) => beginningWith(visit, list, beginning, after)))).flat();
  const items = [...new Map(found.map((item) => [valueIn(item), item])).values()].sort((one, other) => order(valueIn(one), valueIn(other)));
  const shown = items.slice(0, SHOWN_ROWS);
  const last = shown.at(-1);
  if (items.length <= SHOWN_ROWS || last === undefined) return { items: shown, cut: false };
  return { items: shown, cut: false, next: listPath(table, { list }, `${new URLSearchParams({ q: asked, after: valueIn(last) })}`) };
}

async function beginningWith({ world }: Visit, list: string, beginning: string, after: string): Promise<readonly Item[]> {
  const room = MAX_SORT_KEY_BYTES - Buffer.byteLength(beginning);
  const range = { from: order(after, beginning) < 0 ? beginning : after, to: beginning + (greatest[room] ?? greatest[4]) };
  if (room < 0 || order(range.from, range.to) > 0 || Buffer.byteLength(range.from) > MAX_SORT_KEY_BYTES) return [];
  const found: Item[] = [];
  for await (const page of world.referenceData.valuesOf(list, range.from === "" ? undefined : range)) {
    found.push(...page.filter((item) => valueIn(item) !== after));
    if (found.length > SHOWN_ROWS) break;
  }
  return found.slice(0, SHOWN_ROWS + 1);
}

async function flagged(visit: Visit, table: EditedTable, list: string): Promise<Found> {
  const beginning = visit.query("q").toLowerCase();
  const items: Item[] = [];
  let read = 0;
  for await (const page of visit.world.referenceData.valuesOf(list)) {
    for (const item of page) {
      if (valueIn(item).toLowerCase().startsWith(beginning) && (await isAskedFor(visit, table, item))) items.push(item);
    }
    read += page.length;
    if (items.length > SHOWN_ROWS || read >= MAX_READ_ROWS) return { items: items.slice(0, SHOWN_ROWS), cut: true };
  }
  return { items, cut: false };
}

function valueIn({ value }: Item): string {
  return String(value?.S);
}

/** As DynamoDB orders: by the bytes of UTF-8. */
function order(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
