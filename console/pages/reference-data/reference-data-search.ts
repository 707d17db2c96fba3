import type { Item } from "../../../adapters/tables/item";
import { mergedParts, type Placed, type PlacedPart } from "../../../adapters/tables/merged-parts";
import { byteOrder } from "../../../engine/byte-order";
import { MAX_SORT_KEY_BYTES } from "../../../engine/sign-up/records";
import type { Visit } from "../../app/visit";
import type { EditedTable } from "../../editor/described-table";
import { isAskedFor, isFlaggedOnly, READ_ROWS, SHOWN_ROWS } from "../../editor/search";
import { type Paged, pageAsked } from "../../paging/page-asked";

/** The greatest character of so many bytes: what begins like a text comes before the text with the greatest after it that fits. */
const greatest = ["", "\x7f", "\u07ff", "\uffff", "\u{10ffff}"] as const;
const LEAST = "\0";

interface PlacedValue extends Placed {
  readonly item: Item;
}

/** Values of a list in their order: those that begin as asked, in any case; or those of them that have a problem. */
export async function valuesFrom(visit: Visit, table: EditedTable, list: string): Promise<Paged<Item>> {
  const asked = visit.query("q");
  // DynamoDB compares to the letter, and people write values in one case or the other.
  const beginnings = [...new Set([asked, asked.toLowerCase(), asked.toUpperCase()])];
  const rows = isFlaggedOnly(visit) ? READ_ROWS.few : READ_ROWS.most;
  return await pageAsked<Item, string>(visit, {
    async read(after) {
      const parts = beginnings.map((beginning) => partOf(visit, list, { beginning, after, rows }));
      const { rows: found, end } = mergedParts(await Promise.all(parts));
      return { items: [...new Map(found.map(({ place, item }) => [place, item])).values()], next: end };
    },
    after: valueIn,
    matches: (item) => isAskedFor(visit, table, item),
    rows: SHOWN_ROWS,
  });
}

interface PartReading {
  readonly beginning: string;
  /** A value: the part begins with the one after it. */
  readonly after: string | undefined;
  readonly rows: number;
}

async function partOf({ world }: Visit, list: string, { beginning, after = "", rows }: PartReading): Promise<PlacedPart<PlacedValue>> {
  const room = MAX_SORT_KEY_BYTES - Buffer.byteLength(beginning);
  const range = { from: byteOrder(after, beginning) < 0 ? beginning : after, to: beginning + (greatest[room] ?? greatest[4]) };
  if (room < 0 || byteOrder(range.from, range.to) > 0) return { rows: [] };
  const page = await world.referenceData.valuesWithin(list, { ...range, from: range.from || LEAST }, rows + 1);
  const placed = page.items.map((item) => ({ item, place: valueIn(item) })).filter(({ place }) => place !== after);
  if (page.next === undefined) return { rows: placed };
  // The row after the last tells that there is one.
  const given = placed.slice(0, rows);
  return { rows: given, end: given.at(-1)?.place ?? String(page.next.value?.S) };
}

function valueIn({ value }: Item): string {
  return String(value?.S);
}
