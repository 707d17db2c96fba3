import { readNamedAddress } from "./directory-account";
import { keepGiven } from "./json";
import type { Row } from "./sign-up/rule";

/** Tables whose changes are recorded in the audit log, by their names in actions and addresses. */
export const auditedTables = ["access-list", "profiles", "reference-data", "approvals", "list-changes", "posture", "partner"] as const;
export type AuditedTable = (typeof auditedTables)[number];

export interface TableChange {
  readonly table: AuditedTable;
  /** The id of the stream's record. If the record is delivered again, its id stays the same. */
  readonly event: string;
  readonly at: Date;
  /** The values of the row's key, joined by slashes: the subject of an audit log entry. */
  readonly subject: string;
  readonly before?: Row;
  readonly after?: Row;
}

export function buildActionName({ table, before, after }: Pick<TableChange, "table" | "before" | "after">): string {
  return `${table}.${before === undefined ? "added" : after === undefined ? "removed" : "changed"}`;
}

export const auditWays = ["console", "command", "api", "mail", "gatehouse", "outside"] as const;
export type AuditWay = (typeof auditWays)[number];

/** An audit log entry's data about rows. An erasure can remove all of it. */
export interface AuditDetails {
  readonly subject?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly person?: string;
  /**
   * A keyed hash of each change that this entry covers. An entry that combines several changes from a stream has the ids of the stream's
   * records instead.
   */
  readonly marks?: readonly string[];
  /** The numbers of the entries that lose their details. Only an erasure's own entry has them. */
  readonly numbers?: readonly string[];
}

/** Identifies an entry that one of our pages wrote. */
export interface AuditSource {
  readonly action: string;
  readonly subject: string | undefined;
}

/** An audit log entry about a row's change. It is written only if no other entry describes the change. */
export interface AuditFact extends AuditDetails {
  readonly action: string;
  /** Absent if the row names no author, or does not prove the author. The audit log then records a change from outside. */
  readonly author?: { readonly by: string; readonly name?: string; readonly via: AuditWay };
  /** The id of the operator's act, if the row names it. */
  readonly act?: string;
  /** Identifies the entry that one of our pages wrote about the change. Absent if the row does not say that a page made the change. */
  readonly claims?: AuditSource;
  /** Identifies the entry of the act that wrote this row along with its own. That entry's author is then this one's. */
  readonly along?: AuditSource;
}

/**
 * Makes the audit log's entry about a change. Undefined if the change needs no entry.
 * @param stood returns the access list's newest known row under a key: undefined if no row is known, null if the row's cells are unknown
 */
export type FactOf = (change: TableChange, stood: (entry: string) => Row | null | undefined) => AuditFact | undefined;

export const GATEHOUSE = { by: "gatehouse", via: "gatehouse" } as const;

export function rowFact({ table, subject, before, after }: TableChange): AuditFact {
  const rows = keepGiven({ before, after });
  return { subject, ...rows, action: buildActionName({ table, ...rows }) };
}

/** A person who makes changes: an account of the console, an AWS identity, or the user of a machine. */
export interface NamedAuthor {
  readonly by: string;
  /** The author's name. Only the console sets it. */
  readonly name?: string | undefined;
  /** The account's other names in Entra, including its user name. Set in the console only. */
  readonly userNames?: readonly string[] | undefined;
}

/**
 * True if two authors may be the same person. In an AWS session, the part of `by` after the last slash is the user's name. A display name
 * counts only where nothing better is known, because colleagues may have the same one.
 */
export function mayBeSame(one: NamedAuthor, other: NamedAuthor): boolean {
  const listNames = ({ by, name, userNames = [] }: NamedAuthor) =>
    [by, by.slice(by.lastIndexOf("/") + 1), ...(userNames.length > 0 ? userNames : [name])].flatMap((each) =>
      each === undefined ? [] : [each.toLowerCase(), readNamedAddress(each) ?? each],
    );
  const others = listNames(other);
  return listNames(one).some((each) => others.includes(each));
}

/** The names by which others ask for a person, and by which the person's own requests are recognised. */
export interface Decider {
  readonly objectId?: string | undefined;
  /** User names, e-mail addresses, ARNs, which may contain the decider's address. */
  readonly names: readonly string[];
  /**
   * Addresses that certainly belong to the decider: those of the session, or the one to which a mail went. A stage may ask for the decider
   * by these addresses.
   */
  readonly addresses?: readonly string[] | undefined;
  /** Roles and groups from the decider's session. Groups are object ids. */
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly arn?: string | undefined;
  /** Addresses of approvers who currently delegate to the decider. */
  readonly standsInFor?: readonly string[] | undefined;
}

/** A person or system that acts, and its door. */
export interface Actor {
  readonly by: string;
  readonly name?: string;
  readonly via: AuditWay;
  /** Object id in Entra, if the actor signed in. */
  readonly account?: string | undefined;
  /** For acts that ask for somebody. @default nobody asks for the actor */
  readonly decider?: Decider | undefined;
  /** False for people who may not know what operators know: approvers who are asked by name, partners' contacts. @default true */
  readonly isOperator?: boolean;
  /** Limits what the door shows: requests that ask the actor by name, or those of a partner's domain. @default no limit */
  readonly scope?: "asked" | { readonly domain: string };
}
