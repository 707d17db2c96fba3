import { type AwsClient, awsClient, dynamodb } from "../../adapters/aws/client";
import { dynamodbProxy, type ItemChange, replyTo } from "../../local/aws/dynamodb/dynamodb-proxy";
import { embeddedDatabase } from "../../local/aws/dynamodb/embedded";
import type { LocalTable } from "../../local/aws/dynamodb/tables";
import { databaseFront } from "./database-front";
import { type TestDynamoDb, testCredentials } from "./dynamodb";
import { createKeyTable } from "./key-table";
import { patiently } from "./patience";

interface TableRequest {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
}

/** The embedded DynamoDB behind the proxy of `npm start`, as `startDynamoDb` has it in memory. */
export async function startDynamoDb(tableName = "access-list-test"): Promise<TestDynamoDb> {
  const tables: LocalTable[] = [];
  const changes: ItemChange[] = [];
  const call = dynamodbProxy(embeddedDatabase().call, tables, (change) => changes.push(change));
  const front = await databaseFront(({ headers }, body) => replyTo(call, headers, body));
  const { endpoint } = front;
  const options = { region: "eu-west-1", endpoint, credentials: async () => testCredentials, attemptTimeoutMs: patiently.timeout };
  const signed = awsClient(dynamodb, options);
  const client: AwsClient = {
    ...signed,
    async call(operation, input, signal) {
      if (operation === "CreateTable") tables.push(localTable(input as TableRequest));
      return await signed.call(operation, input, signal);
    },
  };
  await createKeyTable(client, tableName, "accessList");
  front.operations();
  return {
    ...front,
    tableName,
    client,
    async changes(name) {
      const ofTable = changes.filter(({ table }) => table.name === name);
      return ofTable.map(({ keys, before, after }) => ({ keys, ...(before && { before }), ...(after && { after }) }));
    },
  };
}

function localTable({ TableName, KeySchema }: TableRequest): LocalTable {
  return { name: TableName, keyAttributes: KeySchema.map(({ AttributeName }) => AttributeName) };
}
