import type * as v from "valibot";
import type { FactOf } from "../../engine/audited-change";
import type { DomainEvent } from "../../engine/events/event-kind";
import type { HashOf } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { AwsClient } from "../aws/client";
import type { Item } from "./item";
import type { AnyTableName } from "./tables";

/** An index of a table. The stack makes the index, and queries name it. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attributes that the index holds besides the keys, or "all". */
  readonly holds: "all" | readonly string[];
}

/** A table's properties besides its key. */
export interface TableShape {
  /**
   * Present if functions read the table's stream, which shows each row before and after a change. `wanted`: only the audit log needs the
   * stream.
   */
  readonly streamed?: "needed" | "wanted";
  /** True if changes of the table's rows become events. A restored row is marked, so that it causes no second event. */
  readonly published?: true;
  /** True if the table names people by keyed hashes. With another hashing key, its rows have no meaning. */
  readonly hashed?: true;
  /** Column that counts a row's changes: the version of a row with the higher count is newer. Absent if nothing counts the changes. */
  readonly version?: string;
  /**
   * Column with the time of a row's last change. `version` alone is not enough: if a row is deleted and made again, its `version` starts
   * from the beginning.
   */
  readonly changed?: string;
  /** True if rows record use, in sets that only grow: two states of a row are merged by union. */
  readonly accumulates?: true;
  /** True if rows contain the time from which DynamoDB may remove them. */
  readonly ages?: true;
  readonly indexes?: readonly TableIndex[];
}

/** One change of a row in a table's stream. */
export interface StreamedChange {
  readonly key: Item;
  /** Absent if the change added the row. */
  readonly before?: Item;
  /** Absent if the change removed the row. */
  readonly after?: Item;
  /** The change's position in the stream: the same in every delivery. */
  readonly id: string;
  readonly at: Date;
}

export type RowSchema = v.GenericSchema & { readonly entries: v.ObjectEntries };

/** The names of a person in rows: one spelling of each address, and hashes. Some hashes may have been made with an earlier key. */
export interface PersonNames {
  readonly hashes: readonly HashOf[];
  readonly mailboxes: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly accountIds: ReadonlySet<string>;
}

/** Handles a kind's personal data. @param isTheirs true if the row's own columns name the person */
export interface PersonalRows {
  /**
   * Returns the part of a row that is about the person. Undefined if no part is about the person. The part contains no data about other
   * people in the row.
   */
  partOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
  /** Returns the row without the person's data; undefined if the row is to be deleted. */
  restOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
}

/** A kind of row, for code that handles all tables. Its feature declares it and adds a line to the list of kinds. */
export interface RowKind {
  /** Order of the kinds in the filters of streams and in permissions. @default 50 */
  readonly place?: number;
  readonly table: AnyTableName;
  /** Prefix of the partition keys of its rows. Absent: the kind has all rows of the table that no other kind has. */
  readonly under?: string;
  /** The table's properties. Only the table's main kind has them. */
  readonly shape?: TableShape;
  /** Its columns, for docs/storage.md. Absent if no operator reads such rows. */
  readonly schema?: RowSchema;
  /** Columns without meaning for operators. */
  readonly internal?: readonly string[];
  /** True if operators write its rows by hand. */
  readonly typed?: true;
  /**
   * Returns the event of a change; undefined if the change needs no event. Throws if the changed row can never become an event.
   * @default its rows cause no events
   */
  event?(change: StreamedChange): DomainEvent | undefined;
  /** True if a removal is also an event. */
  readonly tellsOfRemoval?: true;
  /** The table's name in the audit log. Absent if the log does not cover it. */
  readonly audited?: string;
  /**
   * Returns a stored row as people and the audit log see it: without the columns that its store adds for indexes. Absent: the whole row.
   */
  plain?(storedItem: Item): Item;
  /** Returns the audit log's entry for a change that no entry announced. @default the row before and after */
  readonly fact?: FactOf;
  /** False: its rows name no person, and an erasure does not touch them. @default its rows name people as most rows do */
  readonly personal?: PersonalRows | false;
  /** Removes a person from rows that a search for the person does not find. @param name of the table */
  forget?(person: PersonNames, client: AwsClient, name: string): Promise<void>;
  /**
   * Notes data of new decisions in rows of the kind.
   * @param name of the table
   * @param expiryOf returns the epoch seconds at which data from a moment expires
   */
  noteDecisions?(decisions: readonly DecisionRecord[], expiryOf: (at: string) => number, client: AwsClient, name: string): Promise<void>;
  /** False: its rows are useless in another deployment. */
  readonly backedUp?: false;
}
