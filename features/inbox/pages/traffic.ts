import type { Visit } from "../../../console/app/visit";
import { clockTime, dayOf, startOfDay } from "../../../console/parts/time";
import { grouped } from "../../../engine/grouped";
import { eachOutcome, type OutcomeCounts, outcomeTotals } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { outcomesIn } from "../../../features/counts/counts";
import {
  figuresOf,
  floorHour,
  type GateHour,
  hourOf,
  hoursIn,
  lastHours,
  lastStepAt,
  readHours,
  type TimeStretch,
} from "../../counts/pages/counted-hours";
import { isUnusual, medianOf, TYPICAL_WEEKS } from "../../counts/unusual";

const WEEK_MS = 7 * MS_PER_DAY;

/** The stretches of time that the chart can show: how many bars, of how many hours each. */
export const ranges = {
  day: { bars: 24, hours: 1, unit: "hour" },
  week: { bars: 28, hours: 6, unit: "part" },
  month: { bars: 30, hours: 24, unit: "day" },
} as const;
export type Range = keyof typeof ranges;

/** What one bar of the chart stands for. */
export interface TrafficSpan extends TimeStretch {
  readonly outcomes: OutcomeCounts;
  /** At the same hours of the past four weeks, the median; undefined where nothing was counted then. */
  readonly typical: OutcomeCounts | undefined;
  readonly hours: readonly GateHour[];
}

export interface Traffic {
  /** The oldest first. */
  readonly spans: readonly TrafficSpan[];
  /** The hours of the last day, by gate: the newest last. */
  readonly lastDay: readonly GateHour[];
  /** The hours of that day in which far more were let in, or refused, than is typical; of several, the one that stands out most. */
  readonly bursts: readonly HourBurst[];
}

export interface HourBurst extends TimeStretch {
  readonly kind: "continue" | "block";
  readonly count: number;
  readonly typical: number;
  /** Of each hour of the last day. */
  readonly trend: readonly number[];
  readonly hours: readonly GateHour[];
}

/** What the chart shows: of every gate, from counts alone. */
export async function readTraffic(visit: Visit, range: Range): Promise<Traffic> {
  const stretches = { [range]: stretchesOf(visit, range), day: stretchesOf(visit, "day") };
  const since = Date.parse((await visit.world.counts.since()) ?? visit.now.toISOString());
  // A week from before counting began says nothing.
  const before = ({ from, to }: TimeStretch) =>
    Array.from({ length: TYPICAL_WEEKS }, (_, week) => (week + 1) * WEEK_MS)
      .filter((ago) => from.getTime() - ago >= since)
      .map((ago): TimeStretch => ({ from: new Date(from.getTime() - ago), to: new Date(to.getTime() - ago) }));
  const asked = Object.values(stretches)
    .flat()
    .flatMap((stretch) => [stretch, ...before(stretch)])
    .flatMap(hoursIn);
  const lastDay = lastHours(visit);
  const byHour = grouped(await readHours(visit, [...new Set([...asked, ...lastDay])]), ({ hour }) => hour);
  const of = (some: readonly string[]) => some.flatMap((hour) => byHour.get(hour) ?? []);
  const spanOf = (stretch: TimeStretch): TrafficSpan => {
    const own = of(hoursIn(stretch));
    const weeks = before(stretch).map((each) => outcomesAt(visit, of(hoursIn(each))));
    return {
      ...stretch,
      outcomes: outcomesAt(visit, own),
      typical: weeks.length === 0 ? undefined : eachOutcome((kind) => medianOf(weeks.map((each) => each[kind]))),
      hours: own,
    };
  };
  const spans = (stretches[range] ?? []).map(spanOf);
  const ofDay = range === "day" ? spans : stretches.day.map(spanOf);
  return { spans, lastDay: of(lastDay), bursts: (["continue", "block"] as const).flatMap((kind) => burstsIn(ofDay, kind).slice(0, 1)) };
}

/** Those that stand out most first. */
function burstsIn(spans: readonly TrafficSpan[], kind: HourBurst["kind"]): readonly HourBurst[] {
  const trend = spans.map(({ outcomes }) => outcomes[kind]);
  return spans
    .flatMap(({ from, to, outcomes: { [kind]: count }, typical: { [kind]: typical } = { [kind]: undefined }, hours }) =>
      typical !== undefined && isUnusual(count, typical) ? [{ kind, from, to, count, typical, trend, hours }] : [],
    )
    .sort((one, other) => other.count - other.typical - (one.count - one.typical));
}

/** The bars' stretches, the oldest first: the last ends with the current hour. */
function stretchesOf(visit: Visit, range: Range): readonly TimeStretch[] {
  const { bars, unit, hours } = ranges[range];
  const end = floorHour(visit.now).getTime() + MS_PER_HOUR;
  const starts =
    unit === "day" ? dayStarts(visit, bars) : Array.from({ length: bars }, (_, index) => end - (bars - index) * hours * MS_PER_HOUR);
  return starts.map((start, index) => ({ from: new Date(start), to: new Date((starts[index + 1] ?? end) - 1) }));
}

/** Where so many days of the visitor's clock begin, today the last. An hour that midnight cuts counts to the day before: so it is counted once. */
function dayStarts({ now, zone }: Visit, days: number): readonly number[] {
  const noon = Date.parse(`${clockTime(now, zone).day}T12:00:00Z`);
  return Array.from({ length: days }, (_, index) => {
    const day = dayOf(new Date(noon - (days - 1 - index) * MS_PER_DAY));
    return Math.ceil((startOfDay(day, zone)?.getTime() ?? noon) / MS_PER_HOUR) * MS_PER_HOUR;
  });
}

function outcomesAt(visit: Visit, hours: readonly GateHour[]): OutcomeCounts {
  return outcomeTotals(hours.map((hour) => outcomesIn(figuresOf([hour], lastStepAt(visit, hour.gate)))));
}

/** Of the address, in hours of UTC: `?from=2026-11-21T14&to=2026-11-21T15`. */
export function hoursAsked(visit: Visit): TimeStretch | undefined {
  const [from, to] = [visit.query("from"), visit.query("to")].map((hour) => Date.parse(`${hour}:00:00.000Z`));
  return from !== undefined && to !== undefined && from < to ? { from: new Date(from), to: new Date(to - 1) } : undefined;
}

/** The same for an address. */
export function hoursQuery({ from, to }: TimeStretch): { readonly from: string; readonly to: string } {
  return { from: hourOf(from), to: hourOf(new Date(to.getTime() + 1)) };
}

export function overlap(one: TimeStretch, other: TimeStretch): boolean {
  return one.from <= other.to && one.to >= other.from;
}
