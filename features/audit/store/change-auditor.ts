import type { AuditFact, AuditSource, TableChange } from "../../../engine/audited-change";
import { keepGiven } from "../../../engine/json";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { Row } from "../../../engine/sign-up/rule";
import { type AuditNews, changeDigest, changeMark, OUTSIDE } from "../entry";
import { buildFact } from "./audited-rows";
import { type RecentEntry, recentEntries } from "./recent-entries";
import type { AuditStore } from "./trail";

/** A change comes at most this long after its announcing entry: a batch's duration, plus differences between clocks. */
const TOLD_BEFORE_MS = 10 * 60_000;
/** Maximum size of `eventsByUse`. If it is larger, the oldest members are forgotten. */
const MOST_USED = 50_000;
/** Limit of unannounced changes with the same action in a delivery. Above this limit, the changes share one entry. */
export const MOST_SINGLE = 25;

export interface AuditorPorts {
  readonly trail: Pick<AuditStore, "newestRows" | "tell">;
  hashes(): Promise<PersonHashes>;
}

interface Changed {
  readonly record: TableChange;
  readonly fact: AuditFact;
}

/**
 * Finds each change's entry by digest. If neither an entry nor the row explains a change, it was made outside Gatehouse: it gets one entry,
 * even if the stream repeats it. Rejects if an entry could not be written. The next call repeats no written entry.
 */
export function changeAuditor({ trail, hashes }: AuditorPorts): (records: readonly TableChange[], now: Date) => Promise<void> {
  const recent = recentEntries(trail);
  /**
   * The event of the change that an entry explains, by entry number and digest. The entry does not explain another change with the same
   * digest.
   */
  const eventsByUse = new Map<string, string>();

  function findEntry({ record, fact }: Changed, { entries, seen }: Told, digests: readonly string[]): RecentEntry | undefined {
    for (const entry of entries) {
      const isClaim = isOf(fact.claims, entry) && !seen.has(entry.number);
      const digest = digests.find((each) => entry.marks?.has(each)) ?? (isClaim ? "" : undefined);
      if (digest !== undefined && uses(entry, digest, record)) return entry;
    }
    return undefined;
  }

  /** True if no other change used this part of the entry. From now on, the change does. */
  function uses({ number }: RecentEntry, part: string, { event }: TableChange): boolean {
    const use = `${number} ${part}`;
    if (eventsByUse.has(use) && eventsByUse.get(use) !== event) return false;
    eventsByUse.set(use, event);
    for (const oldest of eventsByUse.keys()) if (eventsByUse.size > MOST_USED) eventsByUse.delete(oldest);
    return true;
  }

  return async (records, now) => {
    const relevant = records.filter((record) => buildFact(record, () => undefined) !== undefined);
    if (relevant.length === 0) return;
    const since = new Date(Math.min(...relevant.map(({ at }) => at.getTime())) - TOLD_BEFORE_MS);
    const entries = await recent(since);
    const toldEntries = toldIn(entries);
    const digestsOf = await digestsBy(toldEntries.entries, relevant, hashes);
    const news: AuditNews[] = [];
    for (const record of relevant) {
      const fact = buildFact(record, (entry) => findRow(entries, relevant, entry));
      if (fact === undefined || isEventTold(entries, record.event)) continue;
      const entry = findEntry({ record, fact }, toldEntries, digestsOf(record));
      const source = entry ?? toldEntries.entries.find((each) => isOf(fact.along, each) && uses(each, "along", record));
      if (entry === undefined) news.push(toNews({ record, fact }, source));
      else if (entry.outcome === "begun" && !toldEntries.seen.has(entry.number)) {
        toldEntries.seen.add(entry.number);
        news.push({ by: entry.by, via: entry.via, action: entry.action, of: entry.number, outcome: "seen", event: record.event });
      }
    }
    for (const each of together(news)) await trail.tell(each, now);
  };
}

interface Told {
  /** Entries that may announce changes. Oldest first. */
  readonly entries: readonly RecentEntry[];
  /** Numbers of the announcing entries for which a stream has shown a change. */
  readonly seen: Set<string>;
}

function toldIn(entries: readonly RecentEntry[]): Told {
  const filterOutcome = (wantedOutcome: string) =>
    entries.flatMap(({ of, outcome }) => (outcome === wantedOutcome && of !== undefined ? [of] : []));
  // Numbers of entries that explain no change: their author's write failed, because somebody else wrote the row first.
  const late = new Set(filterOutcome("conflict"));
  const open = entries.filter(({ event, number, outcome }) => event === undefined && outcome !== "conflict" && !late.has(number));
  return { entries: open.reverse(), seen: new Set(filterOutcome("seen")) };
}

/** True if an entry about the change of this event exists. The marks of an entry about many changes are their events. */
function isEventTold(entries: readonly RecentEntry[], wanted: string): boolean {
  return entries.some(({ event, count, marks }) => event === wanted || (event !== undefined && count !== undefined && marks?.has(wanted)));
}

function isOf(source: AuditSource | undefined, { action, details, by, of }: RecentEntry): boolean {
  return source !== undefined && of === undefined && action === source.action && details.subject === source.subject && by !== OUTSIDE;
}

async function digestsBy(
  entries: readonly RecentEntry[],
  records: readonly TableChange[],
  hashes: AuditorPorts["hashes"],
): Promise<(record: TableChange) => readonly string[]> {
  if (!entries.some(({ marks }) => marks !== undefined)) return () => [];
  const each = records.some(({ table }) => table !== "approvals") ? eachHash(await hashes()) : [(text: string) => text];
  return (record) => each.flatMap((hashOf) => [changeDigest(record, hashOf), changeMark(record, hashOf)]);
}

/**
 * Finds the newest known row of a subject of the access list, in this delivery or in recent entries. Null if only the subject is known.
 */
function findRow(entries: readonly RecentEntry[], records: readonly TableChange[], wanted: string): Row | null | undefined {
  const record = records.findLast(
    ({ table, subject, before, after }) => table === "access-list" && subject === wanted && (after ?? before),
  );
  if (record !== undefined) return record.after ?? record.before;
  for (const { details, rows } of entries) {
    if (rows?.has(wanted)) return null;
    const row = rows === undefined && details.subject === wanted ? (details.after ?? details.before) : undefined;
    if (row !== undefined) return row;
  }
  return undefined;
}

/** @param source the entry of the act that wrote the row along with its own */
function toNews(
  { record: { event }, fact: { claims: _, along: __, author, ...facts } }: Changed,
  source: RecentEntry | undefined,
): AuditNews {
  const { by, name, via } = author ?? source ?? { by: OUTSIDE, name: undefined, via: "outside" as const };
  return { ...facts, by, via, ...keepGiven({ name }), event, outcome: "done" };
}

/** Combines more than `MOST_SINGLE` unannounced changes with the same action into one entry. Combined entries come last. */
function together(news: readonly AuditNews[]): readonly AuditNews[] {
  const kinds = new Map<string, AuditNews[]>();
  for (const each of news) {
    if (each.of !== undefined || !["outside", "gatehouse"].includes(each.via)) continue;
    const key = `${each.via} ${each.action}`;
    kinds.set(key, [...(kinds.get(key) ?? []), each]);
  }
  const many = [...kinds.values()].filter(({ length }) => length > MOST_SINGLE);
  const remainingNews = new Set(many.flat());
  return [...news.filter((each) => !remainingNews.has(each)), ...many.map(mergeNews)];
}

function mergeNews(news: readonly AuditNews[]): AuditNews {
  const { by, via, action, outcome, event } = news[0] as AuditNews;
  const rows = news.map(({ subject }) => subject ?? "");
  const marks = news.flatMap((each) => each.event ?? []);
  return { by, via, action, outcome, count: news.length, event, after: { rows }, marks };
}
