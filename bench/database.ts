import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { type AwsClient, awsClient, dynamodb } from "../adapters/aws/client";
import { type EmbeddedDatabase, replyTo } from "../local/aws/dynamodb/embedded";
import type { TestDynamoDb } from "../test/support/dynamodb";

// Only suites have Vitest's global `vi.fn`, which tests' shared modules call.
Object.assign(globalThis, { vi: { fn: () => async () => undefined } });

export interface DatabaseThread {
  readonly endpoint: string;
  end(): Promise<unknown>;
}

/** @param script the name of a file in this folder, which posts the endpoint once its database is ready */
export async function startDatabase(script: string, workerData: unknown): Promise<DatabaseThread> {
  const loading = `require(${JSON.stringify(require.resolve("tsx/cjs"))}); require(${JSON.stringify(join(__dirname, script))});`;
  const worker = new Worker(loading, { eval: true, execArgv: [], workerData });
  const [endpoint] = (await once(worker, "message")) as [string];
  return { endpoint, end: () => worker.terminate() };
}

/** Checks no signature. */
export function databaseServer({ call }: Pick<EmbeddedDatabase, "call">): Server {
  return createServer(async (request, response) => {
    const { status, body } = await replyTo(call, request.headers, await buffer(request));
    response.writeHead(status, { "Content-Type": dynamodb.contentType }).end(JSON.stringify(body));
  });
}

export const BENCH_REGION = "eu-west-1";

export function benchClient(endpoint: string): AwsClient {
  const credentials = async () => ({ accessKeyId: "bench", secretAccessKey: "bench" });
  return awsClient(dynamodb, { endpoint, region: BENCH_REGION, credentials });
}

/** These hooks replace a test suite's, because a benchmark is not a suite. */
export const notWatched = {
  operations: () => [],
  before: () => undefined,
  begin: async () => undefined,
  changes: async () => [],
  close: async () => undefined,
} satisfies Partial<TestDynamoDb>;

export async function createTable(client: AwsClient, TableName: string, ...key: readonly string[]): Promise<void> {
  await client.call("CreateTable", {
    TableName,
    KeySchema: key.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  });
}
