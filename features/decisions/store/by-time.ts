import { all, between, under } from "../../../adapters/tables/conditions";
import {
  compareNewest,
  type DecisionPlace,
  decisionIndexes,
  isFrom,
  type TakenPlace,
  type TimeRange,
  takenPlace,
} from "../../../adapters/tables/decision-indexes";
import { TIME_SHARDS, timeShard } from "../../../adapters/tables/decision-writes";
import type { Item } from "../../../adapters/tables/item";
import { getPage } from "../../../adapters/tables/search";
import type { DynamoTable, Expression } from "../../../adapters/tables/table";

// Everyone's decisions, sorted by time. Each month is split into shards, which are read in parallel.

export interface TimeSearch extends Required<TimeRange> {
  readonly place?: DecisionPlace | undefined;
  readonly filter?: Expression | undefined;
  /** Rows per page. With a filter: rows that are read together. */
  readonly limit: number;
}

export interface TimePage {
  /** Newest first. */
  readonly items: readonly Item[];
  readonly searched: number;
  /** Absent on the last page. */
  readonly next?: DecisionPlace;
}

interface Source {
  readonly partition: string;
  next?: Item | undefined;
  readonly share: number;
  /** Every wanted row later than this time has been read. Undefined if every row has been read. */
  end: string | undefined;
}

/** Reads a page within one month. The page can be empty although more decisions follow. */
export async function pageByTime(table: DynamoTable, { from, to, place, filter, limit }: TimeSearch): Promise<TimePage> {
  const askedUntil = place === undefined ? to : "until" in place ? place.until : place.at;
  const until = askedUntil < to ? askedUntil : to;
  if (until < from) return { items: [], searched: 0 };
  const month = `${until.slice(0, 7)}-01T00:00:00.000Z`;
  const first = from > month ? from : month;
  const sources = buildSources(until, limit);
  const read: { readonly item: Item; readonly taken: TakenPlace }[] = [];
  let searchedCount = 0;

  async function readOn(source: Source): Promise<void> {
    const { name: index, sortKey } = decisionIndexes.day;
    // Rows of the same moment have no fixed order in the database. So all rows of the moment `until` must be read before a page ends.
    do {
      const where = all(under(decisionIndexes.day, source.partition), between(sortKey, { S: first }, { S: until }));
      const page = await getPage(table, { index, where, filter, order: "descending", limit: source.share }, source.next);
      read.push(...page.items.map((item) => ({ item, taken: takenPlace(item) })));
      searchedCount += page.searched;
      source.next = page.next;
      source.end = page.next && takenPlace(page.next).at;
    } while (source.end !== undefined && source.end >= until);
  }

  for (let behind: readonly Source[] = sources; ; ) {
    await Promise.all(behind.map(readOn));
    const end = sources.reduce<string | undefined>(
      (latest, { end }) => (end === undefined || (latest ?? "") > end ? latest : end),
      undefined,
    );
    const knownItems = read.filter(({ taken }) => (end === undefined || taken.at > end) && (place === undefined || isFrom(place, taken)));
    if (end !== undefined) {
      behind = sources.filter((source) => source.end === end);
      if (filter === undefined ? knownItems.length < limit : searchedCount < limit) continue;
    }
    knownItems.sort((one, other) => compareNewest(one.taken, other.taken));
    const shownItems = filter === undefined ? knownItems.slice(0, limit) : knownItems;
    const items = shownItems.map(({ item }) => item);
    if (filter !== undefined) return { items, searched: searchedCount, ...goingOn(end, month, from) };
    const last = shownItems.at(-1);
    const next = last !== undefined && shownItems.length < knownItems.length ? { next: last.taken } : goingOn(end, month, from);
    return { items, searched: items.length, ...next };
  }
}

function buildSources(until: string, limit: number): readonly Source[] {
  const mean = limit / TIME_SHARDS;
  // Number of rows that are read together from each shard. Few shards have more rows of one page than this.
  const share = Math.ceil(mean + 2 * Math.sqrt(mean));
  return Array.from({ length: TIME_SHARDS }, (_, shard) => ({ partition: timeShard(until, shard), share, end: until }));
}

function goingOn(end: string | undefined, month: string, from: string): Pick<TimePage, "next"> {
  const before = end ?? new Date(Date.parse(month) - 1).toISOString();
  return before < from ? {} : { next: { until: before } };
}
