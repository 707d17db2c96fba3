import { randomUUID } from "node:crypto";
import type { AwsClient } from "../../../adapters/aws/client";
import type { Item } from "../../../adapters/tables/item";
import { getPage, readPages } from "../../../adapters/tables/search";
import { tables } from "../../../adapters/tables/tables";
import { type ClassName, classNames } from "../entry";
import { type AccessListStore, accessListStore, type ListNeeds, tidyRow } from "./access-list";
import { dropIndexes, isInIndexes } from "./list-indexes";

const PAGE_ROWS = 500;

export interface UntidiedPage {
  readonly entries: readonly string[];
  readonly looked: number;
}

export async function* untidiedRows(client: AwsClient, name: string, needs: ListNeeds): AsyncGenerator<UntidiedPage> {
  const { isTidy } = accessListStore(client, name, needs);
  for await (const page of readPages({ client, name, key: tables.accessList.key }, { limit: PAGE_ROWS })) {
    const entries = page.filter((storedItem) => !isTidy(storedItem)).map(({ entry }) => String(entry?.S));
    yield { entries, looked: page.length };
  }
}

/** `rows` are read at each of the `places`: at most a megabyte per place. */
const SAMPLED = { places: 4, rows: 250 };

/** Finds rows that lookups miss: unnormalised key, no index attributes, or an unflagged problem. Reads a sample of a long table. */
export async function sampleUntidiedRows(client: AwsClient, name: string, needs: ListNeeds): Promise<UntidiedPage> {
  const table = { client, name, key: tables.accessList.key };
  const readPage = (from?: Item) => getPage(table, { limit: SAMPLED.rows, consistent: false }, from);
  const first = await readPage();
  // The table sorts its rows by the hashes of their keys, so a read after any random key begins at a random place.
  const places = first.next === undefined ? [] : Array.from({ length: SAMPLED.places - 1 }, () => ({ entry: { S: randomUUID() } }));
  const pages = [first, ...(await Promise.all(places.map(readPage)))];
  const rows = [...new Map(pages.flatMap(({ items }) => items).map((item) => [String(item.entry?.S), item])).values()];
  const entries = rows.filter((storedItem) => !isFound(storedItem, needs)).map(({ entry }) => String(entry?.S));
  return { entries, looked: rows.length };
}

function isFound(storedItem: Item, needs: ListNeeds): boolean {
  const { key, problem } = tidyRow(dropIndexes(storedItem), needs);
  // The text of a problem differs between versions of Gatehouse, so only the presence of a problem is compared.
  return key === storedItem.entry?.S && (problem === undefined) === (storedItem.problem === undefined) && isInIndexes(storedItem);
}

/** Omits classes with the hygiene worker's flag: that worker knows the policy, and flags each class that the policy does not use. */
export async function readAskedClasses(store: Pick<AccessListStore, "get">): Promise<readonly ClassName[]> {
  const rows = await Promise.all(classNames.map((name) => store.get(name)));
  return classNames.filter((_, index) => {
    const row = rows[index];
    return row?.problem?.S === undefined || row.problem.S !== tidyRow(row, { classes: [] }).problem;
  });
}
