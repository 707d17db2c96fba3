import { awsClient, dynamodb } from "../../adapters/aws/client";
import { embeddedDatabase, replyTo } from "../../local/aws/dynamodb/embedded";
import type { ItemChange } from "../../local/aws/dynamodb/operation";
import { databaseFront } from "./database-front";
import { type TestDynamoDb, testCredentials } from "./dynamodb";
import { createKeyTable } from "./key-table";
import { patiently } from "./patience";

/** The embedded DynamoDB of `npm start`, as `startDynamoDb` has it in memory. */
export async function startDynamoDb(tableName = "access-list-test"): Promise<TestDynamoDb> {
  const changes: ItemChange[] = [];
  const { call } = embeddedDatabase(undefined, (change) => changes.push(change));
  const front = await databaseFront(async ({ headers }, text) => {
    const { status, body } = await replyTo(call, headers, text);
    return { status, headers: { "Content-Type": dynamodb.contentType }, body: JSON.stringify(body) };
  });
  const { endpoint } = front;
  const options = { region: "eu-west-1", endpoint, credentials: async () => testCredentials, attemptTimeoutMs: patiently.timeout };
  const client = awsClient(dynamodb, options);
  await createKeyTable(client, tableName, "accessList");
  front.operations();
  return {
    ...front,
    tableName,
    client,
    async changes(name) {
      return changes.flatMap(({ table, ...change }) => (table === name ? [change] : []));
    },
  };
}
