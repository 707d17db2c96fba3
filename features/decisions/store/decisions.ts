import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { all, among, containing } from "../../../adapters/tables/conditions";
import {
  byNewest,
  type DecisionPlace,
  type DecisionSeries,
  isFrom,
  mailboxIn,
  ofAccount,
  ofDomain,
  ofMailbox,
  type TakenPlace,
  type TimeRange,
  takenPlace,
} from "../../../adapters/tables/decision-indexes";
import { toRecord } from "../../../adapters/tables/decision-reads";
import {
  type DecisionKey,
  decisionTable,
  ENTRY,
  entryIn,
  failedMark,
  keepDecision,
  keyColumns,
  UNINDEXED_ACCOUNT,
  UPSTREAM_FAILED,
} from "../../../adapters/tables/decision-writes";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { getPage, pagesOf } from "../../../adapters/tables/search";
import { batchGet, type DynamoTable, deleteItem, type Expression, equal } from "../../../adapters/tables/table";
import { invalidMember } from "../../../engine/fields";
import { type DecisionRecord, decisionRecord } from "../../../engine/sign-up/record";
import { pageByTime } from "./by-time";

/** What a list of decisions shows of each. All of it fits into the kilobyte that a write to an index is charged for. */
type Listed = "step" | "source" | "gate" | "email" | "verdict" | "rule" | "reasons" | "durationMs" | "revision";

/** A decision as the index of days has it. */
export interface ListedDecision extends Pick<DecisionRecord, "reference" | "id" | "at" | Listed> {
  /** The system outside whose failure stopped the sign-up; true if another call failed, a shadowed rule's too. */
  readonly [UPSTREAM_FAILED]?: string | true;
  /** The entry of the access list that let the person in or kept them out, if one did. */
  readonly [ENTRY]?: string;
}

export interface DecisionPage {
  readonly items: readonly ListedDecision[];
  /** How many were looked at for these. */
  readonly searched: number;
  /** The rows among them that are no decisions, by their ids: each is left out. */
  readonly unreadable?: readonly string[];
  /** Absent from the last. */
  readonly next?: DecisionPlace;
}

const PAGE_ROWS = 100;
/** As many as a page of a list shows. */
const LIST_ROWS = 50;
/** Looked at together where the database leaves most of them out: what it reads at once is a megabyte. */
const FILTERED_ROWS = 2_000;
/** Of a domain, whose decisions lie in no order of time: of one that has more, a page is soon found among everybody's. */
export const DOMAIN_ROWS = 5_000;
/** Of a domain, looked through for mailboxes of one name: each row is a decision's key. */
const MAILBOX_ROWS = 100;
/** Of a stretch of time, which is read for what its decisions have in common. */
const STRETCH_ROWS = 500;

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
  /**
   * Some of one mailbox (any spelling of an address) or account (its hash, whatever the address), newest first.
   * @param until none later than that moment: ISO 8601
   */
  newestOf(by: "mailbox" | "account", who: string, limit: number, until?: string): Promise<NewestDecisions>;
  /** One page of everything under a mailbox (any spelling of an address) or an account, newest first. */
  pageOf(by: "mailbox" | "account", who: string, place?: DecisionPlace): Promise<DecisionRecords>;
  /** The mailboxes of a domain that have decisions and whose local part begins so: some of them, in their order. */
  mailboxesAt(domain: string, beginning: string): Promise<readonly string[]>;
  /** Some of those of accounts that the index by account leaves out, in no order: the whole table is looked through. */
  outsideIndex(accountIds: readonly string[], from?: Item): Promise<FoundOutsideIndex>;
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
  /** Of a page that is found by its domain: each page reads the keys of all the domain's decisions again. @default a list's */
  readonly rows?: number;
  /** Whether counts say that the domain has more than `DOMAIN_ROWS`: their keys are not read then. */
  readonly isOfMany?: boolean;
  /** How many are looked at together where the database leaves some out. @default 2,000 */
  readonly lookAt?: number;
}

/** What decisions are filtered by. */
export interface DecisionMarks extends Partial<Readonly<Record<"verdict" | "step" | "rule", string>>> {
  readonly reason?: string;
  /** As it may have been typed. */
  readonly entry?: readonly string[];
  readonly domain?: string;
}

/** Some decisions: there may be more behind a page that is empty. */
export interface DecisionRecords {
  readonly records: readonly DecisionRecord[];
  /** The rows among them that are no decisions: each is left out. */
  readonly unreadable?: readonly DecisionKey[];
  /** Absent from the last. */
  readonly next?: DecisionPlace;
}

export interface FoundOutsideIndex {
  readonly records: readonly DecisionRecord[];
  /** The rows among them that are no decisions, and that no address leads to. */
  readonly unreadable?: readonly DecisionKey[];
  /** Where the search goes on; absent once the whole table was looked at. */
  readonly next?: Item;
}

export interface NewestDecisions {
  readonly records: readonly DecisionRecord[];
  /** Where there are more: the moment of the last one looked at. */
  readonly more?: string;
}

/** @param onUnreadable called with each row that is no decision, which is left out */
export function decisionStore(client: AwsClient, name: string, onUnreadable?: (row: DecisionKey) => void): DecisionStore {
  const table = decisionTable(client, name);
  const reader = rowReader(table, onUnreadable);
  return {
    keep: (record, days, signal) => keepDecision(table, record, days, signal),
    ...decisionsOfPeople(table, reader),
    ...decisionLists(table, reader),
    whole: async (decisions) => (await reader.wholeRows(decisions)).records,
    async remove(decision) {
      await deleteItem(table, toItem(keyColumns(decision)));
    },
  };
}

type RowReader = ReturnType<typeof rowReader>;

function rowReader(table: DynamoTable, onUnreadable?: (row: DecisionKey) => void) {
  /** What some rows are read as, and the keys of those that cannot be. */
  function sorted<T extends DecisionKey>(items: readonly Item[], read: (item: Item) => T | undefined) {
    const rows = items.map((item) => ({ item, row: read(item) }));
    const unreadable = rows.flatMap(({ item, row }) => (row === undefined ? [keyIn(item)] : []));
    for (const row of unreadable) onUnreadable?.(row);
    return { read: rows.flatMap(({ row }) => row ?? []), unreadable };
  }

  async function wholeRows(decisions: readonly DecisionKey[]): Promise<Pick<DecisionRecords, "records" | "unreadable">> {
    const found = await batchGet(
      table.client,
      decisions.map((decision) => ({ tableName: table.name, key: toItem(keyColumns(decision)) })),
    );
    const rows = sorted(
      found.map(([, item]) => item),
      readDecision,
    );
    const byId = new Map(rows.read.map((record) => [record.id, record]));
    const { unreadable } = rows;
    return { records: decisions.flatMap(({ id }) => byId.get(id) ?? []), ...(unreadable.length > 0 && { unreadable }) };
  }

  return { sorted, wholeRows };
}

type OfPeople = Pick<DecisionStore, "byReference" | "byEmail" | "byMailbox" | "newestOf" | "mailboxesAt" | "outsideIndex">;

function decisionsOfPeople(table: DynamoTable, { sorted, wholeRows }: RowReader): OfPeople {
  /** The indexes of people hold keys alone, and lag: the rows themselves are read. */
  async function* rowsOf({ index, within }: DecisionSeries) {
    const pages = pagesOf(table, { index, where: within(), order: "descending", limit: PAGE_ROWS });
    for await (const page of pages) yield (await wholeRows(page.map(takenPlace))).records;
  }

  return {
    async byReference(reference) {
      const found: DecisionRecord[] = [];
      for await (const page of pagesOf(table, { where: equal(toItem({ reference })) })) found.push(...sorted(page, readDecision).read);
      return found;
    },
    async *byEmail(email) {
      for await (const page of rowsOf(ofMailbox(email))) yield page.filter((each) => each.email === email);
    },
    byMailbox: (email) => rowsOf(ofMailbox(email)),
    async newestOf(by, who, limit, until) {
      const { index, within } = seriesOfPerson(by, who);
      const { items, next } = await getPage(table, { index, where: within({ to: until }), order: "descending", limit });
      const places = items.map(takenPlace);
      return { records: (await wholeRows(places)).records, ...(next !== undefined && { more: places.at(-1)?.at ?? "" }) };
    },
    async mailboxesAt(domain, beginning) {
      const { items } = await getPage(table, { ...ofDomain(domain, beginning), limit: MAILBOX_ROWS });
      return [...new Set(items.map(mailboxIn))];
    },
    async outsideIndex(accountIds, from) {
      const { items, next } = await getPage(table, { filter: among(UNINDEXED_ACCOUNT, accountIds), consistent: false }, from);
      const { read, unreadable } = sorted(items, readDecision);
      const unfound = new Set(items.flatMap(({ id, domain }) => (domain === undefined ? [id?.S] : [])));
      return { records: read, unreadable: unreadable.filter(({ id }) => unfound.has(id)), ...(next && { next }) };
    },
  };
}

function decisionLists(table: DynamoTable, reader: RowReader): Pick<DecisionStore, "pageOf" | "between" | "page"> {
  return {
    pageOf: (by, who, place) => pageOfPerson(table, reader, { series: seriesOfPerson(by, who), place }),
    async *between(from, to, rows = STRETCH_ROWS) {
      const range = { from: from.toISOString(), to: to.toISOString() };
      let place: DecisionPlace | undefined;
      do {
        const { items, next } = await pageByTime(table, { ...range, place, limit: rows });
        if (items.length > 0) yield reader.sorted(items, readListed).read;
        place = next;
      } while (place !== undefined);
    },
    async page({ email, having = {}, ...stretch }, place) {
      const range = { from: stretch.from.toISOString(), to: stretch.to.toISOString() };
      if (email !== undefined) {
        const { records, unreadable, ...rest } = await pageOfPerson(table, reader, { series: ofMailbox(email), place, range });
        return { items: records.filter((each) => each.email === email).map(listed), ...rest, ...named(unreadable) };
      }
      const { domain, ...others } = having;
      const rows = stretch.rows ?? (filterOf(others) === undefined ? LIST_ROWS : PAGE_ROWS);
      const found =
        domain === undefined || stretch.isOfMany ? undefined : await pageOfDomain(table, reader, { domain, ...range, rows, place });
      return found ?? (await pageOfAll(table, reader, { ...range, lookAt: stretch.lookAt, having, place }));
    },
  };
}

interface PersonSearch {
  readonly series: DecisionSeries;
  readonly place?: DecisionPlace | undefined;
  readonly range?: TimeRange;
}

async function pageOfPerson(table: DynamoTable, { wholeRows }: RowReader, { series, place, range }: PersonSearch) {
  const search = { index: series.index, where: series.within(range), order: "descending", limit: PAGE_ROWS } as const;
  const { items, next, searched } = await getPage(table, search, startAt(series, place));
  return { ...(await wholeRows(items.map(takenPlace))), searched, ...(next && { next: takenPlace(next) }) };
}

interface ListSearch extends Required<TimeRange> {
  readonly having: DecisionMarks;
  readonly lookAt?: number | undefined;
  readonly place?: DecisionPlace | undefined;
}

/** Of everyone, or of those whose marks the database goes by. */
async function pageOfAll(
  table: DynamoTable,
  { sorted }: RowReader,
  { from, to, lookAt = FILTERED_ROWS, having, place }: ListSearch,
): Promise<DecisionPage> {
  const filter = filterOf(having);
  const limit = filter === undefined ? LIST_ROWS : lookAt;
  const { items, ...found } = await pageByTime(table, { from, to, place, filter, limit });
  const { read, unreadable } = sorted(items, readListed);
  return { ...found, items: read, ...named(unreadable) };
}

interface DomainSearch extends Required<TimeRange> {
  readonly domain: string;
  readonly rows: number;
  readonly place?: DecisionPlace | undefined;
}

/** Undefined for a domain that has too many. */
async function pageOfDomain(
  table: DynamoTable,
  { wholeRows }: RowReader,
  { domain, from, to, rows, place }: DomainSearch,
): Promise<DecisionPage | undefined> {
  const { items, next } = await getPage(table, { ...ofDomain(domain), limit: DOMAIN_ROWS });
  if (next !== undefined) return undefined;
  const isAsked = (each: TakenPlace) => from <= each.at && each.at <= to && (place === undefined || isFrom(place, each));
  const places = items.map(takenPlace).filter(isAsked).sort(byNewest);
  const some = places.slice(0, rows);
  const last = places.length > some.length ? some.at(-1) : undefined;
  const { records, unreadable } = await wholeRows(some);
  return { items: records.map(listed), searched: some.length, ...(last && { next: last }), ...named(unreadable) };
}

/** Where the database begins with what comes after a place of a series: nowhere, at a day's newest. */
function startAt({ keyAt }: DecisionSeries, place: DecisionPlace | undefined): Item | undefined {
  return place === undefined || "until" in place ? undefined : toItem({ ...keyColumns(place), ...keyAt(place.at) });
}

function seriesOfPerson(by: "mailbox" | "account", who: string): DecisionSeries {
  return by === "mailbox" ? ofMailbox(who) : ofAccount(who);
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

/** A whole record as lists show it. */
function listed(record: DecisionRecord): ListedDecision {
  const [entry, failed] = [entryIn(record), failedMark(record)];
  return {
    ...record,
    ...(failed !== undefined && { [UPSTREAM_FAILED]: failed }),
    ...(entry !== undefined && { entry }),
  };
}

function keyIn({ reference, id }: Item): DecisionKey {
  return { reference: String(reference?.S), id: String(id?.S) };
}

function named(unreadable: readonly DecisionKey[] = []): Pick<DecisionPage, "unreadable"> {
  return unreadable.length > 0 ? { unreadable: unreadable.map(({ id }) => id) } : {};
}

/** The record of a row; undefined where it is none. */
function readDecision(item: Item): DecisionRecord | undefined {
  const record = toRecord(item);
  return invalidMember(decisionRecord, record) === undefined ? record : undefined;
}

// Marked: steps write records and read none, so their bundles leave the schema out.
const listedColumns = /* @__PURE__ */ v.pick(decisionRecord, [
  "reference",
  "id",
  "at",
  "step",
  "source",
  "gate",
  "email",
  "verdict",
  "rule",
  "reasons",
  "durationMs",
  "revision",
]);

/** The same of a row of the index by day, which holds a part of each. */
function readListed(item: Item): ListedDecision | undefined {
  const { day: _, ...decision } = toRow(item);
  return invalidMember(listedColumns, decision) === undefined ? (decision as unknown as ListedDecision) : undefined;
}
