import { all, between, present } from "../../../adapters/tables/conditions";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { TableIndex } from "../../../adapters/tables/row-kind";
import { getPage, readEveryPage, readPages } from "../../../adapters/tables/search";
import { type DynamoTable, equal } from "../../../adapters/tables/table";
import { omit } from "../../../engine/collections";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { byteOrder, computeShortHash } from "../../../engine/table-keys";

/**
 * The indexes of the access list. Each index is sharded: a DynamoDB partition accepts 1,000 writes a second, but an import makes 4,000, the
 * limit of a new on-demand table. The indexes use attributes of their own, because operators type the list's columns: if a cell in an
 * index's key has another type or is too long, DynamoDB refuses the row.
 */
export const listIndexes = {
  entry: { name: "by-entry", partitionKey: "indexShard", sortKey: "indexEntry", holds: "all" },
  end: { name: "by-end", partitionKey: "indexShard", sortKey: "indexEnd", holds: "all" },
  /** Rows with a possible problem. A partner's row without a problem is in the partner's own partition. */
  problem: { name: "by-problem", partitionKey: "indexProblem", sortKey: "indexEntry", holds: "all" },
} as const satisfies Readonly<Record<string, TableIndex>>;

export type ListOrder = keyof typeof listIndexes;

/** Attributes that are not columns of the list. */
export const indexAttributes = ["indexShard", "indexEntry", "indexEnd", "indexProblem", "indexEdit"] as const;

const SHARDS = Array.from({ length: 4 }, (_, index) => String(index));
/** The maximum bytes of an entry. A sort key has 1,024 bytes: the others are for a prefix and suffix. */
const MAX_ENTRY_BYTES = 900;
/** The limit of a DNS name, in characters. */
const MAX_DOMAIN = 253;
const LAST_END = "9999-12-31T23:59:59.999Z";
/** Sorts after any other character: a prefix with it comes after every text with the prefix. */
const GREATEST = "\u{10ffff}";
/** Sorts before any other character: a text with it comes right after the text alone. */
const NEXT = "\0";

export interface LastEdit {
  /** ISO 8601. */
  readonly at: string;
  readonly name: string;
}

/** Each row's `indexEdit`, for rows from which `dropIndexes` removed the index attributes. */
const edits = new WeakMap<Item, string>();

/** Undefined if somebody changed the row outside Gatehouse later: `indexEdit` stays, but its fingerprint no longer matches the row. */
export function readLastEdit(storedItem: Item): LastEdit | undefined {
  const [, print, at, name] = /^(\S+) (\S+) (.*)$/s.exec(storedItem.indexEdit?.S ?? edits.get(storedItem) ?? "") ?? [];
  return at === undefined || name === undefined || print !== computeFingerprint(dropIndexes(storedItem)) ? undefined : { at, name };
}

/** Ignores the hygiene worker's flag. */
function computeFingerprint({ problem: _, ...plain }: Item): string {
  return computeShortHash(JSON.stringify(Object.entries(plain).sort(([one], [other]) => byteOrder(one, other)))).toString(36);
}

export function addIndexes(item: Item, edit?: LastEdit): Item {
  const entry = item.entry?.S;
  const plain = dropIndexes(item);
  if (entry === undefined) return plain;
  const shard = { S: SHARDS[computeShortHash(entry) % SHARDS.length] as string };
  const place = Buffer.byteLength(entry) <= MAX_ENTRY_BYTES ? entry : shortenEntry(entry);
  const row: Item = { ...plain, indexShard: shard, indexEntry: { S: place } };
  if (edit !== undefined) row.indexEdit = { S: `${computeFingerprint(plain)} ${edit.at} ${edit.name}` };
  const end = formatSortableEnd(plain);
  if (end !== undefined) row.indexEnd = { S: `${end} ${place}` };
  // Every row with gates is in the index of problems: only the reader of the index knows which gates exist.
  const partner = plain.byPartner?.S;
  if ((plain.problem ?? plain.gates) !== undefined) row.indexProblem = shard;
  else if (partner !== undefined && partner.length <= MAX_DOMAIN) row.indexProblem = placeOfPartner(partner);
  return row;
}

function placeOfPartner(domain: string): Item[string] {
  return { S: `partner/${domain}` };
}

/** Sorted. The index lags a moment behind. */
export async function* entriesOfPartner(table: DynamoTable, domain: string): AsyncGenerator<string> {
  const { name: index, partitionKey } = listIndexes.problem;
  for await (const page of readPages(table, { index, where: equal({ [partitionKey]: placeOfPartner(domain) }) }))
    for (const { entry } of page) if (entry?.S !== undefined) yield entry.S;
}

/** Unordered. A page can be empty. The index lags a moment behind. */
export async function* entriesOfAllPartners(table: DynamoTable): AsyncGenerator<readonly Item[]> {
  const search = { index: listIndexes.problem.name, filter: present("byPartner") };
  for await (const page of readEveryPage(table, search)) yield page.map(dropIndexes);
}

/** True if the row has the index attributes that it needs. Any shard counts, because older versions chose another shard. */
export function isInIndexes(storedItem: Item): boolean {
  return Object.entries(addIndexes(storedItem)).every(([name, { S }]) => {
    if (SHARDS.includes(S ?? "") && (name === "indexShard" || name === "indexProblem")) return SHARDS.includes(storedItem[name]?.S ?? "");
    return !(indexAttributes as readonly string[]).includes(name) || storedItem[name]?.S === S;
  });
}

export function dropIndexes(item: Item): Item {
  // A row of an import has no index attributes, and is not copied: a copy would cost more than everything else here.
  if (indexAttributes.every((name) => item[name] === undefined)) return item;
  const plain = omit(item, ...indexAttributes);
  if (item.indexEdit?.S !== undefined) edits.set(plain, item.indexEdit.S);
  return plain;
}

/** Keeps the beginning and the end, because long entries with the same beginning may differ only at the end. */
function shortenEntry(entry: string): string {
  const bytes = Buffer.from(entry);
  const half = MAX_ENTRY_BYTES / 2 - 10;
  return `${bytes.subarray(0, half)} ${bytes.subarray(-half)}`;
}

function formatSortableEnd({ expiresAt, allowedUntil }: Item): string | undefined {
  const ends = Object.values(toRow({ ...(expiresAt && { expiresAt }), ...(allowedUntil && { allowedUntil }) })).map(expiryTime);
  const time = Math.min(...ends.filter((end) => end !== undefined));
  if (!Number.isFinite(time)) return undefined;
  const text = new Date(time).toISOString();
  return text.startsWith("+") ? LAST_END : text;
}

export interface ListRange {
  /** Ignored in the order of ends. */
  readonly prefix?: string;
  /** The first and last end to read, both inclusive. They count only in the order of ends. */
  readonly from?: Date;
  readonly to?: Date;
}

export interface ListPage {
  readonly rows: readonly PlacedRow[];
  readonly searched: number;
  /** Absent on the last page. */
  readonly next?: string;
}

export interface ListCells {
  readonly items: readonly Item[];
  readonly isAll: boolean;
}

export interface PlacedRow extends Placed {
  readonly item: Item;
}

export interface ListReading extends ListRange {
  readonly after?: string | undefined;
  /** True to leave out rows without a note. DynamoDB compares case-sensitively, so the reader looks for the text. */
  readonly isNoted?: boolean;
  readonly perShard: number;
}

export function pageOfAll(items: readonly Item[], by: ListOrder, reading: ListReading): ListPage {
  const range = computeBounds(by, reading);
  if (range === undefined) return { rows: [], searched: 0 };
  const rows = items
    .filter(({ note }) => !reading.isNoted || note !== undefined)
    .flatMap((item): readonly PlacedRow[] => {
      const place = addIndexes(item)[listIndexes[by].sortKey]?.S;
      const isAsked = place !== undefined && byteOrder(range.from, place) <= 0 && byteOrder(place, range.to) <= 0;
      return isAsked ? [{ item: dropIndexes(item), place }] : [];
    });
  return { ...mergedParts([{ rows }]), searched: items.length };
}

/** Reads all shards in parallel. The indexes lag a moment behind the table. */
export async function pageInOrder(table: DynamoTable, by: ListOrder, reading: ListReading): Promise<ListPage> {
  const { name: index, partitionKey, sortKey } = listIndexes[by];
  const range = computeBounds(by, reading);
  if (range === undefined) return { rows: [], searched: 0 };
  const filter = reading.isNoted ? present("note") : undefined;
  const { perShard } = reading;
  const parts = await Promise.all(
    SHARDS.map(async (shard) => {
      const where = all(equal({ [partitionKey]: { S: shard } }), between(sortKey, { S: range.from }, { S: range.to }));
      // Without a filter, one extra row shows whether more rows follow. With a filter, DynamoDB says where the read stopped.
      const limit = filter === undefined ? perShard + 1 : perShard;
      const { items, next, searched } = await getPage(table, { index, where, filter, limit });
      const rows = items.map((item): PlacedRow => ({ item: dropIndexes(item), place: String(item[sortKey]?.S) }));
      if (next === undefined) return { rows, searched };
      if (filter !== undefined) return { rows, searched, end: String(next[sortKey]?.S) };
      const shardRows = rows.slice(0, perShard);
      return { rows: shardRows, searched, end: shardRows.at(-1)?.place ?? String(next[sortKey]?.S) };
    }),
  );
  const { rows, end } = mergedParts(parts);
  const searchedCount = filter === undefined ? rows.length : parts.reduce((sum, part) => sum + part.searched, 0);
  return { rows, searched: searchedCount, next: end };
}

/** Reads at most a megabyte per shard, in all some 20,000 rows. */
export async function cellsAtOnce(table: DynamoTable, columns: readonly string[]): Promise<ListCells> {
  const { name: index, partitionKey } = listIndexes.entry;
  const pages = await Promise.all(
    SHARDS.map((shard) => getPage(table, { index, where: equal({ [partitionKey]: { S: shard } }), columns })),
  );
  return { items: pages.flatMap(({ items }) => items), isAll: pages.every(({ next }) => next === undefined) };
}

/** Undefined if no row can be between the bounds. */
function computeBounds(by: ListOrder, { prefix = "", from, to, after }: ListReading): { from: string; to: string } | undefined {
  const isByEnd = by === "end";
  if (!isByEnd && Buffer.byteLength(prefix) > MAX_ENTRY_BYTES) return undefined;
  const first = isByEnd ? (from?.toISOString() ?? "") : prefix;
  const last = isByEnd ? `${to?.toISOString() ?? LAST_END}${GREATEST}` : `${prefix}${GREATEST}`;
  const start = after === undefined ? first : `${after}${NEXT}`;
  return byteOrder(start, last) > 0 ? undefined : { from: start === "" ? NEXT : start, to: last };
}

/** Places sort by the bytes of their text. */
export interface Placed {
  readonly place: string;
}

/** Sorted rows, complete up to `end`. Without `end`, they are all rows of the source. */
export interface PlacedPart<T extends Placed> {
  readonly rows: readonly T[];
  readonly end?: string;
}

/** Omits rows after the earliest `end`: the part with this `end` may have unread rows that come before them. */
export function mergedParts<T extends Placed>(parts: readonly PlacedPart<T>[]): PlacedPart<T> {
  const [end] = parts.flatMap((part) => part.end ?? []).sort(byteOrder);
  const knownRows = parts.flatMap((part) => part.rows).filter(({ place }) => end === undefined || byteOrder(place, end) <= 0);
  return { rows: knownRows.sort((one, other) => byteOrder(one.place, other.place)), end };
}
