import type { AwsClient } from "../../adapters/aws/client";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { tableShapes } from "../../features/row-kinds";

/** A table whose indexes hold all, if it has any, as the stack makes it. */
export async function createKeyTable(client: AwsClient, TableName: string, table: AnyTableName): Promise<void> {
  const { key } = tables[table];
  const { indexes } = tableShapes[table];
  const keys = new Set([...key, ...indexes.flatMap(({ partitionKey, sortKey = partitionKey }) => [partitionKey, sortKey])]);
  await client.call("CreateTable", {
    TableName,
    KeySchema: schemaOf(key),
    AttributeDefinitions: [...keys].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: schemaOf([partitionKey, ...(sortKey === undefined ? [] : [sortKey])]),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
    BillingMode: "PAY_PER_REQUEST",
  });
  for (;;) {
    const { Table } = await client.call<{ Table: { TableStatus: string } }>("DescribeTable", { TableName });
    if (Table.TableStatus === "ACTIVE") return;
  }
}

function schemaOf(names: readonly string[]): readonly object[] {
  return names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" }));
}
