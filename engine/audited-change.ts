import type { Row } from "./sign-up/rule";

/** The tables whose changes stand in the trail, by what actions and addresses call them. */
export const auditedTables = ["access-list", "profiles", "reference-data", "approvals", "list-changes", "posture", "partner"] as const;
export type AuditedTable = (typeof auditedTables)[number];

/** One row as a stream tells of its change: absent before it was added, and after it was removed. */
export interface TableChange {
  readonly table: AuditedTable;
  /** The record's own id: the same however often it is delivered. */
  readonly event: string;
  readonly at: Date;
  /** The values of its key, joined by slashes: what an entry calls its subject. */
  readonly subject: string;
  readonly before?: Row;
  readonly after?: Row;
}

/** The action's name of a row's change. */
export function buildActionName({ table, before, after }: Pick<TableChange, "table" | "before" | "after">): string {
  return `${table}.${before === undefined ? "added" : after === undefined ? "removed" : "changed"}`;
}

/** By what way a change came. */
export const auditWays = ["console", "command", "api", "mail", "gatehouse", "outside"] as const;
export type AuditWay = (typeof auditWays)[number];

/** An entry's data about its rows: erasable as a whole. */
export interface AuditDetails {
  /** The key of the row, or what else it is about. */
  readonly subject?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly person?: string;
  /**
   * Keyed hashes of single changes that are made under this entry. Where a stream has shown some, of those,
   * and the stream's records if it tells of several.
   */
  readonly marks?: readonly string[];
  /** Numbers of the entries whose details an erasure removes. */
  readonly numbers?: readonly string[];
}

/** The trail's entry for a row's change that it has no words for. */
export interface AuditFact extends AuditDetails {
  readonly action: string;
  /** Absent if the row names no author, or cannot prove it: it was changed outside. */
  readonly author?: { readonly by: string; readonly name?: string; readonly via: AuditWay };
  /** Where the row says that a page of ours made the change: the entry that this page has written then. */
  readonly claims?: { readonly action: string; readonly subject: string | undefined };
}

/**
 * Describes a change of a row for the trail. Undefined if the trail does not need it.
 * @param stood returns the list's current or former row under a key: null if its cells are unknown
 */
export type FactOf = (change: TableChange, stood: (entry: string) => Row | null | undefined) => AuditFact | undefined;

/** The author of what Gatehouse does by itself. */
export const GATEHOUSE = { by: "gatehouse", via: "gatehouse" } as const;

/** The row before and after. */
export function rowFact({ table, subject, before, after }: TableChange): AuditFact {
  const rows = { ...(before && { before }), ...(after && { after }) };
  return { subject, ...rows, action: buildActionName({ table, ...rows }) };
}
