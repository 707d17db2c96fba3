import { mailboxOf } from "../../engine/access-list/spellings";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { sameAnswer, toldBy } from "../../engine/sign-up/recording";
import { referenceFor } from "../../engine/sign-up/reference";
import type { RecordKey } from "../../engine/sign-up/rule";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { AwsClient } from "../aws/client";
import { all, among, between, containing, type Expression, equal } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { batchGet, type DynamoTable, deleteItem, getPage, pagesOf, putItem, updateItem, type WriteResult } from "./table";
import type { TableIndex } from "./table-index";
import { EXPIRY_ATTRIBUTE, RESTORED_ATTRIBUTE, tables } from "./tables";

/** Stands where the trace holds the failure of a call outside. */
const UPSTREAM_FAILED = "upstreamFailed";

/** The entry of the access list that decided: a longer one is left out. */
const ENTRY = "entry";
const LONGEST_ENTRY = 256;

/** What a list of decisions shows of each. All of it fits into the kilobyte that a write to an index is charged for. */
type Listed = "step" | "source" | "gate" | "email" | "verdict" | "rule" | "reasons" | "durationMs" | "revision";

/** A decision as the index of days has it. */
export interface ListedDecision extends Pick<DecisionRecord, "reference" | "id" | "at" | Listed> {
  /** Whether a call of a system outside failed, a shadowed rule's too: the record's trace says which. */
  readonly [UPSTREAM_FAILED]?: true;
  /** The entry of the access list that let the person in or kept them out, if one did. */
  readonly [ENTRY]?: string;
}

/** Where a list of decisions goes on: after one of them, or at a day's newest. */
export type DecisionPlace = Pick<DecisionRecord, "at" | "reference" | "id"> | { readonly day: string };

export interface DecisionPage {
  readonly items: readonly ListedDecision[];
  /** How many were looked at for these. */
  readonly searched: number;
  /** Absent from the last. */
  readonly next?: DecisionPlace;
}

/** Indexes of the table, by what they are asked for. A code needs none: the table's key begins with it. */
export const decisionIndexes = {
  /** The one spelling of an address -> the keys of its decisions in order of time. */
  mailbox: { name: "by-mailbox", partitionKey: "mailbox", sortKey: "at", holds: [] },
  /** An account -> the keys of its decisions, whatever the address. */
  account: { name: "by-account", partitionKey: "accountId", sortKey: "at", holds: [] },
  /** A day, `2026-11-20` in UTC -> what lists show of its decisions, in order of time. */
  day: {
    name: "by-day",
    partitionKey: "day",
    sortKey: "at",
    // Spelled out: a bundle drops what it does not use only where nothing is computed.
    holds: ["step", "source", "gate", "email", "verdict", "rule", "reasons", "durationMs", "revision", "upstreamFailed", "entry"],
  },
} as const satisfies Readonly<Record<string, TableIndex>>;

const SECONDS_PER_DAY = 86_400;
const PAGE_ROWS = 100;
/** Looked at together where the database leaves most of them out: what it reads at once is a megabyte. */
const FILTERED_ROWS = 2_000;
/** Of a stretch of time, which is read for what its decisions have in common. */
const STRETCH_ROWS = 500;

/** What a decision stands under: its code, which people find it by, and what tells it from another with that code. */
type DecisionKey = Pick<DecisionRecord, "reference" | "id">;

export function decisionKey(id: string): RecordKey {
  return { table: "decisions", key: { ...keyOf({ reference: referenceFor(id), id }) } };
}

function keyOf({ reference, id }: DecisionKey): DecisionKey {
  return { reference, id };
}

/** What was decided, kept for some weeks. */
export interface DecisionStore {
  /** Writes a record. A repeat of the same decision changes nothing. */
  keep(record: DecisionRecord, days: number, signal?: AbortSignal): Promise<void>;
  /** By the code on the person's page. Two people can share a code once in tens of thousands of millions. */
  byReference(reference: string): Promise<readonly DecisionRecord[]>;
  /** Of one address as it is spelled: newest first, a page at a time. */
  byEmail(email: string): AsyncIterable<readonly DecisionRecord[]>;
  /** Of everyone whose address is another spelling of this one: newest first, a page at a time. */
  byMailbox(email: string): AsyncIterable<readonly DecisionRecord[]>;
  /** By the account that a hash stands for, whatever the address. */
  byAccount(accountId: string): AsyncIterable<readonly DecisionRecord[]>;
  /**
   * Some of one mailbox (any spelling of an address) or account, newest first.
   * @param until none later than that moment: ISO 8601
   */
  newestOf(by: "mailbox" | "account", who: string, limit: number, until?: string): Promise<NewestDecisions>;
  /** One page of everything under a mailbox (any spelling of an address) or an account, newest first. */
  pageOf(by: "mailbox" | "account", who: string, place?: DecisionPlace): Promise<DecisionRecords>;
  /** Newest first, a page at a time, from one moment back to another. @param rows of a page */
  between(from: Date, to: Date, rows?: number): AsyncIterable<readonly ListedDecision[]>;
  /** One page of the same, of everyone or of one address as it is spelled: there may be more behind one that is empty. */
  page(search: DecisionStretch, place?: DecisionPlace): Promise<DecisionPage>;
  /** The records of decisions that a list named, in its order, without those that are gone. */
  whole(decisions: readonly DecisionKey[]): Promise<readonly DecisionRecord[]>;
  remove(decision: DecisionKey): Promise<void>;
}

/** Decisions of a time. */
export interface DecisionStretch {
  readonly from: Date;
  readonly to: Date;
  readonly email?: string | undefined;
  /** The database leaves out those that cannot have these; what it gives may yet be of others. Not of one address. */
  readonly having?: DecisionMarks;
}

/** What decisions are told apart by. */
export interface DecisionMarks extends Partial<Readonly<Record<"verdict" | "step" | "rule", string>>> {
  readonly reason?: string;
  /** As it may have been typed. */
  readonly entry?: readonly string[];
  readonly domain?: string;
}

/** Some decisions: there may be more behind a page that is empty. */
export interface DecisionRecords {
  readonly records: readonly DecisionRecord[];
  /** Absent from the last. */
  readonly next?: DecisionPlace;
}

export interface NewestDecisions {
  readonly records: readonly DecisionRecord[];
  /** Where there are more: the moment of the last one looked at. */
  readonly more?: string;
}

export function decisionStore(client: AwsClient, name: string): DecisionStore {
  const table = decisionTable(client, name);
  function query({ name: index, partitionKey }: TableIndex, value: string, more: readonly Expression[] = [], limit = PAGE_ROWS) {
    const where = all(equal(toItem({ [partitionKey]: value })), ...more);
    return pagesOf(table, { index, where, order: "descending", limit });
  }

  /** The index holds keys alone, and lags: the rows themselves are read. */
  async function* rowsOf(index: TableIndex, value: string) {
    for await (const page of query(index, value)) yield await whole(page.map((item) => toRow(item) as unknown as DecisionKey));
  }

  async function whole(decisions: readonly DecisionKey[]): Promise<readonly DecisionRecord[]> {
    const found = await batchGet(
      client,
      decisions.map((decision) => ({ tableName: name, key: toItem(keyOf(decision)) })),
    );
    const byId = new Map(found.map(([, item]) => [item.id?.S, toRecord(item)]));
    return decisions.flatMap(({ id }) => byId.get(id) ?? []);
  }

  return {
    keep: (record, days, signal) => keepDecision(table, record, days, signal),
    async byReference(reference) {
      const found: DecisionRecord[] = [];
      for await (const page of pagesOf(table, { where: equal(toItem({ reference })) })) found.push(...page.map(toRecord));
      return found;
    },
    async *byEmail(email) {
      for await (const page of rowsOf(decisionIndexes.mailbox, mailboxOf(email))) yield page.filter((each) => each.email === email);
    },
    byMailbox: (email) => rowsOf(decisionIndexes.mailbox, mailboxOf(email)),
    byAccount: (accountId) => rowsOf(decisionIndexes.account, accountId),
    async newestOf(by, who, limit, until) {
      const index = decisionIndexes[by];
      const whose = equal(toItem({ [index.partitionKey]: by === "mailbox" ? mailboxOf(who) : who }));
      const where = until === undefined ? whose : all(whose, between(index.sortKey, { S: "0" }, { S: until }));
      const { items, next } = await getPage(table, { index: index.name, where, order: "descending", limit });
      const keys = items.map((item) => toRow(item) as unknown as DecisionRecord);
      return { records: await whole(keys), ...(next !== undefined && { more: keys.at(-1)?.at ?? "" }) };
    },
    async pageOf(by, who, place) {
      const { name: index, partitionKey } = decisionIndexes[by];
      const key = { [partitionKey]: by === "mailbox" ? mailboxOf(who) : who };
      const start = place === undefined || "day" in place ? undefined : toItem({ ...afterOf(place), ...key });
      const { items, next } = await getPage(table, { index, where: equal(toItem(key)), order: "descending", limit: PAGE_ROWS }, start);
      const records = await whole(items.map((item) => toRow(item) as unknown as DecisionKey));
      return { records, ...(next && { next: afterOf(toRow(next) as unknown as DecisionRecord) }) };
    },
    async *between(from, to, rows = STRETCH_ROWS) {
      const time = between(decisionIndexes.day.sortKey, { S: from.toISOString() }, { S: to.toISOString() });
      for (const day of daysBack(from, to)) {
        for await (const page of query(decisionIndexes.day, day, [time], rows)) yield page.map(toListed);
      }
    },
    async page({ from, to, email, having = {} }, place) {
      const range = between("at", { S: from.toISOString() }, { S: to.toISOString() });
      const { name: index, partitionKey } = email === undefined ? decisionIndexes.day : decisionIndexes.mailbox;
      const day = place === undefined ? dayOf(to) : "day" in place ? place.day : place.at.slice(0, 10);
      const value = email === undefined ? day : mailboxOf(email);
      const where = all(equal(toItem({ [partitionKey]: value })), range);
      const start = place === undefined || "day" in place ? undefined : toItem({ ...afterOf(place), [partitionKey]: value });
      const filter = email === undefined ? filterOf(having) : undefined;
      const limit = filter === undefined ? PAGE_ROWS : FILTERED_ROWS;
      const { items, next, searched } = await getPage(table, { index, where, filter, order: "descending", limit }, start);
      const last = next === undefined ? undefined : (toRow(next) as unknown as ListedDecision);
      if (email !== undefined) {
        const found = await whole(items.map((item) => toRow(item) as unknown as DecisionKey));
        const theirs = found.filter((each) => each.email === email).map(listed);
        return { items: theirs, searched, ...(last && { next: afterOf(last) }) };
      }
      const before = dayOf(new Date(Date.parse(day) - SECONDS_PER_DAY * 1_000));
      const more = last === undefined ? (before < dayOf(from) ? undefined : { day: before }) : afterOf(last);
      return { items: items.map(toListed), searched, ...(more && { next: more }) };
    },
    whole,
    async remove(decision) {
      await deleteItem(table, toItem(keyOf(decision)));
    },
  };
}

function filterOf({ verdict, step, rule, reason, entry, domain }: DecisionMarks): Expression | undefined {
  const same = Object.entries({ verdict, step, rule }).flatMap(([name, value]) =>
    value === undefined ? [] : equal({ [name]: { S: value } }),
  );
  const others = [
    ...(reason === undefined ? [] : [containing("reasons", [reason])]),
    ...(entry === undefined ? [] : [among("entry", entry)]),
    ...(domain === undefined ? [] : [containing("email", [`@${domain}`])]),
  ];
  return same.length + others.length === 0 ? undefined : all(...same, ...others);
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** The place right after a decision. */
export function afterOf({ at, reference, id }: Pick<DecisionRecord, "at" | "reference" | "id">): DecisionPlace {
  return { at, reference, id };
}

/** A whole record as lists show it. */
function listed(record: DecisionRecord): ListedDecision {
  const entry = entryIn(record);
  return { ...record, ...(entry !== undefined && { entry }) };
}

/** The entry that decided is the last that a rule goes by, those that only report left out. */
function entryIn({ trace }: DecisionRecord): string | undefined {
  const entry = trace.findLast(({ shadow, evidence }) => !shadow && evidence?.entry !== undefined)?.evidence?.entry;
  return typeof entry === "string" && entry.length <= LONGEST_ENTRY ? entry : undefined;
}

export function decisionTable(client: AwsClient, name: string): DynamoTable {
  return { client, name, key: tables.decisions.key };
}

/** See `DecisionStore.keep`: by itself, as the sign-up's functions need no more. */
export async function keepDecision(table: DynamoTable, record: DecisionRecord, days: number, signal?: AbortSignal): Promise<void> {
  const result = await putItem(table, storedAs(record, days), isNews(record), signal);
  const standing = result.written || result.standing === undefined ? undefined : toRecord(result.standing);
  if (standing === undefined || sameAnswer(standing, record)) return;
  // The same call was answered differently on another instance meanwhile: this answer is news too.
  const revised = { ...record, revision: standing.revision + 1, earlier: toldBy(standing) };
  await putItem(table, storedAs(revised, days), isNews(revised), signal);
}

/**
 * Puts what a shadowed rule said in its place of the trace, if the answer of that moment is the one that stands.
 * @param record as the call's own record has them: another answer to the same call was given at another moment
 */
export async function addShadowResult(
  table: DynamoTable,
  { at, ...decision }: DecisionKey & Pick<DecisionRecord, "at">,
  place: number,
  result: RuleResult,
): Promise<ShadowAdded> {
  const value = toItem(storable({ result })).result as Item[string];
  const failed: Expression = (terms) => (failedOutside(result) ? `, ${terms.name(UPSTREAM_FAILED)} = ${terms.value({ BOOL: true })}` : "");
  const { written, ...rest }: WriteResult = await updateItem(
    table,
    toItem(keyOf(decision)),
    (terms) => `SET ${terms.name("trace")}[${place}] = ${terms.value(value)}${failed(terms)}`,
    equal(toItem({ at })),
  );
  if (written) return "added";
  const standing = "standing" in rest && rest.standing !== undefined ? toRecord(rest.standing) : undefined;
  return standing !== undefined && standing.at > at ? "answered anew" : "no record yet";
}

export type ShadowAdded = "added" | "answered anew" | "no record yet";

/** The row of a record. */
function storedAs(record: DecisionRecord, days: number): Item {
  const { trace, attributes, ...plain } = record;
  const mailbox = record.email !== undefined && { mailbox: mailboxOf(record.email) };
  const expires = Math.floor(Date.parse(record.at) / 1_000) + days * SECONDS_PER_DAY;
  const free = storable({ trace, attributes });
  const mark = trace.some(failedOutside) && { [UPSTREAM_FAILED]: true };
  const entry = entryIn(record);
  const by = entry !== undefined && { [ENTRY]: entry };
  return toItem({ ...plain, ...free, ...mailbox, ...mark, ...by, day: record.at.slice(0, 10), [EXPIRY_ATTRIBUTE]: expires });
}

function failedOutside({ upstreamFailure }: RuleResult): boolean {
  return upstreamFailure !== undefined;
}

/** Rules may leave any value in what they say: as JSON, and with numbers that DynamoDB does not hold as text. */
function storable<T extends object>(said: T): T {
  const asText = (_: string, value: unknown) => (typeof value === "number" && !fits(value) ? String(value) : value);
  return JSON.parse(JSON.stringify(said, asText)) as T;
}

function fits(value: number): boolean {
  const size = Math.abs(value);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : size > 1e-100 && size < 1e100;
}

/** What a row has beside its record. */
const beside: ReadonlySet<string> = new Set(["day", "mailbox", EXPIRY_ATTRIBUTE, UPSTREAM_FAILED, RESTORED_ATTRIBUTE, ENTRY]);

/** The record of a row, as the table or its stream gives it. */
export function toRecord(item: Item): DecisionRecord {
  const row = toRow(item);
  return Object.fromEntries(Object.entries(row).filter(([name]) => !beside.has(name))) as unknown as DecisionRecord;
}

function toListed(item: Item): ListedDecision {
  const { day: _, ...decision } = toRow(item);
  return decision as unknown as ListedDecision;
}

/** Holds for a call not recorded yet, or answered differently than it was. */
function isNews({ revision }: DecisionRecord): Expression {
  return (terms) => `attribute_not_exists(${terms.name("id")}) OR ${terms.name("revision")} < ${terms.value({ N: String(revision) })}`;
}

/** The days of a stretch of time in UTC, newest first. */
function daysBack(from: Date, to: Date): readonly string[] {
  const days: string[] = [];
  const first = from.toISOString().slice(0, 10);
  for (let at = to.getTime(); ; at -= SECONDS_PER_DAY * 1_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day < first) return days;
    days.push(day);
  }
}
