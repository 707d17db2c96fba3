import type { AwsClient } from "../../adapters/aws/client";
import { decisionIndexes } from "../../adapters/tables/decisions";

/** Makes the table of decisions as the stack does. */
export async function createDecisionsTable(client: AwsClient, tableName: string): Promise<void> {
  const indexes = Object.values(decisionIndexes);
  const keys = ["id", ...new Set(indexes.flatMap((index) => [index.partitionKey, ...("sortKey" in index ? [index.sortKey] : [])]))];
  await client.call("CreateTable", {
    TableName: tableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: "HASH" },
        ...("sortKey" in index ? [{ AttributeName: index.sortKey, KeyType: "RANGE" }] : []),
      ],
      Projection: { ProjectionType: "ALL" },
    })),
    BillingMode: "PAY_PER_REQUEST",
  });
  for (;;) {
    const { Table } = await client.call<{ Table: { TableStatus: string } }>("DescribeTable", { TableName: tableName });
    if (Table.TableStatus === "ACTIVE") return;
  }
}
