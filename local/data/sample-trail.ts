import type { AwsClient } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import type { AuditedTable } from "../../engine/audited-change";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { TableName } from "../../engine/sign-up/verdict";

/** The tables that samples are written to. */
export interface SampleTables {
  readonly client: AwsClient;
  /** Without a name for the trail, there is none. */
  readonly names: Readonly<Record<TableName, string> & Partial<Record<"audit", string>>>;
  hashes(): Promise<PersonHashes>;
}

/** Writes a table's samples and a note of them. */
type NotedWrite = (table: AuditedTable, items: readonly Item[], write: () => Promise<void>) => Promise<void>;

/** Records that samples were loaded. Undefined if there is no trail. */
export type SampleTrail = (tables: SampleTables) => Promise<NotedWrite | undefined>;
