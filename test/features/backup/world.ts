import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClient, awsClient, secretsManager } from "../../../adapters/aws/client";
import type { Item } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { RESTORED_ATTRIBUTE } from "../../../engine/columns";
import { readInstance } from "../../../local/data/instance";
import { startInstance, type TestInstance } from "../../cli/support";
import { testCredentials } from "../../support/dynamodb";

export type Rows = Readonly<Partial<Record<AnyTableName, readonly Item[]>>>;

/** A deployment with all tables that the commands find, and a folder for backups. */
export interface BackupWorld {
  readonly instance: TestInstance;
  readonly folder: string;
  readonly client: AwsClient;
  readonly secrets: AwsClient;
  /** The deployed name of a table. */
  nameOf(table: AnyTableName): string;
  put(rows: Rows): Promise<void>;
  /** Everything there is, in the order of keys, without the mark of a restore. */
  rows(): Promise<Rows>;
  /** Everything as it is stored. */
  stored(table: AnyTableName): Promise<readonly Item[]>;
  empty(): Promise<void>;
  secret(arn: string): Promise<string>;
  putSecret(arn: string, SecretString: string): Promise<void>;
  close(): Promise<void>;
}

export async function backupWorld(): Promise<BackupWorld> {
  const instance = await startInstance([{ password: "the-first-password", stages: ["AWSCURRENT"], hoursAgo: 100 }], undefined, {
    accounts: true,
  });
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-backup-"));
  const { client } = instance.dynamodb;
  const secrets = awsClient(secretsManager, {
    region: "eu-west-1",
    endpoint: instance.secretsEndpoint,
    credentials: async () => testCredentials,
  });
  const deployed = readInstance(instance.data)?.tables as Readonly<Record<AnyTableName, string>>;
  const nameOf = (table: AnyTableName) => deployed[table];
  const stored = async (table: AnyTableName) => {
    const items: Item[] = [];
    for await (const page of readPages({ client, name: nameOf(table), key: tables[table].key }, {})) items.push(...page);
    return items;
  };
  const names = Object.keys(deployed) as AnyTableName[];
  return {
    instance,
    folder,
    client,
    secrets,
    nameOf,
    stored,
    async put(rows) {
      for (const [table, items] of Object.entries(rows)) {
        for (const item of items) await client.call("PutItem", { TableName: nameOf(table as AnyTableName), Item: item });
      }
    },
    async rows() {
      const all = await Promise.all(names.map(async (table) => [table, sorted((await stored(table)).map(unmarked))] as const));
      return Object.fromEntries(all.filter(([, items]) => items.length > 0));
    },
    async empty() {
      for (const table of names) {
        for (const item of await stored(table)) {
          const Key = Object.fromEntries(tables[table].key.map((name) => [name, item[name]]));
          await client.call("DeleteItem", { TableName: nameOf(table), Key });
        }
      }
    },
    secret: async (arn) => (await secrets.call<{ SecretString: string }>("GetSecretValue", { SecretId: arn })).SecretString,
    async putSecret(arn, SecretString) {
      await secrets.call("PutSecretValue", { SecretId: arn, SecretString, ClientRequestToken: `${Date.now()}-${Math.random()}` });
    },
    async close() {
      await instance.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function unmarked({ [RESTORED_ATTRIBUTE]: _, ...item }: Item): Item {
  return item;
}

function sorted(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
