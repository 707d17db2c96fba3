import * as v from "valibot";
import { type AuditDetails, type AuditWay, auditWays, buildActionName, type TableChange } from "../../engine/audited-change";
import { anyObject, anyText, createChoiceSchema, createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import { canonicalJson } from "../../engine/json";
import { hashNamedPerson } from "../../engine/sign-up/account-key";
import type { HashOf } from "../../engine/sign-up/person";
import type { Row } from "../../engine/sign-up/rule";

/** The partition of all entries, sorted by number. */
export const AUDIT_TRAIL = "entries";
/** Number of digits of an entry's number. With leading zeros, numbers sort as texts. */
const NUMBER_LENGTH = 12;

/** The author of a change that was made outside Gatehouse. Only AWS knows the real author. */
export const OUTSIDE = "outside";

const auditOutcomes = ["begun", "done", "conflict", "failed", "seen"] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

const sha256 = (means: string) => v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.description(means));

/** A stored entry of the audit trail. Entries never change, with one exception: erasing a person removes the attributes of `erasable`. */
export const auditRow = v.object({
  trail: createTextSchema("`entries`."),
  number: createTextSchema("Counts from `000000000001` without a gap."),
  at: time("When."),
  day: createTextSchema("`2026-11-20`, UTC."),
  by: createTextSchema("An account's object id, an AWS identity, `gatehouse`, or `outside` if only AWS knows."),
  name: v.optional(anyText("The account's name at the time, from the console.")),
  via: createChoiceSchema(auditWays, "`outside`: the AWS console or API."),
  action: createTextSchema("What was done, such as `access-list.changed`."),
  outcome: createChoiceSchema(
    auditOutcomes,
    "`begun`: before the change; an entry with `of` has the outcome. `conflict`: somebody else was faster. `seen`: in the table's stream.",
  ),
  of: v.optional(anyText("The number of the entry whose outcome this is.")),
  event: v.optional(anyText("Its stream record.")),
  set: v.optional(anyText("The list's change set.")),
  act: v.optional(anyText("The operator's act: all entries of one act have the same.")),
  count: v.optional(wholeNumber("The number of rows, if several.")),
  digest: v.optional(sha256("SHA-256 of `details`; stays after an erasure.")),
  previous: anyText("The `hash` of the entry before; empty in the first."),
  hash: sha256("SHA-256 of the other columns that cannot be erased, as JSON in alphabetical order."),
  details: v.optional(anyText("JSON: the row's key, the row before and after (values cut at 2,000 characters), a random salt. Erasable.")),
  subject: v.optional(anyText("The row's key, cut at 500 characters. Erasable.")),
  person: v.optional(anyText("Keyed hash of the person it is about. Erasable.")),
  erased: v.optional(time("When its details were erased; the entry `person.erased` records that too.")),
});
export type AuditRow = Readonly<v.InferOutput<typeof auditRow>>;

/** The attributes that erasing a person removes. The chain is valid without them. */
export const erasable = ["details", "subject", "person"] as const;

export const auditDetails = v.object({
  subject: v.optional(v.string()),
  before: v.optional(anyObject<Row>()),
  after: v.optional(anyObject<Row>()),
  person: v.optional(v.string()),
  marks: v.optional(createListSchema(v.string())),
  numbers: v.optional(createListSchema(v.string())),
});

export interface AuditNews extends AuditDetails {
  readonly by: string;
  readonly name?: string;
  readonly via: AuditWay;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly of?: string;
  readonly event?: string;
  readonly set?: string;
  readonly act?: string | undefined;
  readonly count?: number;
}

export function numberText(number: number): string {
  return String(number).padStart(NUMBER_LENGTH, "0");
}

/** The person's keyed hash. Undefined if the change is about nobody or several people. */
export function personBehindChange({ subject = "", before, after }: AuditDetails, hashOf: HashOf): string | undefined {
  const personId = after?.personId ?? before?.personId;
  if (typeof personId === "string") return personId;
  const email = after?.email ?? before?.email;
  return hashNamedPerson(typeof email === "string" ? email : subject, hashOf);
}

/** The order of a set does not matter. */
function comparableCell(cell: unknown): unknown {
  return Array.isArray(cell) ? cell.map(canonicalJson).sort() : cell;
}

/** The column that `changeDigest` ignores. The hygiene worker writes this column in the same write as its edit. */
const REMARK = "problem";

/** Keyed, so that nobody without the key can find the row by guessing. */
export function changeDigest({ table, subject, before, after }: Omit<TableChange, "event" | "at">, hashOf: HashOf): string {
  const toText = (cell: unknown) => canonicalJson(comparableCell(cell) ?? null);
  const isChanged = (name: string) => name !== REMARK && toText(before?.[name]) !== toText(after?.[name]);
  const names = Object.keys({ ...before, ...after }).filter(isChanged);
  const cells = names.sort().map((name) => [name, comparableCell(before?.[name]), comparableCell(after?.[name])]);
  return hashOf(`audit\n${buildActionName({ table, before, after })}\n${subject}\n${canonicalJson(cells)}`);
}

/** Covers the row's new state or removal, whatever the old state was. Without the key, nobody can find the row by guessing. */
export function changeMark({ table, subject, after }: Pick<TableChange, "table" | "subject" | "after">, hashOf: HashOf): string {
  // The subject is the request's id: already a keyed hash.
  if (table === "approvals") return `${table}/${subject}`;
  return hashOf(
    `audit\n${table}\n${subject}\n${after === undefined ? "" : canonicalJson(Object.fromEntries(Object.entries(after).map(([name, cell]) => [name, comparableCell(cell)])))}`,
  );
}
