import type { AwsClient } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import type { AuditedTable } from "../../engine/audited-change";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { TableName } from "../../engine/sign-up/verdict";

/** Where the samples go. */
export interface SampleTables {
  readonly client: AwsClient;
  /** Without a name for the trail there is none. */
  readonly names: Readonly<Record<TableName, string> & Partial<Record<"audit", string>>>;
  hashes(): Promise<PersonHashes>;
}

/** Writes a table's samples with a note of it. */
type NotedWrite = (table: AuditedTable, items: readonly Item[], write: () => Promise<void>) => Promise<void>;

/** Keeps a note of samples. Undefined where it has no place for one. */
export type SampleTrail = (tables: SampleTables) => Promise<NotedWrite | undefined>;
