import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, backoff } from "../../../adapters/aws/client";
import { readPages } from "../../../adapters/tables/search";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import type { Deployment, DeploymentPlace } from "../../../cli/deployment";
import { CommandError, connectionCode } from "../../../cli/failure";
import { type OpenOptions, unpackBackup } from "./encryption";
import type { RowsOfTable, SavedSecrets } from "./format";
import type { BackupPlace } from "./s3-place";

export interface RestoreSource {
  /** The source's name in messages. */
  readonly shown: string;
  /** The time of the source's content: ISO 8601. */
  readonly madeAt: string;
  readonly tables: readonly AnyTableName[];
  /** Only backups have a header. */
  readonly header?: { readonly from: DeploymentPlace; readonly keyMark: string; readonly secrets: SavedSecrets; readonly version: string };
  /** Reads all rows from the beginning; throws if they are damaged. */
  rows(): Promise<AsyncIterable<RowsOfTable>>;
}

export async function backupSource(place: BackupPlace, options: OpenOptions): Promise<RestoreSource> {
  const open = () => unpackBackup(place, options);
  const { header, secrets } = await open();
  const { madeAt, from, keyMark, version } = header;
  return {
    shown: place.shown,
    madeAt,
    tables: header.tables,
    header: { from, keyMark, secrets, version },
    rows: async () => (await open()).rows(),
  };
}

const PAGE_ROWS = 1_000;

/** A table as a source, for example one that point-in-time recovery has made. */
export async function tableSource(
  { dynamodb, tables: deployedTables }: Deployment,
  name: string,
  table: AnyTableName,
): Promise<RestoreSource> {
  if (deployedTables[table] === name)
    throw new CommandError(`${name} is the table ${table} that is in use: name the one that was restored.`);
  const client = patient(dynamodb);
  const { key } = tables[table];
  const { keys, madeAt } = await describe(client, name);
  if (keys.join() !== key.join()) {
    throw new CommandError(`${name} is no table ${table}: its key is ${keys.join(", ")}, and should be ${key.join(", ")}.`);
  }
  return {
    shown: `the table ${name}`,
    madeAt,
    tables: [table],
    async rows() {
      return (async function* () {
        for await (const items of readPages({ client, name, key }, { limit: PAGE_ROWS })) yield { table, items };
      })();
    },
  };
}

interface Description {
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: "HASH" | "RANGE" }[];
  readonly CreationDateTime: Date;
}

async function describe(
  client: Deployment["dynamodb"],
  TableName: string,
): Promise<{ readonly keys: readonly string[]; readonly madeAt: string }> {
  try {
    const { Table } = await client.call<{ Table: Description }>("DescribeTable", { TableName });
    const keySchema = [...Table.KeySchema].sort((a, b) => (a.KeyType < b.KeyType ? -1 : 1));
    return { keys: keySchema.map(({ AttributeName }) => AttributeName), madeAt: Table.CreationDateTime.toISOString() };
  } catch (error) {
    if (!(error instanceof AwsError) || error.name !== "ResourceNotFoundException") throw error;
    throw new CommandError(`There is no table ${TableName} in this account and region.`);
  }
}

/** All tries of one call take about twenty seconds. */
const MAX_TRIES = 15;
const busy = new Set(["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "InternalServerError"]);

/** Returns a client that repeats a call after a temporary error, because the work takes hours. */
export function patient(client: AwsClient): AwsClient {
  return {
    warm: client.warm,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      for (let count = 1; ; count++) {
        try {
          return await client.call<T>(operation, input, signal);
        } catch (error) {
          if (count >= MAX_TRIES || signal?.aborted || !passes(error)) throw error;
        }
        await sleep(backoff(count), undefined, { signal });
      }
    },
  };
}

function passes(error: unknown): boolean {
  if (error instanceof AwsError) return busy.has(error.name) || error.status >= 500;
  if (!(error instanceof Error)) return false;
  return error.name === "TimeoutError" || connectionCode(error) === "ECONNRESET";
}
