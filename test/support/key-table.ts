import type { AwsClient } from "../../adapters/aws/client";
import { type AnyTableName, tables } from "../../adapters/tables/tables";

/** A table that has a key and nothing else, as the stack makes it. */
export async function createKeyTable(client: AwsClient, TableName: string, table: AnyTableName): Promise<void> {
  const { key } = tables[table];
  await client.call("CreateTable", {
    TableName,
    KeySchema: key.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  });
}
