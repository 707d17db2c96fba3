import type { Item } from "./item";
import type { DynamoTable } from "./table";
import { buildExpressions, type Expression } from "./table";

export interface Search {
  /** Condition on the key, or on the index's key. Absent: every row, in no order. */
  readonly where?: Expression;
  /** Name of an index, which lags a moment behind the table. */
  readonly index?: string;
  readonly filter?: Expression;
  /** @default all */
  readonly columns?: readonly string[];
  /** @default "ascending" */
  readonly order?: "ascending" | "descending";
  /** Largest number of rows on a page: so few that a slow connection transfers the page within one attempt. */
  readonly limit?: number;
  /** True for strong consistency, which costs double. @default true; false for an index, where strong consistency is impossible */
  readonly consistent?: boolean;
}

export interface ItemPage {
  readonly items: readonly Item[];
  /** Number of rows read, including those that a filter leaves out. */
  readonly searched: number;
  /** Start of the next page; absent from the last page. */
  readonly next?: Item;
}

export async function getPage({ client, name }: DynamoTable, search: Search, from?: Item): Promise<ItemPage> {
  const { where, index, filter, columns, order, limit, consistent = index === undefined } = search;
  const {
    Items = [],
    ScannedCount = Items.length,
    LastEvaluatedKey,
  } = await client.call<{ Items?: readonly Item[]; ScannedCount?: number; LastEvaluatedKey?: Item }>(
    where === undefined ? "Scan" : "Query",
    {
      TableName: name,
      IndexName: index,
      ...buildExpressions({
        KeyConditionExpression: where,
        FilterExpression: filter,
        ProjectionExpression: columns && listColumns(columns),
      }),
      ...(consistent && { ConsistentRead: true }),
      ...(order === "descending" && { ScanIndexForward: false }),
      Limit: limit,
      ExclusiveStartKey: from,
    },
  );
  return { items: Items, searched: ScannedCount, next: LastEvaluatedKey };
}

function listColumns(columns: readonly string[]): Expression {
  return (placeholders) => columns.map((column) => placeholders.name(column)).join(", ");
}

export function buildProjection(columns: readonly string[]): object {
  return buildExpressions({ ProjectionExpression: listColumns(columns) });
}

/** Skips empty pages. */
export async function* readPages(table: DynamoTable, search: Search, from?: Item): AsyncGenerator<readonly Item[]> {
  for await (const page of readEveryPage(table, search, from)) if (page.length > 0) yield page;
}

/** Yields empty pages, except an empty last page. */
export async function* readEveryPage(table: DynamoTable, search: Search, from?: Item): AsyncGenerator<readonly Item[]> {
  let next = from;
  do {
    const page = await getPage(table, search, next);
    next = page.next;
    if (page.items.length > 0 || next !== undefined) yield page.items;
  } while (next !== undefined);
}

export async function readFirstPage<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  for await (const page of pages) return page;
  return [];
}
