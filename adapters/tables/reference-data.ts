import { marshall } from "@aws-sdk/util-dynamodb";
import type { AwsClient } from "../aws/client";
import { type EditedRows, editedRows } from "./edited-rows";
import type { Item } from "./rows";
import { tables } from "./tables";

/** Lists of values that attributes may have. */
export interface ReferenceDataStore extends EditedRows {
  /**
   * How many rows each list has, by its name.
   * @param atMost rows looked at: beyond that, counts are too small and lists missing, and `cut` says so
   */
  lists(atMost: number): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly cut: boolean }>;
  /** Rows of one list in the order of their values' UTF-8, a page at a time. */
  valuesOf(list: string, range?: ValueRange): AsyncIterable<readonly Item[]>;
}

/** Both ends belong to it. */
export interface ValueRange {
  readonly from: string;
  readonly to: string;
}

const PAGE_ROWS = 200;
const COUNTED_AT_ONCE = 1_000;

interface Page {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

export function referenceDataStore(client: AwsClient, tableName: string): ReferenceDataStore {
  return {
    ...editedRows(client, tableName, tables.referenceData.key),
    async lists(atMost) {
      const counts = new Map<string, number>();
      let left = atMost;
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await client.call<Page>("Scan", {
          TableName: tableName,
          ProjectionExpression: "#list",
          ExpressionAttributeNames: { "#list": "list" },
          Limit: Math.min(left, COUNTED_AT_ONCE),
          ExclusiveStartKey,
        });
        for (const { list } of page.Items ?? []) counts.set(String(list?.S), (counts.get(String(list?.S)) ?? 0) + 1);
        left -= page.Items?.length ?? 0;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined && left > 0);
      return { counts, cut: ExclusiveStartKey !== undefined };
    },
    async *valuesOf(list, range) {
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await client.call<Page>("Query", {
          TableName: tableName,
          KeyConditionExpression: range === undefined ? "#list = :list" : "#list = :list AND #value BETWEEN :from AND :to",
          ExpressionAttributeNames: { "#list": "list", ...(range && { "#value": "value" }) },
          ExpressionAttributeValues: marshall({ ":list": list, ...(range && { ":from": range.from, ":to": range.to }) }),
          ConsistentRead: true,
          Limit: PAGE_ROWS,
          ExclusiveStartKey,
        });
        yield page.Items ?? [];
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    },
  };
}
