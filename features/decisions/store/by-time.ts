import { all, between, under } from "../../../adapters/tables/conditions";
import {
  byNewest,
  type DecisionPlace,
  decisionIndexes,
  isFrom,
  type TimeRange,
  takenPlace,
} from "../../../adapters/tables/decision-indexes";
import { TIME_SHARDS, timeShard } from "../../../adapters/tables/decision-writes";
import type { Item } from "../../../adapters/tables/item";
import { getPage } from "../../../adapters/tables/search";
import type { DynamoTable, Expression } from "../../../adapters/tables/table";
import { MS_PER_DAY } from "../../../engine/sign-up/time";

// Everybody's decisions in order of time. A month is in shards, which are read side by side.

const LAST_OF_DAY = "T23:59:59.999Z";

export interface TimeSearch extends Required<TimeRange> {
  readonly place?: DecisionPlace | undefined;
  readonly filter?: Expression | undefined;
  /** Of a page. With a filter: how many are looked at together. */
  readonly limit: number;
}

export interface TimePage {
  /** Newest first. */
  readonly items: readonly Item[];
  readonly searched: number;
  /** Absent from the last. */
  readonly next?: DecisionPlace;
}

/** Partitions of the index that are read one after the other, each from its newest. */
interface Source {
  left: readonly string[];
  next?: Item | undefined;
  /** Rows that one query asks for. */
  readonly share: number;
  /** Whether the partition that was read last has nothing: it is no reason to stop. */
  isEmpty?: boolean;
  /** All later than this moment is read. Undefined: there is nothing more. */
  end: string | undefined;
}

/** Some of a stretch of time, of one month: there may be more behind a page that is empty. */
export async function pageByTime(table: DynamoTable, { from, to, place, filter, limit }: TimeSearch): Promise<TimePage> {
  const asked = place === undefined ? to : "until" in place ? place.until : place.at;
  const until = asked < to ? asked : to;
  if (until < from) return { items: [], searched: 0 };
  const month = `${until.slice(0, 7)}-01T00:00:00.000Z`;
  const first = from > month ? from : month;
  const sources = sourcesOf(first, until, limit);
  const read: Item[] = [];
  let searched = 0;

  async function readOn(source: Source): Promise<void> {
    const { name: index, sortKey } = decisionIndexes.day;
    // Of one moment, the database keeps an order of its own: rows are known once it is past that.
    do {
      const [partition = "", ...others] = source.left;
      const where = all(under(decisionIndexes.day, partition), between(sortKey, { S: first }, { S: until }));
      const page = await getPage(table, { index, where, filter, order: "descending", limit: source.share }, source.next);
      read.push(...page.items);
      searched += page.searched;
      source.next = page.next;
      source.isEmpty = page.searched === 0;
      if (page.next === undefined) source.left = others;
      const [following] = source.left;
      source.end = page.next === undefined ? following && `${following}${LAST_OF_DAY}` : takenPlace(page.next).at;
    } while (source.end !== undefined && source.end >= until);
  }

  for (let behind: readonly Source[] = sources; ; ) {
    await Promise.all(behind.map(readOn));
    const end = sources.reduce<string | undefined>(
      (latest, { end }) => (end === undefined || (latest ?? "") > end ? latest : end),
      undefined,
    );
    const isKnown = (item: Item) => {
      const taken = takenPlace(item);
      return (end === undefined || taken.at > end) && (place === undefined || isFrom(place, taken));
    };
    const known = read.filter(isKnown);
    if (end !== undefined) {
      behind = sources.filter((source) => source.end === end);
      if (filter === undefined ? known.length < limit : searched < limit || behind.every(({ isEmpty }) => isEmpty)) continue;
    }
    known.sort((one, other) => byNewest(takenPlace(one), takenPlace(other)));
    if (filter !== undefined) return { items: known, searched, ...goingOn(end, month, from) };
    const items = known.slice(0, limit);
    const last = items.at(-1);
    const next = last !== undefined && items.length < known.length ? { next: takenPlace(last) } : goingOn(end, month, from);
    return { items, searched: items.length, ...next };
  }
}

/** The shards of a month, and its days, as older versions wrote each in one piece: their rows may still be there, or come out of a backup. */
function sourcesOf(first: string, until: string, limit: number): readonly Source[] {
  const mean = limit / TIME_SHARDS;
  // Few shards hold more of a page than this.
  const share = Math.ceil(mean + 2 * Math.sqrt(mean));
  const shards = Array.from({ length: TIME_SHARDS }, (_, shard): Source => ({ left: [timeShard(until, shard)], share, end: until }));
  return [...shards, { left: daysBack(first, until), share: limit, end: until }];
}

function goingOn(end: string | undefined, month: string, from: string): Pick<TimePage, "next"> {
  const before = end ?? new Date(Date.parse(month) - 1).toISOString();
  return before < from ? {} : { next: { until: before } };
}

/** The days of a stretch of time in UTC, newest first. */
function daysBack(from: string, to: string): readonly string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${to.slice(0, 10)}${LAST_OF_DAY}`); at >= Date.parse(from); at -= MS_PER_DAY)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
