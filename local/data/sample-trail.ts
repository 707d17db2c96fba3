import type { AwsClient } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import type { AuditedTable } from "../../engine/audited-change";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { TableName } from "../../engine/sign-up/verdict";

/** The tables that samples are written to. */
export interface SampleTables {
  readonly client: AwsClient;
  /** Names of the tables. If the name `audit` is absent, there is no audit trail. */
  readonly names: Readonly<Record<TableName, string> & Partial<Record<"audit", string>>>;
  hashes(): Promise<PersonHashes>;
}

/** Writes a table's samples by `write`, and notes them in the audit trail. */
type NotedWrite = (table: AuditedTable, items: readonly Item[], write: () => Promise<void>) => Promise<void>;

/** Returns the function that writes samples and notes them in the audit trail. Returns undefined if there is no audit trail. */
export type SampleTrail = (tables: SampleTables) => Promise<NotedWrite | undefined>;
