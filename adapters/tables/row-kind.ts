import { randomBytes } from "node:crypto";
import type * as v from "valibot";
import type { FactOf } from "../../engine/audited-change";
import type { DomainEvent } from "../../engine/events/event-kind";
import type { HashOf } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { AwsClient } from "../aws/client";
import type { Item } from "./item";
import type { AnyTableName } from "./tables";

export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attributes that the index holds besides the keys, or "all". */
  readonly holds: "all" | readonly string[];
}

export interface TableShape {
  /** Present if functions read the table's stream. `wanted`: only the audit log needs the stream. */
  readonly streamed?: "needed" | "wanted";
  /** True if changes of the table's rows become events. A restored row is marked, so that it causes no second event. */
  readonly published?: true;
  /** True if the table names people by keyed hashes. With another hashing key, its rows have no meaning. */
  readonly hashed?: true;
  /** Column that counts a row's changes. Absent if nothing counts the changes. */
  readonly version?: string;
  /** Column with the time of a row's last change. `version` does not suffice: it starts again if a row is deleted and made again. */
  readonly changed?: string;
  /** True if rows record use, in sets that only grow: two states of a row merge by union. */
  readonly accumulates?: true;
  /** True if rows contain the time from which DynamoDB may remove them. */
  readonly ages?: true;
  readonly indexes?: readonly TableIndex[];
}

export interface StreamedChange {
  readonly key: Item;
  readonly before?: Item;
  readonly after?: Item;
  /** The same in every delivery: the change's position in the stream. */
  readonly id: string;
  readonly at: Date;
}

export type RowSchema = v.GenericSchema & { readonly entries: v.ObjectEntries };

/** The names of a person in rows: one spelling of each address, and hashes. Some hashes may be of an earlier key. */
export interface PersonNames {
  readonly hashes: readonly HashOf[];
  readonly mailboxes: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly accountIds: ReadonlySet<string>;
}

/** @param isTheirs true if the row's own columns name the person */
export interface PersonalRows {
  /** Returns the part of a row that is about the person, without data about other people; undefined if there is none. */
  partOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
  /** Returns the row without the person's data; undefined if the row is to be deleted. */
  restOf(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined;
}

/** A kind of row, for code that handles all tables. Its feature declares it, and the list of kinds names it. */
export interface RowKind {
  /** Order in the filters of streams and in permissions. @default 50 */
  readonly order?: number;
  readonly table: AnyTableName;
  /** Prefix of the rows' partition keys. Absent: all rows of the table that no other kind has. */
  readonly under?: string;
  /** Only the table's main kind has a shape. */
  readonly shape?: TableShape;
  /** The description in docs/storage.md. Absent if no operator reads such rows. */
  readonly schema?: RowSchema;
  /** Columns without meaning for operators. */
  readonly internal?: readonly string[];
  /** True if operators write the rows by hand. */
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
  /** Removes the columns that the store adds for indexes: people and the audit log do not see them. Absent: nothing is removed. */
  plain?(storedItem: Item): Item;
  /** Returns the audit log's entry for a change that no other entry describes. @default the row before and after */
  readonly fact?: FactOf;
  /** False if the rows name no person: an erasure leaves them. @default in the usage table, `usedRows` */
  readonly personal?: PersonalRows | false;
  /** Removes a person from rows that a search for the person does not find. @param name the table's deployed name */
  forget?(person: PersonNames, client: AwsClient, name: string): Promise<void>;
  /** @param expiryOf returns the epoch seconds at which data from a moment expires */
  noteDecisions?(decisions: readonly DecisionRecord[], expiryOf: (at: string) => number, client: AwsClient, name: string): Promise<void>;
  /** False if the rows are useless in another deployment. */
  readonly backedUp?: false;
}

const PEOPLE = "people";

/** Rows that record uses. An erasure replaces the person by a random text, so the use stays recorded. */
export const usedRows: PersonalRows = {
  partOf(item, person, isTheirs) {
    const personUses = ownUses(item, person);
    if (!isTheirs && personUses.length === 0) return undefined;
    return item[PEOPLE] === undefined ? item : { ...item, [PEOPLE]: { SS: personUses } };
  },
  restOf(item, person) {
    const personUses = new Set(ownUses(item, person));
    if (personUses.size === 0) return undefined;
    const people = (item[PEOPLE]?.SS ?? []).map((holder) =>
      personUses.has(holder) ? `erased.${randomBytes(16).toString("base64url")}` : holder,
    );
    return { ...item, [PEOPLE]: { SS: people } };
  },
};

/** A holder's text begins with the person's id; a dot ends the id. */
function ownUses(item: Item, person: PersonNames): string[] {
  return (item[PEOPLE]?.SS ?? []).filter((holder) => isPersons(holder.split(".")[0] as string, person));
}

/** True if the id is a hash of one of the person's addresses or accounts. */
export function isPersons(id: string, { personIds, accountIds }: Pick<PersonNames, "personIds" | "accountIds">): boolean {
  return personIds.has(id) || accountIds.has(id);
}
