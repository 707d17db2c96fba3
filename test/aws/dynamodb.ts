import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type AwsClient, AwsError, awsClient, dynamodb, type Service } from "../../adapters/aws/client";
import type { TestDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";
import { listen } from "../support/listen";
import { ENGINE_VARIABLE } from "./engine";
import { passage } from "./passage";

export { listen } from "../support/listen";
export type { TestDynamoDb };

export const testCredentials = { accessKeyId: "test", secretAccessKey: "test" };

const streams: Service = { ...dynamodb, target: "DynamoDBStreams_20120810" };

/** A suite's own way to the engine, which throws in what AWS does and this engine does not. */
export interface EngineDynamoDb extends TestDynamoDb {
  /** The next calls are refused as AWS refuses too many: this many of them. */
  throttle(calls: number): void;
  /** What DynamoDB Streams answers of the suite's tables. */
  streams<T>(operation: string, input: object): Promise<T>;
}

/** A DynamoDB of one suite's own, as test/support/dynamodb.ts has it: DynamoDB Local keeps each access key's tables apart. */
export async function startDynamoDb(tableName = "access-list-test"): Promise<EngineDynamoDb> {
  const engine = new URL(process.env[ENGINE_VARIABLE] ?? "");
  const key = randomUUID().replaceAll("-", "");
  const forward = passage(engine, key);
  let toThrottle = 0;
  let seen: string[] = [];
  let ahead: readonly [string, () => Promise<void>] | undefined;
  const server = createServer(async (request, response) => {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") seen.push(target.slice(target.indexOf(".") + 1));
    try {
      const body = await text(request);
      if (toThrottle > 0) {
        toThrottle -= 1;
        response.writeHead(400).end('{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}');
        return;
      }
      if (ahead !== undefined && String(target).endsWith(`.${ahead[0]}`)) await ahead[1]();
      const reply = await forward(request, body);
      response.writeHead(reply.status, { "content-type": "application/x-amz-json-1.0" }).end(reply.body);
    } catch {
      response.destroy();
    }
  });
  const endpoint = await listen(server);
  const signed = awsClient(dynamodb, { region: "eu-west-1", endpoint, credentials: async () => testCredentials });
  const client: AwsClient = {
    ...signed,
    call: <T>(operation: string, input: object, signal?: AbortSignal) =>
      signed.call<T>(operation, input, signal).catch((error: unknown) => {
        // A slow machine's first call ran out of time, and had made the table.
        if (operation === "CreateTable" && error instanceof AwsError && error.name === "ResourceInUseException") return {} as T;
        throw error;
      }),
  };
  await createKeyTable(client, tableName, "accessList");
  seen = [];
  return {
    endpoint,
    tableName,
    client,
    throttle: (calls) => {
      toThrottle = calls;
    },
    streams: (operation, input) =>
      awsClient(streams, { region: "eu-west-1", endpoint, credentials: async () => testCredentials }).call(operation, input),
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
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
