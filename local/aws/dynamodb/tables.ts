import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type AwsClient, AwsError, awsClient, dynamodb } from "../../../adapters/aws/client";
import { between } from "../../../adapters/tables/conditions";
import { readPages } from "../../../adapters/tables/search";
import { type DynamoTable, deleteItem } from "../../../adapters/tables/table";
import { type AccessKey, createCredentials } from "../access-key";
import { type Template, tableTypes } from "../template";

export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

export type LocalItem = Readonly<Record<string, AttributeValue>>;

/** The embedded DynamoDB has neither expiry nor streams. */
interface LocalTable {
  readonly name: string;
  readonly keyAttributes: readonly string[];
  /** Holds the epoch second after which a row may be removed. */
  readonly expiryAttribute?: string;
  readonly stream?: TableStream;
}

export interface TableStream {
  readonly arn: string;
  /** The template's StreamViewType: which images a record contains. */
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

interface Definition {
  readonly AttributeDefinitions: readonly object[];
  readonly KeySchema: readonly KeySchema[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
}

const POLL_MS = 5;

export function localDynamodb(endpoint: string, key: AccessKey): AwsClient {
  return awsClient(dynamodb, { region: key.region, credentials: createCredentials(key), endpoint });
}

/** Creates the template's tables. Never changes or drops one: throws DatabaseError if an existing table cannot serve the template. */
export async function createTables(template: Template, client: AwsClient): Promise<void> {
  for (const table of template.ofType(...tableTypes)) {
    const name = template.ref(table.id);
    const indexes = table.property<Index[]>("GlobalSecondaryIndexes");
    const wantedDefinition: Definition = {
      AttributeDefinitions: table.property<object[]>("AttributeDefinitions") ?? [],
      KeySchema: table.property<KeySchema[]>("KeySchema") ?? [],
      GlobalSecondaryIndexes: indexes,
    };
    try {
      await client.call("CreateTable", { TableName: name, ...wantedDefinition, BillingMode: "PAY_PER_REQUEST" });
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== "ResourceInUseException") throw error;
    }
    assertServes(await active(name, client), wantedDefinition, name);
  }
}

async function active(TableName: string, client: AwsClient): Promise<Definition> {
  for (;;) {
    const { Table } = await client.call<{ Table: Definition & { TableStatus: string } }>("DescribeTable", { TableName });
    if (Table.TableStatus === "ACTIVE") return Table;
    await sleep(POLL_MS);
  }
}

/**
 * Throws DatabaseError if an existing table does not fit the template: the embedded DynamoDB cannot add an index to a table or change a
 * table's keys.
 */
function assertServes(existing: Definition, wantedDefinition: Definition, name: string): void {
  const problem = describeDifference(existing, wantedDefinition);
  if (problem === undefined) return;
  throw new DatabaseError(
    `The table ${name} in the data folder was made by another version of the stack: ${problem}. Nothing there was changed. ` +
      "Use another folder (npm start -- --data DIR), or delete this one (.local unless you gave one) and start again.",
  );
}

function describeDifference(existing: Definition, wantedDefinition: Definition): string | undefined {
  if (!isDeepStrictEqual(existing.KeySchema, wantedDefinition.KeySchema)) return "its key is another";
  const unlike = (wantedDefinition.GlobalSecondaryIndexes ?? []).find((index) => {
    const same = existing.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName);
    return !isDeepStrictEqual([same?.KeySchema, same?.Projection], [index.KeySchema, index.Projection]);
  });
  if (unlike !== undefined) return `it lacks the index ${unlike.IndexName}`;
  const hasDefinition = (attribute: object) => existing.AttributeDefinitions.some((each) => isDeepStrictEqual(each, attribute));
  return wantedDefinition.AttributeDefinitions.every(hasDefinition) ? undefined : "its key attributes have other types";
}

export function readTables(template: Template): readonly LocalTable[] {
  return template.ofType(...tableTypes).map((table) => {
    const view = table.property<{ StreamViewType: string }>("StreamSpecification")?.StreamViewType;
    const expiry = table.property<{ AttributeName: string; Enabled: boolean }>("TimeToLiveSpecification");
    return {
      name: template.ref(table.id),
      keyAttributes: (table.property<KeySchema[]>("KeySchema") ?? []).map(({ AttributeName }) => AttributeName),
      expiryAttribute: expiry?.Enabled ? expiry.AttributeName : undefined,
      stream: view === undefined ? undefined : { arn: template.attribute(table.id, "StreamArn"), view },
    };
  });
}

/** Time between two removals. DynamoDB itself may remove an expired row only days later. */
const ROUND_MS = 10 * 60_000;
const ROWS_PER_PAGE = 1_000;
/** Rows that expired longer ago than this are not removed, as in DynamoDB: their times are probably in another unit. */
const OLDEST_SECONDS = 5 * 365 * 86_400;

/**
 * Removes expired rows now and every ten minutes, because the embedded DynamoDB does not.
 * @param onFailure receives the error; the next round tries again
 */
export function startExpiry(tables: readonly LocalTable[], client: AwsClient, onFailure: (error: unknown) => void) {
  const stop = new AbortController();
  const { signal } = stop;
  const running = (async () => {
    while (!signal.aborted) {
      await removeExpired(tables, client, Date.now(), signal).catch((error) => signal.aborted || onFailure(error));
      await sleep(ROUND_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

/** @param now epoch milliseconds @param signal stops the removal of further rows */
export async function removeExpired(tables: readonly LocalTable[], client: AwsClient, now: number, signal?: AbortSignal): Promise<void> {
  const seconds = Math.floor(now / 1_000);
  for (const { name, keyAttributes: key, expiryAttribute } of tables) {
    if (expiryAttribute === undefined) continue;
    const table = { client, name, key: key as DynamoTable["key"] };
    const isExpired = between(expiryAttribute, { N: String(seconds - OLDEST_SECONDS) }, { N: String(seconds) });
    for await (const items of readPages(table, { filter: isExpired, limit: ROWS_PER_PAGE })) {
      for (const item of items) {
        if (signal?.aborted) return;
        // The row may have got a later expiry since the read.
        await deleteItem(table, item, isExpired);
      }
    }
  }
}
