import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type AwsClient, AwsError, awsClient, dynamodb } from "../../../adapters/aws/client";
import { HOST } from "../server";
import { REGION, type Template } from "../template";
import { startWorker } from "../worker-thread";

export type FromDynalite =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "closed" }
  | { readonly kind: "error"; readonly message: string };

/** The data folder's database cannot be used. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

export type LocalItem = Readonly<Record<string, AttributeValue>>;

export interface Database {
  readonly url: string;
  close(): Promise<void>;
}

/** A table of the template, with what DynamoDB does for it and the embedded one does not. */
export interface LocalTable {
  readonly name: string;
  readonly keyAttributes: readonly string[];
  /** Holds the epoch second after which a row may go. */
  readonly expiryAttribute?: string;
  readonly stream?: TableStream;
}

export interface TableStream {
  readonly arn: string;
  /** Which images a record carries, as in the template. */
  readonly view: string;
}

interface KeySchema {
  readonly AttributeName: string;
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchema[];
  readonly Projection: object;
}

/** What is fixed when a table is made. */
interface Definition {
  readonly AttributeDefinitions: readonly object[];
  readonly KeySchema: readonly KeySchema[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
}

/** Between two looks at a table that is being made. */
const POLL_MS = 5;

/** Credentials that nothing here looks at. */
export const localCredentials = async () => ({ accessKeyId: "local", secretAccessKey: "local" });

/** A client of the embedded DynamoDB, or of the proxy before it. */
export function localDynamodb(endpoint: string): AwsClient {
  return awsClient(dynamodb, { region: REGION, credentials: localCredentials, endpoint });
}

/**
 * Starts the embedded DynamoDB on the data in `folder`.
 * @param onError told what it threw later on
 */
export async function openDatabase(folder: string, onError: (message: string) => void): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const worker = startWorker(join(__dirname, "dynalite-worker"), { workerData: folder });
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

/**
 * Makes the template's tables where they are missing. Nothing that stands is changed or dropped: throws DatabaseError
 * where a standing table cannot serve the template.
 */
export async function createTables(template: Template, client: AwsClient): Promise<void> {
  for (const table of template.ofType("AWS::DynamoDB::Table")) {
    const name = template.ref(table.id);
    const indexes = table.property<Index[]>("GlobalSecondaryIndexes");
    const wanted: Definition = {
      AttributeDefinitions: table.property<object[]>("AttributeDefinitions") ?? [],
      KeySchema: table.property<KeySchema[]>("KeySchema") ?? [],
      ...(indexes !== undefined && { GlobalSecondaryIndexes: indexes }),
    };
    try {
      await client.call("CreateTable", { TableName: name, ...wanted, BillingMode: "PAY_PER_REQUEST" });
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== "ResourceInUseException") throw error;
    }
    assertServes(await active(name, client), wanted, name);
  }
}

/** The table once it can be used. */
async function active(TableName: string, client: AwsClient): Promise<Definition> {
  for (;;) {
    const { Table } = await client.call<{ Table: Definition & { TableStatus: string } }>("DescribeTable", { TableName });
    if (Table.TableStatus === "ACTIVE") return Table;
    await sleep(POLL_MS);
  }
}

/** The embedded DynamoDB cannot add an index to a table, nor give it other keys. */
function assertServes(standing: Definition, wanted: Definition, name: string): void {
  const problem = differenceOf(standing, wanted);
  if (problem === undefined) return;
  throw new DatabaseError(
    `The table ${name} in the data folder was made by another version of the stack: ${problem}. Nothing there was changed. ` +
      "Use another folder (npm start -- --data DIR), or delete this one (.local unless you gave one) and begin anew.",
  );
}

function differenceOf(standing: Definition, wanted: Definition): string | undefined {
  if (!isDeepStrictEqual(standing.KeySchema, wanted.KeySchema)) return "its key is another";
  const unlike = (wanted.GlobalSecondaryIndexes ?? []).find((index) => {
    const same = standing.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName);
    return !isDeepStrictEqual([same?.KeySchema, same?.Projection], [index.KeySchema, index.Projection]);
  });
  if (unlike !== undefined) return `it lacks the index ${unlike.IndexName}`;
  const known = (attribute: object) => standing.AttributeDefinitions.some((each) => isDeepStrictEqual(each, attribute));
  return wanted.AttributeDefinitions.every(known) ? undefined : "its key attributes have other types";
}

export function tablesOf(template: Template): readonly LocalTable[] {
  return template.ofType("AWS::DynamoDB::Table").map((table) => {
    const view = table.property<{ StreamViewType: string }>("StreamSpecification")?.StreamViewType;
    const expiry = table.property<{ AttributeName: string; Enabled: boolean }>("TimeToLiveSpecification");
    return {
      name: template.ref(table.id),
      keyAttributes: (table.property<KeySchema[]>("KeySchema") ?? []).map(({ AttributeName }) => AttributeName),
      ...(expiry?.Enabled && { expiryAttribute: expiry.AttributeName }),
      ...(view !== undefined && { stream: { arn: template.attribute(table.id, "StreamArn"), view } }),
    };
  });
}

/** The key of an item; undefined if the item lacks a part of it. */
export function localKey(item: LocalItem | undefined, { keyAttributes }: LocalTable): LocalItem | undefined {
  const parts = keyAttributes.flatMap((name) => (item?.[name] === undefined ? [] : [[name, item[name]] as const]));
  return parts.length === keyAttributes.length ? Object.fromEntries(parts) : undefined;
}
