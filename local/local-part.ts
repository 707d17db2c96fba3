import type { AwsClient } from "../adapters/aws/client";
import type { Item } from "../adapters/tables/item";
import type { AuditedTable } from "../engine/audited-change";
import type { PersonHashes } from "../engine/sign-up/person";
import type { TableName } from "../engine/sign-up/verdict";
import type { DeliveredEvent } from "./aws/events/event-bus";
import type { CsvTable } from "./data/csv-table";
import type { LetIn, SystemStandIn, VendorStandIn } from "./stand-ins/outside-system";

/** A feature's part of `npm start`. */
export interface LocalPart {
  /** Samples are written in the order of the features' names. */
  readonly csvTable?: CsvTable;
  readonly sampleTrail?: SampleTrail;
  /** Stand-ins for vendors that rules call, and for receivers of events. */
  readonly vendors?: readonly VendorStandIn[];
  /** A stand-in for systems that Gatehouse calls. */
  readonly system?: SystemStandIn;
  /** The person that an event lets in. Entra's stand-in creates the account, even if nothing else listens to the event. */
  letIn?(event: DeliveredEvent): LetIn | undefined;
}

export interface SampleTables {
  readonly client: AwsClient;
  /** The tables' names. If `audit` is absent, there is no audit trail. */
  readonly names: Readonly<Record<TableName, string> & Partial<Record<"audit", string>>>;
  hashes(): Promise<PersonHashes>;
}

/** Writes a table's samples by `write`, and notes them in the audit trail. */
type NotedWrite = (table: AuditedTable, items: readonly Item[], write: () => Promise<void>) => Promise<void>;

/** Resolves to undefined if there is no audit trail in which to note the samples. */
export type SampleTrail = (tables: SampleTables) => Promise<NotedWrite | undefined>;
