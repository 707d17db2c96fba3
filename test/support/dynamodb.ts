import { createServer } from "node:http";
import { type AwsClient, awsClient, dynamodb } from "../../adapters/aws/client";
import { databaseAt } from "../../local/aws/dynamodb/database";
import { dynamodbProxy } from "../../local/aws/dynamodb/dynamodb-proxy";
import { embeddedDynamodb } from "../../local/aws/dynamodb/embedded";
import type { LocalTable } from "../../local/aws/dynamodb/tables";
import { readBody } from "../../local/aws/server";
import { createKeyTable } from "./key-table";
import { listen } from "./listen";

export { listen } from "./listen";

/** An embedded DynamoDB of one suite's own behind the proxy of `npm start`, with the access list's table. */
export interface TestDynamoDb {
  readonly endpoint: string;
  readonly tableName: string;
  readonly client: AwsClient;
  /** Operations received since the last call of this. */
  operations(): readonly string[];
  /** Does something before each call of an operation is answered; until the next call of this. */
  before(operation: string, work: () => Promise<void>): void;
  close(): Promise<void>;
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
  let seen: string[] = [];
  let ahead: readonly [string, () => Promise<void>] | undefined;
  const server = createServer((request, response) => {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") seen.push(target.slice(target.indexOf(".") + 1));
    const { method = "POST", url = "/", headers } = request;
    readBody(request, Number.POSITIVE_INFINITY)
      .then(async (body) => {
        if (ahead !== undefined && String(target).endsWith(`.${ahead[0]}`)) await ahead[1]();
        return body;
      })
      .then((body) => proxy({ method, path: url, headers, body }))
      .then((reply) => response.writeHead(reply.status, reply.headers).end(reply.body))
      .catch(() => response.destroy());
  });
  const endpoint = await listen(server);
  const signed = awsClient(dynamodb, { region: "eu-west-1", endpoint, credentials: async () => testCredentials });
  const client: AwsClient = {
    ...signed,
    async call(operation, input, signal) {
      if (operation === "CreateTable") tables.push(localTable(input as TableRequest));
      return await signed.call(operation, input, signal);
    },
  };
  await createKeyTable(client, tableName, "accessList");
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
    before(operation, work) {
      ahead = [operation, work];
    },
    close: () =>
      new Promise((resolve) => {
        connection.close();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function localTable({ TableName, KeySchema }: TableRequest): LocalTable {
  return { name: TableName, keyAttributes: KeySchema.map(({ AttributeName }) => AttributeName) };
}
