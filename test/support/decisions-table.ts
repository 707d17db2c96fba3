import type { AwsClient } from "../../adapters/aws/client";
import { decisionIndexes } from "../../adapters/tables/decision-indexes";
import type { TableIndex } from "../../adapters/tables/row-kind";
import { tables } from "../../adapters/tables/tables";

function projectionOf({ holds }: TableIndex): object {
  if (holds === "all") return { ProjectionType: "ALL" };
  return holds.length === 0 ? { ProjectionType: "KEYS_ONLY" } : { ProjectionType: "INCLUDE", NonKeyAttributes: holds };
}

/** Makes the table of decisions as the stack does. */
export async function createDecisionsTable(client: AwsClient, tableName: string): Promise<void> {
  const indexes: readonly TableIndex[] = Object.values(decisionIndexes);
  const [partitionKey, sortKey = ""] = tables.decisions.key;
  const keys = new Set([partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey ?? []].flat())]);
  await client.call("CreateTable", {
    TableName: tableName,
    KeySchema: [
      { AttributeName: partitionKey, KeyType: "HASH" },
      { AttributeName: sortKey, KeyType: "RANGE" },
    ],
    AttributeDefinitions: [...keys].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: "HASH" },
        ...(index.sortKey === undefined ? [] : [{ AttributeName: index.sortKey, KeyType: "RANGE" }]),
      ],
      Projection: projectionOf(index),
    })),
    BillingMode: "PAY_PER_REQUEST",
  });
  for (;;) {
    const { Table } = await client.call<{ Table: { TableStatus: string } }>("DescribeTable", { TableName: tableName });
    if (Table.TableStatus === "ACTIVE") return;
  }
}
