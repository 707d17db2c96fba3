import type * as v from "valibot";
import type { FactOf } from "../../engine/audited-change";
import type { DomainEvent } from "../../engine/events/event-kind";
import type { HashOf } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { AwsClient } from "../aws/client";
import type { Item } from "./item";
import type { AnyTableName } from "./tables";

/** An index of a table. The stack makes them, queries name them. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attributes that the index holds besides keys, or "all". */
  readonly holds: "all" | readonly string[];
}

/** A table beyond its key. */
export interface TableShape {
  /** Functions read its changes, rows before and after. `wanted`: all but the audit trail can do without. */
  readonly streamed?: "needed" | "wanted";
  /** True if its changes become events. A restored row is marked, so that it causes no second event. */
  readonly published?: true;
  /** True if it names people by keyed hashes: its rows mean nothing under another key. */
  readonly hashed?: true;
  /** Counts a row's changes: of two states of a row, the one that has more is the newer. Absent where nothing counts them. */
  readonly version?: string;
  /** When a row became what it is: one that was deleted and made again counts from the beginning again. */
  readonly changed?: string;
  /** True if rows record use, in sets that only grow: of two states of a row, the union counts. */
  readonly accumulates?: true;
  /** True if rows name the moment after which DynamoDB may remove them. */
  readonly ages?: true;
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

/** A person's names in rows: one spelling of each address, and hashes under keys that may have been rotated away. */
export interface PersonNames {
  readonly hashes: readonly HashOf[];
  readonly mailboxes: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly accountIds: ReadonlySet<string>;
}

/** A kind's personal data. @param isTheirs true if the row's own columns name the person */
export interface PersonalRows {
  /** A row as far as it is about the person; undefined where it is not: who else is in it is not theirs to know. */
  partOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
  /** Returns the row without the person's data; undefined if it goes. */
  restOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
}

/** A kind of row, for everything that iterates over tables. Its feature declares it and adds a line to the list of kinds. */
export interface RowKind {
  /** Filters of streams and permissions name kinds in this order. @default 50 */
  readonly place?: number;
  readonly table: AnyTableName;
  /** With what the partition keys of its rows begin. Absent: the table's rows that are of no other kind. */
  readonly under?: string;
  /** Of the kind that the table is there for. */
  readonly shape?: TableShape;
  /** Its columns, for docs/storage.md. Absent where no operator reads such rows. */
  readonly schema?: RowSchema;
  /** Columns that say nothing to operators. */
  readonly internal?: readonly string[];
  /** True if operators type its rows. */
  readonly typed?: true;
  /** The event of a change; undefined if it is of no interest to others. Throws if it can never be one. @default its rows make none */
  event?(change: StreamedChange): DomainEvent | undefined;
  /** True if a removal is an event too. */
  readonly tellsOfRemoval?: true;
  /** The table's name in the audit trail. Absent if the trail does not cover it. */
  readonly audited?: string;
  /** A stored row without what its store adds for indexes: what people and the trail know of it. Absent: all of it. */
  plain?(storedItem: Item): Item;
  /** The trail's entry for a change that no entry announces. @default the row before and after */
  readonly fact?: FactOf;
  /** False: its rows name no person, and an erasure may not touch them. @default they name people as most rows do */
  readonly personal?: PersonalRows | false;
  /** Forgets a person in rows that a search for them does not find. @param name of the table */
  forget?(person: PersonNames, client: AwsClient, name: string): Promise<void>;
  /** Notes in such rows what is kept of new decisions. @param name of the table @param expiryOf epoch seconds, of something at a moment */
  noteDecisions?(decisions: readonly DecisionRecord[], expiryOf: (at: string) => number, client: AwsClient, name: string): Promise<void>;
  /** False: its rows are of no use in another deployment. */
  readonly backedUp?: false;
}
