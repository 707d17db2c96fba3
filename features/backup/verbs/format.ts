import type { Item } from "../../../adapters/tables/item";
import type { AnyTableName } from "../../../adapters/tables/tables";
import type { DeploymentPlace } from "../../../cli/deployment";
import { getRowKind } from "../../row-kinds";

// A backup is JSON lines, compressed with gzip. An array is about the backup. An object is a row in DynamoDB's JSON, so that numbers, sets
// and bytes are restored exactly:
//
//   ["gatehouse-backup", {…header}]
//   ["secrets", {…}]                     where it was asked for
//   ["table", "accessList"]              then its rows, then the next table
//   {"entry":{"S":"contoso.com"},…}
//   ["end", {"rows":{"accessList":1},"sha256":"…"}]
//
// The last line contains the number of rows of each table, and the SHA-256 of all bytes before this line.

/** Increases when earlier versions cannot read the new format. */
export const FORMAT = 1;

/** Limit of a line, in characters. DynamoDB's rows have at most 400 KB, and their JSON is shorter than this. */
export const MAX_LINE = 4 * 1_024 * 1_024;

/** The first word of the first line, which identifies a backup. */
export const FIRST_WORD = "gatehouse-backup";

export interface BackupHeader {
  readonly format: number;
  /** The version of Gatehouse that made the backup. */
  readonly version: string;
  /** When the backup began: ISO 8601, UTC. */
  readonly madeAt: string;
  readonly from: DeploymentPlace;
  readonly tables: readonly AnyTableName[];
  /** The keyed hash of a fixed text: shows whether backup and deployment have the same key. */
  readonly keyMark: string;
  readonly secrets: boolean;
}

export interface SavedSecret {
  readonly current: string;
  readonly previous?: string;
}
export type SavedSecrets = Readonly<Record<string, SavedSecret>>;

export interface BackupEnd {
  readonly rows: Readonly<Partial<Record<AnyTableName, number>>>;
  readonly sha256: string;
}

export interface RowsOfTable {
  readonly table: AnyTableName;
  readonly items: readonly Item[];
}

export const KEY_MARK_TEXT = "gatehouse-backup\nkey";

export function backupLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Leaves out rows that are useless in any other table. */
export function dropLeftOut({ table, items }: RowsOfTable): RowsOfTable {
  return { table, items: items.filter((item) => getRowKind(table, item)?.backedUp !== false) };
}
