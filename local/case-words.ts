import { isIP } from "node:net";
import * as v from "valibot";
import type { DomainEvent } from "../engine/events/event-kind";
import { filled } from "../engine/fields";
import type { Decision } from "../engine/sign-up/decision";
import type { HashOf } from "../engine/sign-up/person";
import type { AnyRule, RecordKey, Row } from "../engine/sign-up/rule";
import type { SignUp } from "../engine/sign-up/sign-up";
import type { Effect, TableName, Write } from "../engine/sign-up/verdict";
import type { Flaw, Path } from "../lib/schema-flaws";

/** A feature's part of cases: members, and their effect. It has its lines in `case-features.ts`. */
export interface CaseWords<Rows = object, Members = object> {
  /** Rows of tables, as operators write them. */
  readonly tables?: v.ObjectEntries;
  /** A written row as the table keeps it; a text: why it cannot be one. Undefined for a row of another kind. */
  kept?(table: TableName, row: Row): Row | string | undefined;
  /** More members of a case's `rows`, about people, whose keys nobody can write by hand. */
  readonly rows?: v.ObjectEntries;
  /** The fault in these, given the rules of the step. */
  rowsFlaw?(rows: Rows, rules: readonly AnyRule[]): Flaw | undefined;
  /** People whom it describes by more than an address, with their places. */
  peopleIn?(rows: Rows): readonly (readonly [person: object, path: Path])[];
  /** Writes the rows. */
  written?(rows: Rows, asked: CaseAsked): readonly Effect[];
  /** Members of a case. */
  readonly members?: v.ObjectEntries;
  /** Their effect, after everything that happened before the case. */
  set?(members: Members, gate: string | undefined): readonly Effect[];
  /** A word for an event before the case. */
  readonly earlier?: v.GenericSchema<string>;
  /** The rule without which it never happens. Absent: any that reads requests. */
  readonly earlierOf?: string;
  /** Makes it happen. @returns why it cannot */
  happen?(word: string, before: BeforeCase): Promise<string | undefined>;
  /** The event of a changed row; of a decision, its record is new. */
  event?(table: TableName, before: Row | undefined, after: Row): DomainEvent | undefined;
  /** By type, the members of its events that a new case expects. Absent: all that last. */
  readonly expected?: Readonly<Record<string, readonly string[]>>;
  /** Explains a case that is stopped for these reasons, a sentence each. @param rows of the file, and of the case */
  notes?(reasons: readonly string[], rows: readonly WrittenTables[]): readonly string[];
}

type WrittenTables = Readonly<Partial<Record<TableName, readonly Row[] | undefined>>>;

/** Where a case's `rows` come about. */
export interface CaseAsked {
  readonly now: Date;
  readonly hashOf: HashOf;
  /** Those of the step that is asked. */
  readonly rules: readonly AnyRule[];
  signUpOf(who: WhoBefore): SignUp;
}

/** Somebody before the case: an address, or what is different about them. */
export type WhoBefore =
  | string
  | {
      readonly email?: string | undefined;
      readonly issuer?: string | undefined;
      readonly application?: string | undefined;
      readonly ipAddress?: string | undefined;
    };

/** An hour before a case. */
export interface BeforeCase {
  /** The moment of the case. */
  readonly now: Date;
  readonly gate: string | undefined;
  readonly hashOf: HashOf;
  /** The case's own; undefined where its request cannot be read. */
  readonly signUp: SignUp | undefined;
  /** The person signs up at the step with the form. */
  signsUp(at: Date): Promise<{ readonly signUp: SignUp | undefined; readonly decision: Decision }>;
  row(key: RecordKey): Row | undefined;
  write(write: Write): Promise<boolean>;
}

/** Of a person, in a request or before it. */
export const applicationMember = v.optional(filled("Client id of the application. Only b2c and external-tenant send it."));
export const ipAddressMember = v.optional(
  v.pipe(
    v.string(),
    v.check((address) => isIP(address.replaceAll("{n}", "1")) > 0, 'an IP address, such as "203.0.113.24"'),
    v.description("The person's IP address. Only external-tenant sends it."),
  ),
);
