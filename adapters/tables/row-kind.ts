import type * as v from "valibot";
import type { FactOf } from "../../engine/audited-change";
import type { DomainEvent } from "../../engine/events/event-kind";
import type { HashOf } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { AwsClient } from "../aws/client";
import type { Item } from "./item";
import type { TableIndex } from "./table-index";
import type { AnyTableName } from "./tables";

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

/** The schema of a kind's rows. */
export type RowSchema = v.GenericSchema & { readonly entries: v.ObjectEntries };

/** How a person is named in rows: by one spelling of each address, and by hashes, under keys that may have been rotated away. */
export interface PersonNames {
  readonly hashes: readonly HashOf[];
  readonly mailboxes: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly accountIds: ReadonlySet<string>;
}

/** What rows of a kind say of people. @param isTheirs whether a row's own columns name the person */
export interface PersonalRows {
  /** A row as far as it is about the person; undefined where it is not: who else is in it is not theirs to know. */
  partOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
  /** What stays of such a row once they are forgotten; undefined where it goes. */
  restOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
}

/** What everybody who goes through tables needs to know of one kind of row. Its feature declares it, and has a line in the list of all. */
export interface RowKind {
  readonly table: AnyTableName;
  /** With what the partition keys of its rows begin. Absent: the table's rows that are of no other kind. */
  readonly under?: string;
  /** Of the kind that the table is there for. */
  readonly shape?: TableShape;
  /** Its columns, for docs/storage.md. Absent where no operator reads such rows. */
  readonly schema?: RowSchema;
  /** Columns that say nothing to operators. */
  readonly internal?: readonly string[];
  /** Whether operators type its rows. */
  readonly typed?: true;
  /** The event of a change; undefined where nobody else need hear of it. Throws where it can never be one. Absent: its rows make none. */
  event?(change: StreamedChange): DomainEvent | undefined;
  /** Whether a row's removal is an event too. */
  readonly tellsOfRemoval?: true;
  /** What the audit trail calls its table, where operators change its rows. Absent: the trail does not cover them. */
  readonly audited?: string;
  /** A stored row without what its store adds for indexes: what people and the trail know of it. Absent: all of it. */
  plain?(stored: Item): Item;
  /** What the audit trail says of a change that no entry is about. Absent: the row before and after. */
  readonly fact?: FactOf;
  /** False: its rows name nobody, and an erasure may not touch them. Absent: they name people as most rows do. */
  readonly personal?: PersonalRows | false;
  /** Forgets a person in rows that nobody finds by looking for them. @param name of the table */
  forget?(person: PersonNames, client: AwsClient, name: string): Promise<void>;
  /** Notes in such rows what is kept of new decisions. @param name of the table @param expiryOf epoch seconds, of something at a moment */
  noteDecisions?(decisions: readonly DecisionRecord[], expiryOf: (at: string) => number, client: AwsClient, name: string): Promise<void>;
  /** False: its rows are of no use in another deployment. */
  readonly backedUp?: false;
}
