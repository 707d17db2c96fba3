import type { AwsClient } from "../../../../adapters/aws/client";
import { approvalIndexes } from "../../../../features/approvals/store/approvals";

/** Makes the table of requests as the stack does. */
export async function createApprovalsTable(client: AwsClient, tableName: string): Promise<void> {
  const indexes = Object.values(approvalIndexes);
  const keys = ["id", ...new Set(indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]))];
  await client.call("CreateTable", {
    TableName: tableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: partitionKey, KeyType: "HASH" },
        { AttributeName: sortKey, KeyType: "RANGE" },
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
