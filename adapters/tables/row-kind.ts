import type { DomainEvent } from "../../engine/events/event-kind";
import type { Row } from "../../engine/sign-up/rule";
import type { Item } from "./item";
import type { AnyTableName, TableIndex } from "./tables";

/** What a table must have beside its key. */
export interface TableShape {
  /** Whether functions read its changes, rows before and after each: `wanted` where all but the audit trail can do without. */
  readonly streamed?: "needed" | "wanted";
  /** Whether its changes become events: a row that is put back is marked, so that it causes no second event. */
  readonly published?: true;
  /** Whether people stand in it under keyed hashes: its rows mean nothing under another key. */
  readonly hashed?: true;
  /** Counts a row's changes: of two states of a row, the one that has more is the newer. Absent where nothing counts them. */
  readonly version?: string;
  /** When a row became what it is: one that was deleted and made again counts from the beginning again. */
  readonly changed?: string;
  /** Whether rows tell what was used up: it stays so, whichever state of a row is the newer. Members are only ever added to sets. */
  readonly accumulates?: true;
  /** Whether rows name a moment after which DynamoDB may remove them. */
  readonly ages?: true;
  /** What else it is asked by. */
  readonly indexes?: readonly TableIndex[];
}

/** One change of a row, as a table's stream tells of it. */
export interface StreamedChange {
  readonly key: Item;
  /** Absent before it was added. */
  readonly before?: Item;
  /** Absent after it was removed. */
  readonly after?: Item;
  /** The change's place in the stream: the same however often it is delivered. */
  readonly id: string;
  readonly at: Date;
}

/** What everybody who goes through tables needs to know of one kind of row. Its feature declares it, and has a line in the list of all. */
export interface RowKind {
  readonly table: AnyTableName;
  /** With what the partition keys of its rows begin. Absent: the table's rows that are of no other kind. */
  readonly under?: string;
  /** Of the kind that the table is there for. */
  readonly shape?: TableShape;
  /** The event of a change; undefined where nobody else need hear of it. Throws where it can never be one. Absent: its rows make none. */
  event?(change: StreamedChange): DomainEvent | undefined;
  /** Whether a row's removal is an event too. */
  readonly tellsOfRemoval?: true;
  /** What the audit trail calls its table, where operators change its rows. Absent: the trail does not cover them. */
  readonly audited?: string;
  /** Whether the audit trail need not have a change. Absent: it has each. */
  isNoNews?(before: Row | undefined, after: Row | undefined): boolean;
  /** False: its rows name nobody, and an erasure may not touch them. */
  readonly personal?: false;
  /** False: its rows are of no use in another deployment. */
  readonly backedUp?: false;
}
