import type { ListedDecision } from "../../../adapters/tables/decisions";
import { grouped } from "../../../engine/grouped";
import { type CountedService, type Counts, countedAt, decisionCounts, figuresIn, summed } from "../../../engine/sign-up/counts";
import { eachOutcome, type OutcomeCounts, outcomesIn, outcomeTotals } from "../../../engine/sign-up/outcome";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Step } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { medianOf, TYPICAL_WEEKS } from "../../../engine/sign-up/unusual";
import type { Visit } from "../../app/visit";

/** What is read of decisions themselves, where nothing is counted yet: a page must not read for minutes. */
const MAX_RECORDS = 300;

/** The stretches of time that the chart can show: how many bars, of how many hours each. */
export const ranges = {
  day: { bars: 24, hours: 1 },
  week: { bars: 28, hours: 6 },
  month: { bars: 30, hours: 24 },
} as const;
export type Range = keyof typeof ranges;

/** What one bar of the chart stands for. */
export interface TrafficSpan {
  readonly from: Date;
  readonly to: Date;
  readonly outcomes: OutcomeCounts;
  readonly counts: Counts;
  /** At the same hours of the past four weeks, the median; undefined where nothing was counted then. */
  readonly typical?: OutcomeCounts | undefined;
}

export interface Traffic {
  /** The oldest first. */
  readonly spans: readonly TrafficSpan[];
  /** The hours of the last day, by gate: the newest last. */
  readonly hours: readonly GateHour[];
  /** Since when is counted; undefined where counting has not begun: then some of the newest decisions were counted just now. */
  readonly since: string | undefined;
  /** Whether there are more decisions than were counted just now. */
  readonly partial: boolean;
}

export interface GateHour {
  /** `2026-11-21T14`, in UTC. */
  readonly hour: string;
  readonly gate: string;
  readonly counts: Counts;
}

/** What the chart shows: of every gate, from counts alone. */
export async function readTraffic(visit: Visit, range: Range): Promise<Traffic> {
  const { now, world } = visit;
  const { bars, hours } = ranges[range];
  // Bars of several hours end with the current one too.
  const end = Math.floor(now.getTime() / MS_PER_HOUR + 1) * MS_PER_HOUR;
  const starts = Array.from({ length: bars }, (_, index) => end - (bars - index) * hours * MS_PER_HOUR);
  const since = await world.counts.since();
  const read =
    since === undefined ? await countedNow(visit, new Date(starts[0] ?? 0)) : await countedAtHours(visit, hoursOf(starts, hours));
  const byHour = grouped(read.hours, ({ hour }) => hour);
  const of = (start: number) => hoursFrom(start, hours).flatMap((hour) => byHour.get(hour) ?? []);
  const spans = starts.map((start): TrafficSpan => {
    const counted = of(start);
    const before = Array.from({ length: TYPICAL_WEEKS }, (_, week) => start - (week + 1) * 7 * MS_PER_DAY);
    // A week from before counting began says nothing.
    const weeks = since === undefined ? [] : before.filter((each) => each >= Date.parse(since)).map((each) => outcomesAt(visit, of(each)));
    return {
      from: new Date(start),
      to: new Date(start + hours * MS_PER_HOUR),
      outcomes: outcomesAt(visit, counted),
      counts: summed(counted.map(({ counts }) => counts)),
      typical: weeks.length === 0 ? undefined : eachOutcome((kind) => medianOf(weeks.map((each) => each[kind]))),
    };
  });
  const yesterday = hourOf(end - MS_PER_DAY);
  return { spans, hours: read.hours.filter(({ hour }) => hour >= yesterday), since, partial: read.partial };
}

/** The bars' own hours, the last day's, and the same of the weeks before. */
function hoursOf(starts: readonly number[], hours: number): readonly string[] {
  const weeks = Array.from({ length: TYPICAL_WEEKS + 1 }, (_, week) => week * 7 * MS_PER_DAY);
  return [...new Set(weeks.flatMap((back) => starts.flatMap((start) => hoursFrom(start - back, hours))))].sort();
}

function hoursFrom(start: number, hours: number): readonly string[] {
  return Array.from({ length: hours }, (_, index) => hourOf(start + index * MS_PER_HOUR));
}

function hourOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 13);
}

interface ReadHours {
  readonly hours: readonly GateHour[];
  readonly partial: boolean;
}

async function countedAtHours({ world }: Visit, hours: readonly string[]): Promise<ReadHours> {
  const places = hours.flatMap((hour) => world.gates.map((gate) => ({ hour, gate })));
  return { hours: await world.counts.at(places), partial: false };
}

/** Right after an update nothing is counted yet. */
async function countedNow(visit: Visit, from: Date): Promise<ReadHours> {
  const records = await newestDecisions(visit, from);
  const failed = await visit.world.decisions.whole(records.filter(({ upstreamFailed }) => upstreamFailed));
  const whole = new Map(failed.map((record) => [record.id, record]));
  const all = records.map((record) => whole.get(record.id) ?? (record as unknown as DecisionRecord));
  const hours = [...grouped(all, (record) => JSON.stringify(countedAt(record)))].map(([place, some]) => ({
    ...(JSON.parse(place) as Pick<GateHour, "hour" | "gate">),
    counts: decisionCounts(some),
  }));
  return { hours, partial: records.length >= MAX_RECORDS };
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

/** The step after which somebody is let in. */
export function lastStepAt({ world }: Visit, gate: string): Step {
  const isLast = world.gates.includes(gate) && world.policiesAt(gate).every(({ step }) => step !== "before-create-user");
  return isLast ? "after-sign-in" : "before-create-user";
}

function outcomesAt(visit: Visit, hours: readonly GateHour[]): OutcomeCounts {
  return outcomeTotals(hours.map(({ gate, counts }) => outcomesIn(figuresIn(counts, lastStepAt(visit, gate)))));
}

/** A system outside that fails and has not answered since. */
export interface Outage {
  readonly service: string;
  /** Of the most failures. */
  readonly kind: string;
  /** ISO 8601; to the hour where the moment was not counted. */
  readonly since: string;
  readonly last: string;
  /** Sign-ups that it failed. */
  readonly count: number;
  /** Of each hour of the last day. */
  readonly trend: readonly number[];
  readonly gates: readonly string[];
}

/** Failures without a password's word in them may be a line's hiccup: so many are none. */
const SEVERAL = 3;
const wrongAtOnce: readonly string[] = ["unauthorised", "secret"];
/** Of calls in an hour that is part of an outage. */
const MOST_FAIL = 0.5;

/** What fails now, the most failures first. @param hours of the last day, the oldest first */
export function outagesIn(hours: readonly GateHour[]): readonly Outage[] {
  const byHour = [...grouped(hours, ({ hour }) => hour)].sort(([one], [other]) => (one < other ? -1 : 1));
  const seen = byHour.map(([hour, some]) => ({ hour, some, services: figuresIn(summed(some.map(({ counts }) => counts))).services }));
  const names = new Set(seen.flatMap(({ services }) => services.flatMap(({ service }) => service ?? [])));
  return [...names].flatMap((name) => outageOf(name, seen) ?? []).sort((a, b) => b.count - a.count);
}

interface SeenHour {
  readonly hour: string;
  readonly some: readonly GateHour[];
  readonly services: readonly CountedService[];
}

function outageOf(name: string, seen: readonly SeenHour[]): Outage | undefined {
  const hours = seen.flatMap(({ hour, some, services }) => {
    const figures = services.find(({ service }) => service === name);
    return figures === undefined ? [] : [{ hour, some, figures, failed: failuresOf(figures) }];
  });
  let first = hours.length;
  // Back from the newest hour, as long as most of an hour's calls failed.
  while (first > 0 && isFailing(hours[first - 1]?.figures)) first -= 1;
  // It may have begun in the hour before, which was mostly well.
  const before = hours[first - 1]?.figures;
  const began = first < hours.length && before !== undefined && endedFailing(before) ? first - 1 : first;
  const failing = hours.slice(began).filter(({ failed }) => failed > 0);
  const [earliest, newest] = [failing[0], failing.at(-1)];
  if (earliest === undefined || newest === undefined || first === hours.length) return undefined;
  const kinds = summed(failing.map(({ figures }) => figures.failures));
  const kind = Object.entries(kinds).sort(([, a], [, b]) => b - a)[0]?.[0] ?? "failed";
  const count = failing.reduce((sum, { failed }) => sum + failed, 0);
  if (count < SEVERAL && !wrongAtOnce.includes(kind)) return undefined;
  const hits = failing.flatMap(({ some }) =>
    some.filter(({ counts }) => figuresIn(counts).services.some((each) => each.service === name && failuresOf(each) > 0)),
  );
  return {
    service: name,
    kind,
    count,
    since: sinceOf(earliest.figures, began < first) ?? `${earliest.hour}:00:00.000Z`,
    last: newest.figures.lastFailure ?? `${newest.hour}:00:00.000Z`,
    trend: seen.map(({ services }) => failuresOf(services.find(({ service }) => service === name))),
    gates: [...new Set(hits.map(({ gate }) => gate))],
  };
}

/** In an hour that was mostly well, what failed before the last answer was no outage. */
function sinceOf({ firstFailure, lastAnswer }: CountedService, wasWell: boolean): string | undefined {
  return wasWell && firstFailure !== undefined && lastAnswer !== undefined && lastAnswer > firstFailure ? lastAnswer : firstFailure;
}

export function failuresOf(service: CountedService | undefined): number {
  return Object.values(service?.failures ?? {}).reduce((sum, count) => sum + count, 0);
}

function isFailing(figures: CountedService | undefined): boolean {
  if (figures === undefined) return false;
  const { asked, lastFailure, lastAnswer } = figures;
  const isBack = lastFailure !== undefined && lastAnswer !== undefined && lastAnswer > lastFailure;
  return !isBack && failuresOf(figures) >= asked * MOST_FAIL;
}

function endedFailing({ lastFailure, lastAnswer }: CountedService): boolean {
  return lastFailure !== undefined && (lastAnswer === undefined || lastFailure > lastAnswer);
}

/** A stretch with far more of something than is typical for it. */
export interface Spike {
  readonly span: TrafficSpan;
  readonly refused: number;
  readonly typical: number;
}

/** So many times the typical, and so many more. */
const SPIKE_TIMES = 3;
const SPIKE_MORE = 20;

/** The largest stretch of refusals that stands out; undefined where none does. */
export function spikeIn(spans: readonly TrafficSpan[]): Spike | undefined {
  const found = spans.flatMap((span) => {
    const [refused, typical] = [span.outcomes.block, span.typical?.block];
    return typical !== undefined && refused >= typical * SPIKE_TIMES && refused - typical >= SPIKE_MORE ? [{ span, refused, typical }] : [];
  });
  return found.sort((a, b) => b.refused - b.typical - (a.refused - a.typical))[0];
}
