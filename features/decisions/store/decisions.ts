import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { all, among, containing } from "../../../adapters/tables/conditions";
import {
  compareNewest,
  type DecisionPlace,
  type DecisionSeries,
  decisionIndexes,
  isFrom,
  mailboxIn,
  selectAccount,
  selectDomain,
  selectMailbox,
  type TakenPlace,
  type TimeRange,
  takenPlace,
  toRecord,
} from "../../../adapters/tables/decision-indexes";
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
import { buildProjection, getPage, readPages } from "../../../adapters/tables/search";
import { batchGet, type DynamoTable, deleteItem, type Expression, equal } from "../../../adapters/tables/table";
import { invalidMember } from "../../../engine/fields";
import { type DecisionRecord, decisionRecord } from "../../../engine/sign-up/record";
import { pageByTime } from "./by-time";

/** The columns in a list of decisions. Together they fit into one kilobyte, the unit in which writes of an index are charged. */
type Listed = "step" | "source" | "gate" | "email" | "verdict" | "rule" | "reasons" | "durationMs" | "revision";

/** A decision with the columns that the index of days contains. */
export interface ListedDecision extends Pick<DecisionRecord, "reference" | "id" | "at" | Listed> {
  /** The external system whose failure stopped the sign-up. True if only another call failed, for example a shadowed rule's. */
  readonly [UPSTREAM_FAILED]?: string | true;
  /** The entry of the access list that let the person in or refused them, if any. */
  readonly [ENTRY]?: string;
  /** Present if the whole record was read, for example by a key or for its providers. */
  readonly trace?: DecisionRecord["trace"];
  readonly asked?: DecisionRecord["asked"];
}

export interface DecisionPage {
  readonly items: readonly ListedDecision[];
  readonly searched: number;
  /** Ids of rows that are left out because they are not decisions. */
  readonly unreadable?: readonly string[];
  /** Absent on the last page. */
  readonly next?: DecisionPlace;
}

const PAGE_ROWS = 100;
const LIST_ROWS = 50;
/** Number of rows that are read together if the database filters out most of them. A read returns at most a megabyte. */
const FILTERED_ROWS = 2_000;
/**
 * Limit of a domain's decisions that are read from its index, which is not sorted by time. If a domain has more decisions, reading
 * everyone's decisions quickly fills a page.
 */
export const DOMAIN_ROWS = 5_000;
/** Number of a domain's rows that are read to find mailboxes with a prefix. There is one row for each decision. */
const MAILBOX_ROWS = 100;
const STRETCH_ROWS = 500;

export interface DecisionStore {
  /** A repeat of the same decision changes nothing. */
  keep(record: DecisionRecord, days: number, signal?: AbortSignal): Promise<void>;
  /** Finds decisions by the code on the person's page. Two people share a code once in tens of billions. */
  byReference(reference: string): Promise<readonly DecisionRecord[]>;
  /** Finds decisions by the exact address: newest first, a page at a time. */
  byEmail(email: string): AsyncIterable<readonly DecisionRecord[]>;
  /** Finds decisions with any spelling of the address: newest first, a page at a time. */
  byMailbox(email: string): AsyncIterable<readonly DecisionRecord[]>;
  /** Returns the newest decisions of one mailbox (any spelling of an address) or account (its hash, with any address). */
  newestOf(by: "mailbox" | "account", who: string, limit: number): Promise<Pick<DecisionRecords, "records">>;
  /** Returns one page of all decisions of a mailbox (any spelling of an address) or an account, newest first. */
  pageOf(by: "mailbox" | "account", who: string, place?: DecisionPlace): Promise<DecisionRecords>;
  /** Returns mailboxes with decisions whose local part begins with `beginning`, sorted. Reads only the first rows, so it may miss some. */
  mailboxesAt(domain: string, beginning: string): Promise<readonly string[]>;
  /** Reads only decisions that the index by account omits. Scans the whole table, so the result has no order. */
  outsideIndex(accountIds: readonly string[], from?: Item): Promise<FoundOutsideIndex>;
  /** Yields the decisions of a stretch of time, newest first, a page at a time. @param rows rows per page */
  between(from: Date, to: Date, rows?: number): AsyncIterable<readonly ListedDecision[]>;
  /** Returns one page of a stretch of time, for everyone or for one exact address. The page can be empty although more decisions follow. */
  page(search: DecisionStretch, place?: DecisionPlace): Promise<DecisionPage>;
  /** Reads the whole records of listed decisions, in the same order. Deleted decisions are omitted. */
  whole(decisions: readonly DecisionKey[]): Promise<readonly DecisionRecord[]>;
  remove(decision: DecisionKey): Promise<void>;
}

export interface DecisionStretch {
  readonly from: Date;
  readonly to: Date;
  readonly email?: string | undefined;
  /** Conditions for the database, which may also return decisions that do not match. Ignored in a search for one address. */
  readonly having?: DecisionMarks;
  /**
   * Rows of a page. In a search by domain, few large pages are better, because each page reads the keys of all the domain's decisions
   * again.
   * @default the size of a list's page
   */
  readonly rows?: number;
  /** True if a search by domain reads only the columns of a list, without the traces. */
  readonly isBrief?: boolean;
  /** True if counts show that the domain has more than `DOMAIN_ROWS` decisions. Then the domain's index is not read. */
  readonly isOfMany?: boolean;
  /** About how many rows are searched for one page if `having` filters them, those that do not match included. @default 2,000 */
  readonly lookAt?: number;
}

export interface DecisionMarks {
  readonly verdict?: string;
  readonly step?: string;
  readonly reason?: string;
  /** Possible spellings of an entry that somebody typed. */
  readonly entry?: readonly string[];
  readonly domain?: string;
}

/** A page of decisions. It can be empty although more follow. */
export interface DecisionRecords {
  readonly records: readonly DecisionRecord[];
  /** Rows that are left out because they are not decisions. */
  readonly unreadable?: readonly DecisionKey[];
  /** Absent on the last page. */
  readonly next?: DecisionPlace;
}

export interface FoundOutsideIndex {
  readonly records: readonly DecisionRecord[];
  /** Rows that are not decisions, and have no domain. */
  readonly unreadable?: readonly DecisionKey[];
  /** Absent at the end of the table. */
  readonly next?: Item;
}

/** @param onUnreadable called with each row that is not a decision. Such rows are omitted. */
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
  function partitionReadable<T extends DecisionKey>(items: readonly Item[], read: (item: Item) => T | undefined) {
    const rows = items.map((item) => ({ item, row: read(item) }));
    const unreadable = rows.flatMap(({ item, row }) =>
      row === undefined ? [{ reference: String(item.reference?.S), id: String(item.id?.S) }] : [],
    );
    for (const row of unreadable) onUnreadable?.(row);
    return { read: rows.flatMap(({ row }) => row ?? []), unreadable };
  }

  async function readRows<T extends DecisionKey>(
    decisions: readonly DecisionKey[],
    read: (item: Item) => T | undefined,
    projection: object = {},
  ): Promise<{ readonly records: readonly T[]; readonly unreadable?: readonly DecisionKey[] }> {
    const addresses = decisions.map((decision) => ({ tableName: table.name, key: toItem(keyColumns(decision)) }));
    const foundItems = await batchGet(table.client, addresses, { projection });
    const rows = partitionReadable(
      foundItems.map(([, item]) => item),
      read,
    );
    const byId = new Map(rows.read.map((record) => [record.id, record]));
    const { unreadable } = rows;
    return { records: decisions.flatMap(({ id }) => byId.get(id) ?? []), ...(unreadable.length > 0 && { unreadable }) };
  }

  return {
    sorted: partitionReadable,
    wholeRows: (decisions: readonly DecisionKey[]) => readRows(decisions, readDecision),
    listedRows(decisions: readonly DecisionKey[], isBrief = false) {
      if (isBrief) return readRows(decisions, readListed, buildProjection(LISTED));
      return readRows(decisions, (item): ListedDecision | undefined => {
        const record = readDecision(item);
        return record && toListedDecision(record);
      });
    },
  };
}

type OfPeople = Pick<DecisionStore, "byReference" | "byEmail" | "byMailbox" | "newestOf" | "mailboxesAt" | "outsideIndex">;

function decisionsOfPeople(table: DynamoTable, { sorted, wholeRows }: RowReader): OfPeople {
  /** The indexes by person contain only keys, and they lag behind. So the rows themselves are read. */
  async function* readSeries({ index, within }: DecisionSeries) {
    const pages = readPages(table, { index, where: within(), order: "descending", limit: PAGE_ROWS });
    for await (const page of pages) yield (await wholeRows(page.map(takenPlace))).records;
  }

  return {
    async byReference(reference) {
      const foundRecords: DecisionRecord[] = [];
      for await (const page of readPages(table, { where: equal(toItem({ reference })) }))
        foundRecords.push(...sorted(page, readDecision).read);
      return foundRecords;
    },
    async *byEmail(email) {
      for await (const page of readSeries(selectMailbox(email))) yield page.filter((each) => each.email === email);
    },
    byMailbox: (email) => readSeries(selectMailbox(email)),
    async newestOf(by, who, limit) {
      const { index, within } = seriesOfPerson(by, who);
      const { items } = await getPage(table, { index, where: within(), order: "descending", limit });
      return { records: (await wholeRows(items.map(takenPlace))).records };
    },
    async mailboxesAt(domain, beginning) {
      const { items } = await getPage(table, { ...selectDomain(domain, beginning), limit: MAILBOX_ROWS });
      return [...new Set(items.map(mailboxIn))];
    },
    async outsideIndex(accountIds, from) {
      const { items, next } = await getPage(table, { filter: among(UNINDEXED_ACCOUNT, accountIds), consistent: false }, from);
      const { read, unreadable } = sorted(items, readDecision);
      const unfound = new Set(items.flatMap(({ id, domain }) => (domain === undefined ? [id?.S] : [])));
      return { records: read, unreadable: unreadable.filter(({ id }) => unfound.has(id)), next };
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
        const { records, unreadable, ...rest } = await pageOfPerson(table, reader, { series: selectMailbox(email), place, range });
        return { items: records.filter((each) => each.email === email).map(toListedDecision), ...rest, ...listUnreadable(unreadable) };
      }
      const { domain, ...others } = having;
      const rows = stretch.rows ?? (buildFilter(others) === undefined ? LIST_ROWS : PAGE_ROWS);
      const decisionPage =
        domain === undefined || stretch.isOfMany
          ? undefined
          : await pageOfDomain(table, reader, { ...stretch, domain, ...range, rows, place });
      return decisionPage ?? (await pageOfAll(table, reader, { ...range, lookAt: stretch.lookAt, having, place }));
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
  const from = place === undefined || "until" in place ? undefined : toItem({ ...keyColumns(place), ...series.keyAt(place.at) });
  const { items, next, searched } = await getPage(table, search, from);
  return { ...(await wholeRows(items.map(takenPlace))), searched, next: next && takenPlace(next) };
}

interface ListSearch extends Required<TimeRange> {
  readonly having: DecisionMarks;
  readonly lookAt?: number | undefined;
  readonly place?: DecisionPlace | undefined;
}

async function pageOfAll(
  table: DynamoTable,
  { sorted }: RowReader,
  { from, to, lookAt = FILTERED_ROWS, having, place }: ListSearch,
): Promise<DecisionPage> {
  const filter = buildFilter(having);
  const limit = filter === undefined ? LIST_ROWS : lookAt;
  const { items, ...found } = await pageByTime(table, { from, to, place, filter, limit });
  const { read, unreadable } = sorted(items, readListed);
  return { ...found, items: read, ...listUnreadable(unreadable) };
}

interface DomainSearch extends Required<TimeRange> {
  readonly domain: string;
  readonly rows: number;
  readonly isBrief?: boolean;
  readonly place?: DecisionPlace | undefined;
}

async function pageOfDomain(
  table: DynamoTable,
  { listedRows }: RowReader,
  { domain, from, to, rows, isBrief, place }: DomainSearch,
): Promise<DecisionPage | undefined> {
  const { items, next } = await getPage(table, { ...selectDomain(domain), limit: DOMAIN_ROWS });
  if (next !== undefined) return undefined;
  const isAsked = (each: TakenPlace) => from <= each.at && each.at <= to && (place === undefined || isFrom(place, each));
  const places = items.map(takenPlace).filter(isAsked).sort(compareNewest);
  const some = places.slice(0, rows);
  const last = places.length > some.length ? some.at(-1) : undefined;
  const { records: decisions, unreadable } = await listedRows(some, isBrief);
  return { items: decisions, searched: some.length, next: last, ...listUnreadable(unreadable) };
}

function seriesOfPerson(by: "mailbox" | "account", who: string): DecisionSeries {
  return by === "mailbox" ? selectMailbox(who) : selectAccount(who);
}

function buildFilter({ verdict, step, reason, entry, domain }: DecisionMarks): Expression | undefined {
  const conditions: Expression[] = [];
  if (verdict !== undefined) conditions.push(equal({ verdict: { S: verdict } }));
  if (step !== undefined) conditions.push(equal({ step: { S: step } }));
  if (reason !== undefined) conditions.push(containing("reasons", [reason]));
  if (entry !== undefined) conditions.push(among("entry", entry));
  if (domain !== undefined) conditions.push(containing("email", [`@${domain}`]));
  return conditions.length === 0 ? undefined : all(...conditions);
}

function toListedDecision(record: DecisionRecord): ListedDecision {
  const [entry, failed] = [entryIn(record), failedMark(record)];
  return {
    ...record,
    ...(failed !== undefined && { [UPSTREAM_FAILED]: failed }),
    entry,
  };
}

function listUnreadable(unreadable: readonly DecisionKey[] = []): Pick<DecisionPage, "unreadable"> {
  return unreadable.length > 0 ? { unreadable: unreadable.map(({ id }) => id) } : {};
}

function readDecision(item: Item): DecisionRecord | undefined {
  const record = toRecord(item);
  return invalidMember(decisionRecord, record) === undefined ? record : undefined;
}

// Marked as pure, so that the bundles of steps, which only write records, omit the schema.
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

const LISTED = ["reference", "id", "at", ...decisionIndexes.day.holds];

function readListed(item: Item): ListedDecision | undefined {
  const { day: _, ...decision } = toRow(item);
  return invalidMember(listedColumns, decision) === undefined ? (decision as unknown as ListedDecision) : undefined;
}
