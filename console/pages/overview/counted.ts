import type { ListedDecision } from "../../../adapters/tables/decisions";
import { grouped } from "../../../engine/grouped";
import { type Counts, countedAt, decisionCounts } from "../../../engine/sign-up/counts";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { dayOf } from "../../parts/moment";

/** The days that the overview shows, today among them. */
export const DAYS = 14;
const MS_PER_HOUR = 3_600_000;
/** What is read of decisions themselves: a page must not read for minutes. */
const MAX_RECORDS = 300;

/** What was counted in one hour at one gate. */
export interface CountedHour {
  /** `2026-11-21T14`, in UTC. */
  readonly hour: string;
  readonly counts: Counts;
}

export interface Counted {
  readonly hours: readonly CountedHour[];
  /** Since when is counted; undefined where counting has not begun: then some of the newest decisions were counted just now. */
  readonly since: string | undefined;
  /** Whether there are more decisions than were counted just now. */
  readonly partial: boolean;
}

/** The numbers of all days that the overview shows, at every gate. */
export async function countedHours(visit: Visit): Promise<Counted> {
  const { world, now } = visit;
  const from = Date.parse(`${dayOf(new Date(now.getTime() - (DAYS - 1) * MS_PER_DAY))}T00:00:00Z`);
  const since = await world.counts.since();
  if (since === undefined) return await countedNow(visit, new Date(from));
  const places = [];
  for (let at = from; at <= now.getTime(); at += MS_PER_HOUR) {
    const hour = new Date(at).toISOString().slice(0, 13);
    places.push(...world.gates.map((gate) => ({ hour, gate })));
  }
  return { hours: await world.counts.at(places), since, partial: false };
}

/** Right after an update nothing is counted yet. */
async function countedNow(visit: Visit, from: Date): Promise<Counted> {
  const records = await newestDecisions(visit, from);
  const failed = await visit.world.decisions.whole(records.filter(({ upstreamFailed }) => upstreamFailed));
  const whole = new Map(failed.map((record) => [record.id, record]));
  const all = records.map((record) => whole.get(record.id) ?? (record as unknown as DecisionRecord));
  const hours = [...grouped(all, (record) => countedAt(record).hour)].map(([hour, some]) => ({ hour, counts: decisionCounts(some) }));
  return { hours, since: undefined, partial: records.length >= MAX_RECORDS };
}

/** The newest decisions since a moment, so many at most. */
export async function newestDecisions({ world, now }: Visit, from: Date): Promise<readonly ListedDecision[]> {
  const records: ListedDecision[] = [];
  for await (const page of world.decisions.between(from, now, MAX_RECORDS)) {
    records.push(...page);
    if (records.length >= MAX_RECORDS) break;
  }
  return records;
}
