import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { type AwsClient, backoff } from "../../../adapters/aws/client";
import { all, between } from "../../../adapters/tables/conditions";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { RowKind, TableIndex } from "../../../adapters/tables/row-kind";
import { getPage, readPages } from "../../../adapters/tables/search";
import {
  absent,
  below,
  type DynamoTable,
  type Expression,
  equal,
  getItem,
  putting,
  type TableWrite,
  updateItem,
  writeAlone,
} from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { type TransactionResult, transact } from "../../../adapters/tables/transaction";
import type { AuditDetails, TableChange } from "../../../engine/audited-change";
import { keepGiven } from "../../../engine/json";
import type { PersonHashes } from "../../../engine/sign-up/person";
import { canBeKey } from "../../../engine/table-keys";
import {
  type AuditEntry,
  type ChainFlaw,
  type ChainHead,
  flawBetween,
  flawOfEntry,
  linkedEntry,
  readEntryDetails,
  subjectKey,
} from "../chain";
import {
  AUDIT_TRAIL,
  type AuditNews,
  type AuditOutcome,
  type AuditRow,
  auditRow,
  changeDigest,
  erasable,
  numberText,
  personBehindChange,
} from "../entry";

export const auditIndexes = {
  day: { name: "by-day", partitionKey: "day", sortKey: "number", holds: "all" },
  subject: { name: "by-subject", partitionKey: "subject", sortKey: "number", holds: "all" },
  person: { name: "by-person", partitionKey: "person", sortKey: "number", holds: "all" },
  operator: { name: "by-operator", partitionKey: "by", sortKey: "number", holds: "all" },
} as const satisfies Readonly<Record<string, TableIndex>>;

export const auditKind: RowKind = { schema: auditRow, table: "audit", shape: { indexes: /* @__PURE__ */ Object.values(auditIndexes) } };

export interface AuditedChange extends AuditDetails {
  readonly by: string;
  readonly name?: string;
  readonly action: string;
  readonly subject: string;
  readonly set?: string;
  readonly act?: string | undefined;
  readonly count?: number;
  /** @default "console" */
  readonly via?: AuditNews["via"];
}

export type RowAudited = Omit<TableChange, "event" | "at">;

export interface AuditedWrite {
  readonly write: TableWrite;
  /** Absent if the audit log does not cover the row. */
  readonly change?: RowAudited;
}

/** A search of the audit log: by one of the indexes, or of all entries. */
export type AuditSearch = { readonly [K in keyof typeof auditIndexes]?: string };

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** The next page has the entries before this number. Undefined if there is no next page. */
  readonly next?: string | undefined;
}

export interface AuditStore {
  /**
   * Writes the entry before the change, so that every change has an entry. A second entry records the outcome.
   * @param change resolves to false if somebody else made a change first
   */
  audited(entry: AuditedChange, now: Date, change: () => Promise<boolean>): Promise<boolean>;
  /** Makes all writes together with their entry, or none of them. */
  transact(entry: AuditedChange, writes: readonly AuditedWrite[], now: Date): Promise<TransactionResult>;
  /** If somebody else wrote first, makes none of the writes, and an entry records the conflict. @returns true if the change was made */
  commit(entry: AuditedChange, writes: readonly AuditedWrite[], now: Date): Promise<boolean>;
  /** Records something that has already happened. @param changes the changes that belong to the entry @returns the entry's number */
  tell(news: AuditNews, now: Date, changes?: readonly RowAudited[]): Promise<string>;
  /** Reads entries, newest first, a page at a time. @param before `next` of the previous page */
  page(search: AuditSearch, before?: string, limit?: number): Promise<AuditPage>;
  /** Returns the number of the first entry at or after a moment. If there is none, returns the number of the next new entry. */
  numberAt(moment: Date): Promise<string>;
  get(number: string): Promise<AuditEntry | undefined>;
  /** Reads stored entries, oldest first, from a number on. */
  rows(from?: string): AsyncIterable<readonly AuditRow[]>;
  /** Reads stored entries, newest first. */
  newestRows(): AsyncIterable<readonly AuditRow[]>;
}

/** Entries per page. A page with many long values may have fewer: DynamoDB returns at most 1 MB. */
const SHOWN = 200;
/** The entry about a change's outcome follows within this many entries. */
const REACH = 12;
const MAX_TRIES = 60;
const SALT_BYTES = 16;

interface Appended {
  readonly number: string | undefined;
  /** The current row of each write whose condition failed, by the write's position among the entry's writes. */
  readonly refused: ReadonlyMap<number, Item | undefined>;
}

/** @param hashes keyed hashes of people; without them, entries contain no hash of a person */
export function auditStore(client: AwsClient, name: string, hashes?: () => Promise<PersonHashes>): AuditStore {
  const table = { client, name, key: tables.audit.key };
  const appendWith = appender(table, hashes);
  const append = async (entry: AuditNews, now: Date, changes: readonly RowAudited[] = []) =>
    (await appendWith(entry, now, changes, [])).number ?? "";

  async function appendTransaction({ via = "console", ...entry }: AuditedChange, writes: readonly AuditedWrite[], now: Date) {
    const changes = writes.flatMap(({ change }) => change ?? []);
    const tableWrites = writes.map(({ write }) => write);
    const { refused } = await appendWith({ ...entry, via, outcome: "done" }, now, changes, tableWrites);
    return refused.size === 0 ? { written: true as const } : { written: false as const, refused };
  }

  return {
    async audited({ via = "console", ...entry }, now, change) {
      const of = await append({ ...entry, via, outcome: "begun" }, now);
      const { by, action } = entry;
      const end = (outcome: AuditOutcome) => append({ by, action, via, of, outcome }, now).catch(() => undefined);
      let wasDone: boolean;
      try {
        wasDone = await change();
      } catch (error) {
        // The change may have been made. If the outcome cannot be written either, the entry still says "begun", which is correct.
        await end("failed");
        throw error;
      }
      await end(wasDone ? "done" : "conflict");
      return wasDone;
    },
    transact: appendTransaction,
    async commit(entry, writes, now) {
      if ((await appendTransaction(entry, writes, now)).written) return true;
      const { via = "console" } = entry;
      await append({ ...entry, via, outcome: "conflict" }, now);
      return false;
    },
    tell: append,
    page: (...pageArgs) => readPage(table, ...pageArgs),
    numberAt: (moment) => numberAt(table, moment),
    async get(number) {
      if (!isNumber(number)) return undefined;
      const item = await getItem(table, { trail: AUDIT_TRAIL, number });
      return item && (await toEntries(table, [toAuditRow(item)]))[0];
    },
    async *rows(from = numberText(0)) {
      const where = all(inTrail, between("number", { S: from }, { S: "~" }));
      for await (const items of readPages(table, { where, limit: SHOWN })) yield items.map(toAuditRow);
    },
    async *newestRows() {
      for await (const items of readPages(table, { where: inTrail, order: "descending", limit: SHOWN })) yield items.map(toAuditRow);
    },
  };
}

/** Adds entries one after another: concurrent calls of one instance would use the same number, so all but one would fail. */
function appender(table: DynamoTable, hashes: (() => Promise<PersonHashes>) | undefined) {
  let head: ChainHead | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** If two writers use the same number, one write fails; its writer then follows the other writer's entry. */
  async function appendNext(news: AuditNews, now: Date, writes: readonly TableWrite[]): Promise<Appended> {
    const salt = randomBytes(SALT_BYTES).toString("base64url");
    for (let count = 1; count <= MAX_TRIES; count++) {
      head ??= await readNewest(table, inTrail);
      const row = linkedEntry(head, news, now, salt);
      const refusedItems = await writeEntry(table.client, putting(table, toItem(row), absent("trail")), writes);
      // A write is repeated if its answer was lost. The repeat is refused, but the existing row has this entry's hash.
      if (refusedItems.size === 0 || refusedItems.get(0)?.hash?.S === row.hash) {
        head = row;
        return { number: row.number, refused: new Map() };
      }
      if (refusedItems.has(0)) head = undefined;
      const others = [...refusedItems].flatMap(([place, current]) => (place === 0 ? [] : [[place - 1, current] as const]));
      if (others.length > 0) return { number: undefined, refused: new Map(others) };
      if (count > 2) await sleep(Math.random() * Math.min(backoff(count), 200));
    }
    throw new Error(`Others wrote to the audit trail ${MAX_TRIES} times in a row.`);
  }

  return async (entry: AuditNews, now: Date, changes: readonly RowAudited[], writes: readonly TableWrite[]): Promise<Appended> => {
    const hashOf = hashes && (await hashes()).hashOf;
    const person = entry.person ?? (hashOf && personBehindChange(entry, hashOf));
    const marks = changes.length === 0 || hashOf === undefined ? entry.marks : changes.map((each) => changeDigest(each, hashOf));
    const news = { ...entry, ...keepGiven({ person, marks }) };
    const appending = last.then(() => appendNext(news, now, writes));
    last = appending.catch(() => undefined);
    return await appending;
  };
}

/** Returns the current rows of the writes whose conditions failed, by position. Position 0 is the entry itself. */
async function writeEntry(
  client: AwsClient,
  entry: TableWrite,
  writes: readonly TableWrite[],
): Promise<ReadonlyMap<number, Item | undefined>> {
  if (writes.length > 0) {
    const result = await transact(client, [entry, ...writes]);
    return result.written ? new Map() : result.refused;
  }
  const result = await writeAlone(entry);
  return result.written ? new Map() : new Map([[0, result.current]]);
}

const inTrail = /* @__PURE__ */ equal({ trail: { S: AUDIT_TRAIL } });

async function readNewest(table: DynamoTable, where: Expression): Promise<AuditRow | undefined> {
  const { items } = await getPage(table, { where, order: "descending", limit: 1 });
  return items[0] && toReadableRow(toAuditRow(items[0]));
}

/** Binary search, because numbers grow with time: about twenty reads in a million entries. */
async function numberAt(table: DynamoTable, moment: Date): Promise<string> {
  const at = moment.toISOString();
  let low = 1;
  let high = Number((await readNewest(table, inTrail))?.number ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entryBelow = await readNewest(table, all(inTrail, below("number", { S: numberText(middle + 1) })));
    if (entryBelow === undefined || entryBelow.at < at) low = middle + 1;
    else high = Number(entryBelow.number);
  }
  return numberText(high);
}

async function around(table: DynamoTable, numbers: readonly string[]): Promise<ReadonlyMap<string, AuditRow>> {
  const stretches: [number, number][] = [];
  for (const number of numbers.map(Number).sort((a, b) => a - b)) {
    const [from, to] = [number - 1, number + REACH];
    const previous = stretches.at(-1);
    if (previous !== undefined && from <= previous[1] + 1) previous[1] = to;
    else stretches.push([from, to]);
  }
  const rowsByNumber = new Map<string, AuditRow>();
  const readRange = async ([from, to]: readonly [number, number]) => {
    const where = all(inTrail, between("number", { S: numberText(Math.max(from, 0)) }, { S: numberText(to) }));
    for await (const page of readPages(table, { where }))
      for (const item of page) rowsByNumber.set(String(item.number?.S), toAuditRow(item));
  };
  await Promise.all(stretches.map(readRange));
  return rowsByNumber;
}

async function toEntries(table: DynamoTable, rows: readonly AuditRow[]): Promise<readonly AuditEntry[]> {
  const beginRows = rows.filter(({ of }) => of === undefined);
  if (beginRows.length === 0) return [];
  const near = await around(
    table,
    beginRows.map(({ number }) => number),
  );
  const outcomes = new Map<string, AuditOutcome[]>();
  for (const { of, outcome } of [...near.values(), ...rows].map(toReadableRow))
    if (of !== undefined) outcomes.set(of, [...(outcomes.get(of) ?? []), outcome]);
  return beginRows.map((row) => toEntry(row, outcomes.get(row.number) ?? [], near));
}

async function readPage(table: DynamoTable, search: AuditSearch, before?: string, limit = SHOWN): Promise<AuditPage> {
  const [by, asked] = Object.entries(search).find(([, value]) => value !== undefined) ?? [];
  const index = by === undefined ? undefined : auditIndexes[by as keyof typeof auditIndexes];
  const value = index === auditIndexes.subject ? subjectKey(asked ?? "") : asked;
  if (value !== undefined && !canBeKey(value)) return { entries: [] };
  const those: Expression = index === undefined ? inTrail : equal(toItem({ [index.partitionKey]: value }));
  const where = isNumber(before) ? all(those, below("number", { S: before })) : those;
  const { items, next } = await getPage(table, { where, order: "descending", limit, index: index?.name });
  return { entries: await toEntries(table, items.map(toAuditRow)), next: next?.number?.S };
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{12}$/.test(text);
}

function toAuditRow(item: Item): AuditRow {
  return toRow(item) as unknown as AuditRow;
}

const UNREADABLE = { at: new Date(0).toISOString(), day: "1970-01-01", by: "?", action: "?", via: "outside", outcome: "begun", hash: "" };

/** Replaces unreadable attributes, so that one altered entry does not hide the others. `flawOfEntry` finds the flaw. */
function toReadableRow(row: AuditRow): AuditRow {
  const odd = Object.entries(auditRow.entries).filter(([name, member]) => !v.is(member, row[name as keyof AuditRow]));
  if (odd.length === 0) return row;
  return { ...row, ...Object.fromEntries(odd.map(([name]) => [name, UNREADABLE[name as keyof typeof UNREADABLE]])) };
}

function toEntry(row: AuditRow, outcomes: readonly AuditOutcome[], near: ReadonlyMap<string, AuditRow>): AuditEntry {
  const { number, at, by, name = by, via, action, outcome, set, act, count, event, erased } = toReadableRow(row);
  const { salt: _, ...details } = readEntryDetails(row) as AuditDetails & { readonly salt?: string };
  const latest = outcomes.find((each) => each !== "seen") ?? (outcomes.length > 0 ? "done" : outcome);
  const flaw = flawOfEntry(row) ?? flawOfPlace(row, near);
  return {
    number,
    at,
    by,
    name,
    via,
    action,
    ...details,
    subject: details.subject ?? "",
    // If the stream has shown the change, the change was made, even if the console saw a failure.
    outcome: outcomes.includes("seen") ? "done" : latest,
    ...keepGiven({ seen: outcomes.includes("seen") || undefined, set, act, count, event, erased, flaw }),
  };
}

function flawOfPlace(row: AuditRow, near: ReadonlyMap<string, AuditRow>): ChainFlaw | undefined {
  const number = Number(row.number);
  const after = near.get(numberText(number + 1));
  const later = [...near.keys()].some((each) => each > row.number);
  return (
    flawBetween(near.get(numberText(number - 1)), row) ??
    (after === undefined ? (later ? { kind: "missing", number: numberText(number + 1) } : undefined) : flawBetween(row, after))
  );
}

const ERASED = "erased";

/** All attributes that an erasure names. The permission for erasures covers only these attributes. */
export const erasureAttributes: readonly string[] = [...tables.audit.key, ...erasable, ERASED];

/** Removes an entry's personal details, and keeps the proof that the entry existed. No other write changes an existing entry. */
export async function eraseDetails(client: AwsClient, name: string, { trail, number }: AuditRow, now: Date): Promise<void> {
  const table = { client, name, key: tables.audit.key };
  await updateItem(
    table,
    toItem({ trail, number }),
    { set: toItem({ [ERASED]: now.toISOString() }), remove: erasable },
    // The condition names only the key. If it named another attribute, the permission would have to allow writes to that attribute.
    equal(toItem({ trail, number })),
  );
}
