import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type AwsClient, awsClient, dynamodb } from "../adapters/aws/client";
import { packageRoot } from "../lib/package-root";
import { replyTo } from "../local/aws/dynamodb/dynamodb-server";
import type { EmbeddedDatabase } from "../local/aws/dynamodb/embedded";
import type { TestDynamoDb } from "../test/support/dynamodb";

/** An embedded DynamoDB in a process of its own, ready for calls. */
export interface DatabaseProcess {
  /** Its address: the line that it prints when it is ready. */
  readonly place: string;
  /** Its processor time so far, if the script reports it. */
  cpuSeconds(): Promise<number>;
  end(): Promise<void>;
}

/** @param script the name of a file in this folder */
export async function startDatabase(script: string, ...given: readonly string[]): Promise<DatabaseProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, script), ...given], {
    cwd: packageRoot,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const end = async () => {
    if (child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill();
    await exited;
  };
  const cpuSeconds = async () => {
    const answer = once(child, "message") as Promise<[number]>;
    child.send("cpuSeconds");
    return (await answer)[0];
  };
  try {
    return { place: await firstLine(child), cpuSeconds, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The line that a program prints when it is ready. */
export async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as Readable })) return line;
  throw new Error(`${child.spawnargs.join(" ")} ended before it was ready.`);
}

/** This process's processor time so far, in seconds, for all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** A server of the database that checks no signature. */
export function databaseServer({ call }: Pick<EmbeddedDatabase, "call">): Server {
  return createServer(async (request, response) => {
    const { status, headers, body } = await replyTo(call, request.headers, await buffer(request));
    response.writeHead(status, headers).end(body);
  });
}

export const BENCH_REGION = "eu-west-1";

export function benchClient(endpoint: string): AwsClient {
  const credentials = async () => ({ accessKeyId: "bench", secretAccessKey: "bench" });
  return awsClient(dynamodb, { endpoint, region: BENCH_REGION, credentials });
}

/** Hooks of suites that observe a database, for use outside a suite. */
export const notWatched = {
  operations: () => [],
  before: () => undefined,
  begin: async () => undefined,
  changes: async () => [],
  close: async () => undefined,
} satisfies Partial<TestDynamoDb>;

/** @param key names of its key attributes */
export async function createTable(client: AwsClient, TableName: string, ...key: readonly string[]): Promise<void> {
  await client.call("CreateTable", {
    TableName,
    KeySchema: key.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  });
}
