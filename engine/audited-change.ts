import type { Row } from "./sign-up/rule";

/** Tables whose changes are recorded in the audit log, by their names in actions and addresses. */
export const auditedTables = ["access-list", "profiles", "reference-data", "approvals", "list-changes", "posture", "partner"] as const;
export type AuditedTable = (typeof auditedTables)[number];

/** A row's change from a stream: `before` is absent if the row was added, `after` if it was removed. */
export interface TableChange {
  readonly table: AuditedTable;
  /** The stream record's id: the same however often the record is delivered. */
  readonly event: string;
  readonly at: Date;
  /** The values of the row's key, joined by slashes: the subject of an audit log entry. */
  readonly subject: string;
  readonly before?: Row;
  readonly after?: Row;
}

/** Builds the name of the action for a row's change. */
export function buildActionName({ table, before, after }: Pick<TableChange, "table" | "before" | "after">): string {
  return `${table}.${before === undefined ? "added" : after === undefined ? "removed" : "changed"}`;
}

/** The ways in which a change is made. */
export const auditWays = ["console", "command", "api", "mail", "gatehouse", "outside"] as const;
export type AuditWay = (typeof auditWays)[number];

/** An audit log entry's data about rows. An erasure can remove all of it. */
export interface AuditDetails {
  /** The key of the row, or another subject. */
  readonly subject?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly person?: string;
  /**
   * Keyed hashes of the single changes that this entry covers. An entry that combines several changes seen in a stream has the ids of the
   * stream's records instead.
   */
  readonly marks?: readonly string[];
  /** For an erasure's own entry: the numbers of the entries that lose their details. */
  readonly numbers?: readonly string[];
}

/** The audit log's entry for a change of a row that no other entry describes. */
export interface AuditFact extends AuditDetails {
  readonly action: string;
  /** Absent if the row names no author, or cannot prove it: the change came from outside. */
  readonly author?: { readonly by: string; readonly name?: string; readonly via: AuditWay };
  /**
   * Identifies the entry that one of our pages has already written about the change. Absent if the row does not say that a page made the
   * change.
   */
  readonly claims?: { readonly action: string; readonly subject: string | undefined };
}

/**
 * Describes a change of a row for the audit log. Undefined if the log does not need it.
 * @param stood returns the list's current or former row under a key: null if its cells are unknown
 */
export type FactOf = (change: TableChange, stood: (entry: string) => Row | null | undefined) => AuditFact | undefined;

/** The author of changes that Gatehouse makes by itself. */
export const GATEHOUSE = { by: "gatehouse", via: "gatehouse" } as const;

/** Describes a change by the row before and after. */
export function rowFact({ table, subject, before, after }: TableChange): AuditFact {
  const rows = { ...(before && { before }), ...(after && { after }) };
  return { subject, ...rows, action: buildActionName({ table, ...rows }) };
}

/** A person who makes changes: an account of the console, an AWS identity, or the user of a machine. */
export interface NamedAuthor {
  readonly by: string;
  /** Set in the console only. */
  readonly name?: string | undefined;
  /** The account's other names in Entra, including its user name. Set in the console only. */
  readonly userNames?: readonly string[] | undefined;
}

/** True if two authors may be the same person: an AWS session ends with its user's name, and the console knows the user name. */
export function mayBeSame(one: NamedAuthor, other: NamedAuthor): boolean {
  const names = ({ by, name, userNames = [] }: NamedAuthor) =>
    [by, by.slice(by.lastIndexOf("/") + 1), name, ...userNames].flatMap((each) => each?.toLowerCase() ?? []);
  return names(one).some((each) => names(other).includes(each));
}
