import { isIP } from "node:net";
import * as v from "valibot";
import type { DomainEvent } from "../engine/events/event-kind";
import { createTextSchema } from "../engine/fields";
import type { Decision } from "../engine/sign-up/decision";
import type { HashOf } from "../engine/sign-up/person";
import type { Policy } from "../engine/sign-up/policy";
import type { AnyRule, RecordKey, Row } from "../engine/sign-up/rule";
import type { SignUp } from "../engine/sign-up/sign-up";
import type { Effect, TableName, Write } from "../engine/sign-up/verdict";
import type { Flaw, Path } from "../lib/schema-flaws";

/** Additions of a feature to cases. */
export interface CaseWords<Rows = object, Members = object> {
  /** The part's place in docs/cases.md. @default 50 */
  readonly order?: number;
  /** Schemas of rows as operators write them. */
  readonly tables?: v.ObjectEntries;
  /** Converts a written row into its stored form; returns the fault as a text, or undefined if no table of this feature has the row. */
  kept?(table: TableName, row: Row): Row | string | undefined;
  /** Further members of a case's `rows`, for rows about people: nobody can write the keys of such rows by hand. */
  readonly rows?: v.ObjectEntries;
  rowsFlaw?(rows: Rows, rules: readonly AnyRule[]): Flaw | undefined;
  /** Returns the people in the rows and their places. Omits people who are described by an address only. */
  peopleIn?(rows: Rows): readonly (readonly [person: object, path: Path])[];
  written?(rows: Rows, context: CaseAsked): readonly Effect[];
  readonly members?: v.ObjectEntries;
  /** Returns the effects of the case's members. They happen after all earlier events and before the sign-up of the case. */
  set?(members: Members, gate: string | undefined): readonly Effect[];
  /** A word for an event before the case. */
  readonly earlier?: v.GenericSchema<string>;
  /** The name of the rule that the event needs. If absent, any rule that reads requests is enough. */
  readonly earlierOf?: string;
  /** Causes the event. @returns the reason if the event cannot happen */
  happen?(word: string, before: BeforeCase): Promise<string | undefined>;
  /** Returns the event that the change of a row causes. For a decision's record, `before` is undefined, because the record is a new row. */
  event?(table: TableName, before: Row | undefined, after: Row): DomainEvent | undefined;
  /** The members that a new case expects, by type of event. If absent, a new case expects all members that are the same in every run. */
  readonly expected?: Readonly<Record<string, readonly string[]>>;
  /** Returns doubts about the rows of the folder's files, one sentence each. @param gate undefined for the unnamed one */
  rowsWarnings?(rows: WrittenTables, policies: readonly Policy[], gate: string | undefined): readonly string[];
  /** Explains a case that is blocked for these reasons, one sentence each. @param rows the rows of the file, and the rows of the case */
  notes?(reasons: readonly string[], rows: readonly WrittenTables[]): readonly string[];
}

type WrittenTables = Readonly<Partial<Record<TableName, readonly Row[] | undefined>>>;

export interface CaseAsked {
  readonly now: Date;
  readonly hashOf: HashOf;
  readonly rules: readonly AnyRule[];
  signUpOf(who: WhoBefore): SignUp;
}

/** A person before the case: an address, or the differences from the case's person. */
export type WhoBefore =
  | string
  | {
      readonly email?: string | undefined;
      readonly issuer?: string | undefined;
      readonly application?: string | undefined;
      readonly ipAddress?: string | undefined;
    };

export interface BeforeCase {
  /** The time of the case itself, which is later than the event. */
  readonly now: Date;
  readonly gate: string | undefined;
  readonly hashOf: HashOf;
  /** Undefined if the request cannot be read. */
  readonly signUp: SignUp | undefined;
  signsUp(at: Date): Promise<{ readonly signUp: SignUp | undefined; readonly decision: Decision }>;
  row(key: RecordKey): Row | undefined;
  write(write: Write): Promise<boolean>;
}

export const applicationMember = v.optional(createTextSchema("Client id of the application. Only b2c and external-tenant send it."));
export const ipAddressMember = v.optional(
  v.pipe(
    v.string(),
    v.check((address) => isIP(address.replaceAll("{n}", "1")) > 0, 'an IP address, such as "203.0.113.24"'),
    v.description("The person's IP address. Only external-tenant sends it."),
  ),
);
