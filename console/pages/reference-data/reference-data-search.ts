import { type Item, toRow } from "../../../adapters/tables/item";
import { MAX_SORT_KEY_BYTES } from "../../../engine/sign-up/key-limits";
import type { Visit } from "../../app/visit";
import { hasProblem, problemsOf } from "./reference-row";

const SHOWN = 100;
/** Rows that a search for problems reads at most. */
const MAX_READ = 10_000;
/** The greatest character of so many bytes: what begins like a text comes before the text with the greatest after it that fits. */
const greatest = ["", "\x7f", "\u07ff", "\uffff", "\u{10ffff}"] as const;

export interface FoundValues {
  readonly items: readonly Item[];
  /** The value after which more follow. */
  readonly next?: string;
  /** Whether not all were looked at. */
  readonly cut: boolean;
}

export function isFlagged(visit: Visit): boolean {
  return visit.query("problem") === "1";
}

/** Values of a list in their order: those that begin as asked, in any case; or those that have a problem. */
export async function valuesFrom(visit: Visit, list: string): Promise<FoundValues> {
  if (isFlagged(visit)) return await flagged(visit, list);
  const after = visit.context.req.query("after") ?? "";
  const asked = visit.query("q");
  // DynamoDB compares to the letter, and people write values in one case or the other.
  const beginnings = [...new Set([asked, asked.toLowerCase(), asked.toUpperCase()])];
  const found = (await Promise.all(beginnings.map((beginning) => beginningWith(visit, list, beginning, after)))).flat();
  const items = [...new Map(found.map((item) => [valueIn(item), item])).values()].sort((one, other) => order(valueIn(one), valueIn(other)));
  const shown = items.slice(0, SHOWN);
  const last = shown.at(-1);
  return { items: shown, cut: false, ...(items.length > SHOWN && last !== undefined && { next: valueIn(last) }) };
}

async function beginningWith({ world }: Visit, list: string, beginning: string, after: string): Promise<readonly Item[]> {
  const room = MAX_SORT_KEY_BYTES - Buffer.byteLength(beginning);
  const range = { from: order(after, beginning) < 0 ? beginning : after, to: beginning + (greatest[room] ?? greatest[4]) };
  if (room < 0 || order(range.from, range.to) > 0 || Buffer.byteLength(range.from) > MAX_SORT_KEY_BYTES) return [];
  const found: Item[] = [];
  for await (const page of world.referenceData.valuesOf(list, range.from === "" ? undefined : range)) {
    found.push(...page.filter((item) => valueIn(item) !== after));
    if (found.length > SHOWN) break;
  }
  return found.slice(0, SHOWN + 1);
}

async function flagged({ world, now, query }: Visit, list: string): Promise<FoundValues> {
  const beginning = query("q").toLowerCase();
  const items: Item[] = [];
  let count = 0;
  for await (const page of world.referenceData.valuesOf(list)) {
    items.push(...page.filter((item) => valueIn(item).toLowerCase().startsWith(beginning) && hasProblem(problemsOf(toRow(item), now))));
    count += page.length;
    if (items.length > SHOWN || count >= MAX_READ) return { items: items.slice(0, SHOWN), cut: true };
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
