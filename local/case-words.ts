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

/** A feature's part of cases: members and their effect. */
export interface CaseWords<Rows = object, Members = object> {
  /** Its place in docs/cases.md. @default 50 */
  readonly place?: number;
  /** Rows of tables, as operators write them. */
  readonly tables?: v.ObjectEntries;
  /** Converts a written row into its stored form; returns a text if it is invalid. Undefined for a row of another kind. */
  kept?(table: TableName, row: Row): Row | string | undefined;
  /** More members of a case's `rows` about people. Nobody can write their keys by hand. */
  readonly rows?: v.ObjectEntries;
  /** The fault in these rows, given the step's rules. */
  rowsFlaw?(rows: Rows, rules: readonly AnyRule[]): Flaw | undefined;
  /** People described by more than an address, with their paths. */
  peopleIn?(rows: Rows): readonly (readonly [person: object, path: Path])[];
  /** Writes the rows. */
  written?(rows: Rows, context: CaseAsked): readonly Effect[];
  /** Members of a case. */
  readonly members?: v.ObjectEntries;
  /** Returns the effect of the members. It comes after all events before the case. */
  set?(members: Members, gate: string | undefined): readonly Effect[];
  /** A word for an event before the case. */
  readonly earlier?: v.GenericSchema<string>;
  /** The rule that the event needs. Absent: any rule that reads requests. */
  readonly earlierOf?: string;
  /** Causes the event. @returns the reason why it cannot happen */
  happen?(word: string, before: BeforeCase): Promise<string | undefined>;
  /** The event of a changed row. A decision's record is a new row. */
  event?(table: TableName, before: Row | undefined, after: Row): DomainEvent | undefined;
  /** Members of the feature's events that a new case expects, by type of event. Absent: all members that are the same in every run. */
  readonly expected?: Readonly<Record<string, readonly string[]>>;
  /** Returns doubts about the rows of the folder's files, one sentence each. @param gate undefined for the unnamed one */
  rowsWarnings?(rows: WrittenTables, policies: readonly Policy[], gate: string | undefined): readonly string[];
  /** Explains a case that is blocked for these reasons, one sentence each. @param rows of the file and of the case */
  notes?(reasons: readonly string[], rows: readonly WrittenTables[]): readonly string[];
}

type WrittenTables = Readonly<Partial<Record<TableName, readonly Row[] | undefined>>>;

/** The context of a case's `rows`. */
export interface CaseAsked {
  readonly now: Date;
  readonly hashOf: HashOf;
  /** The rules of the case's step. */
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

/** The situation of a case in which an earlier event happens. */
export interface BeforeCase {
  /** The moment of the case itself. */
  readonly now: Date;
  readonly gate: string | undefined;
  readonly hashOf: HashOf;
  /** The case's own sign-up; undefined if its request cannot be read. */
  readonly signUp: SignUp | undefined;
  /** Signs the person up at the step with the form. */
  signsUp(at: Date): Promise<{ readonly signUp: SignUp | undefined; readonly decision: Decision }>;
  row(key: RecordKey): Row | undefined;
  write(write: Write): Promise<boolean>;
}

/** The member `application` of a person in a request or before it. */
export const applicationMember = v.optional(createTextSchema("Client id of the application. Only b2c and external-tenant send it."));
export const ipAddressMember = v.optional(
  v.pipe(
    v.string(),
    v.check((address) => isIP(address.replaceAll("{n}", "1")) > 0, 'an IP address, such as "203.0.113.24"'),
    v.description("The person's IP address. Only external-tenant sends it."),
  ),
);
