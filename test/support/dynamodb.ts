import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { type AwsClient, awsClient, dynamodb } from "../../adapters/aws/client";

/** An embedded DynamoDB of one suite's own, with the access list's table. */
export interface TestDynamoDb {
  readonly endpoint: string;
  readonly tableName: string;
  readonly client: AwsClient;
  /** Operations received since the last call of this. */
  operations(): readonly string[];
  close(): Promise<void>;
}

export const testCredentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Listens on a free port of 127.0.0.1; resolves to the address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function startDynamoDb(tableName = "access-list-test"): Promise<TestDynamoDb> {
  const database = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  let seen: string[] = [];
  const [handle] = database.listeners("request") as ((request: unknown, response: unknown) => void)[];
  const server = createServer((request, response) => {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") seen.push(target.slice(target.indexOf(".") + 1));
    handle?.call(database, request, response);
  });
  const endpoint = await listen(server);
  const client = awsClient(dynamodb, { region: "eu-west-1", endpoint, credentials: async () => testCredentials });
  await client.call("CreateTable", {
    TableName: tableName,
    KeySchema: [{ AttributeName: "entry", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "entry", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  seen = [];
  return {
    endpoint,
    tableName,
    client,
    operations: () => {
      const operations = seen;
      seen = [];
      return operations;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
