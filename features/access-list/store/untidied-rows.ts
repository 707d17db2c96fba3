import { randomUUID } from "node:crypto";
import type { AwsClient } from "../../../adapters/aws/client";
import type { Item } from "../../../adapters/tables/item";
import { getPage, readPages } from "../../../adapters/tables/search";
import { tables } from "../../../adapters/tables/tables";
import { type ClassName, classNames } from "../entry";
import { type AccessListStore, accessListStore, type ListNeeds, tidyRow } from "./access-list";
import { isInIndexes, withoutIndexes } from "./list-indexes";

const PAGE_ROWS = 500;

export interface UntidiedPage {
  /** Keys of rows that the hygiene worker has not tidied. */
  readonly entries: readonly string[];
  readonly looked: number;
}

/** Reads the whole table, a page at a time. */
export async function* untidiedRows(client: AwsClient, name: string, needs: ListNeeds): AsyncGenerator<UntidiedPage> {
  const { isTidy } = accessListStore(client, name, needs);
  for await (const page of readPages({ client, name, key: tables.accessList.key }, { limit: PAGE_ROWS })) {
    const entries = page.filter((storedItem) => !isTidy(storedItem)).map(({ entry }) => String(entry?.S));
    yield { entries, looked: page.length };
  }
}

/** Number of places in a sample, and of rows that are read at each place: at most a megabyte per place. */
const SAMPLED = { places: 4, rows: 250 };

/**
 * Finds rows that lookups miss, in a sample of the table: rows with an unnormalised key, without index attributes, or with an unflagged
 * problem. Reads all rows of a short table.
 */
export async function sampleOfUntidied(client: AwsClient, name: string, needs: ListNeeds): Promise<UntidiedPage> {
  const table = { client, name, key: tables.accessList.key };
  const readPage = (from?: Item) => getPage(table, { limit: SAMPLED.rows, consistent: false }, from);
  const first = await readPage();
  // Rows are sorted by the hashes of their keys, so any key is a random place.
  const places = first.next === undefined ? [] : Array.from({ length: SAMPLED.places - 1 }, () => ({ entry: { S: randomUUID() } }));
  const pages = [first, ...(await Promise.all(places.map(readPage)))];
  const rows = [...new Map(pages.flatMap(({ items }) => items).map((item) => [String(item.entry?.S), item])).values()];
  const entries = rows.filter((storedItem) => !isFound(storedItem, needs)).map(({ entry }) => String(entry?.S));
  return { entries, looked: rows.length };
}

function isFound(storedItem: Item, needs: ListNeeds): boolean {
  const { key, problem } = tidyRow(withoutIndexes(storedItem), needs);
  // The texts of two problems are not compared: versions word problems differently.
  return key === storedItem.entry?.S && (problem === undefined) === (storedItem.problem === undefined) && isInIndexes(storedItem);
}

/**
 * Returns the classes that the policy uses, as the hygiene worker's flags show. The worker knows the policy, and flags rows of all other
 * classes.
 */
export async function classesAsked(store: Pick<AccessListStore, "get">): Promise<readonly ClassName[]> {
  const rows = await Promise.all(classNames.map((name) => store.get(name)));
  return classNames.filter((_, index) => {
    const row = rows[index];
    return row?.problem?.S === undefined || row.problem.S !== tidyRow(row, { classes: [] }).problem;
  });
}
