import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, awsClient, dynamodb } from "../lambda/services/aws";
import { HOST } from "./server";
import { REGION, type Template } from "./template";
import { startWorker } from "./worker";

export type FromDynalite =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "closed" }
  | { readonly kind: "error"; readonly message: string };

/** The data folder's database cannot be opened. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

export interface Database {
  readonly url: string;
  close(): Promise<void>;
}

/** A table of the template whose writes become stream records. */
export interface StreamedTable {
  readonly name: string;
  readonly keyAttributes: readonly string[];
  readonly streamArn: string;
  /** Which images a record carries, as in the template. */
  readonly view: string;
}

interface KeySchema {
  readonly AttributeName: string;
}

/** Between two looks at a table that is being made. */
const POLL_MS = 5;

/** Credentials that nothing here looks at. */
export const localCredentials = async () => ({ accessKeyId: "local", secretAccessKey: "local" });

export function localDynamodb(endpoint: string): AwsClient {
  return awsClient(dynamodb, { region: REGION, credentials: localCredentials, endpoint });
}

/**
 * Starts the embedded DynamoDB on the data in `folder`.
 * @param onError told what it threw later on
 */
export async function openDatabase(folder: string, onError: (message: string) => void): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const worker = startWorker("dynalite-worker", { workerData: folder });
  let opened = false;
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (message: string) =>
      reject(
        new DatabaseError(`The database in ${folder} cannot be opened: another process uses it, or its files are damaged (${message}).`),
      );
    worker.on("error", (error) => (opened ? onError(error.message) : fail(error.message)));
    worker.on("message", (message: FromDynalite) => {
      if (message.kind === "error") opened ? onError(message.message) : fail(message.message);
      if (message.kind !== "listening") return;
      const address = `http://${HOST}:${message.port}`;
      // The first call opens the files: only then is it known whether another process holds them.
      localDynamodb(address)
        .call("ListTables", {})
        .then(() => resolve(address), reject);
    });
  }).catch(async (error) => {
    await worker.terminate();
    throw error;
  });
  opened = true;
  return {
    url,
    async close() {
      const exited = once(worker, "exit");
      worker.postMessage("close");
      await exited;
    },
  };
}

/** Makes the template's tables where they are missing. Nothing that stands is changed or dropped. */
export async function createTables(template: Template, client: AwsClient): Promise<void> {
  for (const table of template.ofType("AWS::DynamoDB::Table")) {
    const indexes = table.property("GlobalSecondaryIndexes");
    try {
      await client.call("CreateTable", {
        TableName: template.ref(table.id),
        AttributeDefinitions: table.property("AttributeDefinitions"),
        KeySchema: table.property("KeySchema"),
        ...(indexes !== undefined && { GlobalSecondaryIndexes: indexes }),
        BillingMode: "PAY_PER_REQUEST",
      });
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== "ResourceInUseException") throw error;
    }
    await untilActive(template.ref(table.id), client);
  }
}

async function untilActive(TableName: string, client: AwsClient): Promise<void> {
  for (;;) {
    const { Table } = await client.call<{ Table: { TableStatus: string } }>("DescribeTable", { TableName });
    if (Table.TableStatus === "ACTIVE") return;
    await sleep(POLL_MS);
  }
}

export function streamedTables(template: Template): readonly StreamedTable[] {
  return template.ofType("AWS::DynamoDB::Table").flatMap((table) => {
    const view = table.property<{ StreamViewType: string }>("StreamSpecification")?.StreamViewType;
    const keyAttributes = (table.property<KeySchema[]>("KeySchema") ?? []).map(({ AttributeName }) => AttributeName);
    return view === undefined
      ? []
      : [{ name: template.ref(table.id), keyAttributes, streamArn: template.attribute(table.id, "StreamArn"), view }];
  });
}
