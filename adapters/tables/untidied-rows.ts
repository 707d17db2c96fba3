import { type ClassName, classNames } from "../../engine/access-list/entry";
import { tidy } from "../../engine/access-list/hygiene";
import type { AwsClient } from "../aws/client";
import { type AccessListStore, isIndexed } from "./access-list";
import { type Item, toRow } from "./item";
import { withoutIndexes } from "./list-indexes";
import { pagesOf } from "./table";
import { tables } from "./tables";

const PAGE_ROWS = 500;

export interface UntidiedPage {
  /** Keys of rows that the hygiene worker has not seen, or would see to. */
  readonly entries: readonly string[];
  /** How many rows were looked at. */
  readonly looked: number;
}

/** The whole table, a page at a time. @param classes those that the policy asks for */
export async function* untidiedRows(client: AwsClient, name: string, classes: readonly ClassName[]): AsyncGenerator<UntidiedPage> {
  for await (const page of pagesOf({ client, name, key: tables.accessList.key }, { limit: PAGE_ROWS })) {
    const entries = page.filter((stored) => !isTidy(stored, classes)).map(({ entry }) => String(entry?.S));
    yield { entries, looked: page.length };
  }
}

function isTidy(stored: Item, classes: readonly ClassName[]): boolean {
  const { key, problem } = tidy(toRow(withoutIndexes(stored)), classes);
  return key === stored.entry?.S && problem === stored.problem?.S && isIndexed(stored);
}

/** The classes that the policy asks for, as far as the worker has told: it knows the policy, and flags the rows of others. */
export async function classesAsked(store: Pick<AccessListStore, "get">): Promise<readonly ClassName[]> {
  const rows = await Promise.all(classNames.map((name) => store.get(name)));
  return classNames.filter((_, index) => {
    const row = rows[index];
    return row?.problem?.S === undefined || row.problem.S !== tidy(toRow(row), []).problem;
  });
}
