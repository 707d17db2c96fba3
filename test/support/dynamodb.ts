import { type AwsClient, awsClient, dynamodb } from "../../adapters/aws/client";
import { databaseAt } from "../../local/aws/dynamodb/database";
import { dynamodbProxy } from "../../local/aws/dynamodb/dynamodb-proxy";
import { embeddedDynamodb } from "../../local/aws/dynamodb/embedded";
import type { LocalTable } from "../../local/aws/dynamodb/tables";
import { type DatabaseFront, databaseFront } from "./database-front";
import { createKeyTable } from "./key-table";
import { listen } from "./listen";

export { listen } from "./listen";

/** An embedded DynamoDB of one suite's own behind the proxy of `npm start`, with the access list's table. */
export interface TestDynamoDb extends DatabaseFront {
  readonly tableName: string;
  readonly client: AwsClient;
}

export const testCredentials = { accessKeyId: "test", secretAccessKey: "test" };

interface TableRequest {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
}

export async function startDynamoDb(tableName = "access-list-test"): Promise<TestDynamoDb> {
  const database = embeddedDynamodb({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const tables: LocalTable[] = [];
  const { hostname: host, port } = new URL(await listen(database));
  const connection = databaseAt({ host, port: Number(port) });
  const proxy = dynamodbProxy(connection, tables);
  // What a suite leaves unanswered may still write: the process ends it.
  database.unref();
  const front = await databaseFront((request, body) => {
    const { method = "POST", url = "/", headers } = request;
    return proxy({ method, path: url, headers, body });
  });
  const { endpoint } = front;
  const signed = awsClient(dynamodb, { region: "eu-west-1", endpoint, credentials: async () => testCredentials });
  const client: AwsClient = {
    ...signed,
    async call(operation, input, signal) {
      if (operation === "CreateTable") tables.push(localTable(input as TableRequest));
      return await signed.call(operation, input, signal);
    },
  };
  await createKeyTable(client, tableName, "accessList");
  front.operations();
  const close = () => {
    connection.close();
    return front.close();
  };
  return { ...front, tableName, client, close };
}

function localTable({ TableName, KeySchema }: TableRequest): LocalTable {
  return { name: TableName, keyAttributes: KeySchema.map(({ AttributeName }) => AttributeName) };
}
