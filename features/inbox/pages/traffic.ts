import type { Visit } from "../../../console/app/visit";
import { formatUtcDay, momentIn } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { groupBy } from "../../../engine/collections";
import { eachOutcome, type OutcomeCounts, outcomeTotals } from "../../../engine/sign-up/recording";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { readClock, startOfDay } from "../../../engine/zone-time";
import { type GateHour, outcomesIn, sumFigures } from "../../counts/counts";
import { countedName } from "../../counts/pages/count-tables";
import {
  floorHour,
  formatHour,
  hoursIn,
  lastHours,
  lastStepAt,
  readCountReach,
  readHours,
  type TimeStretch,
} from "../../counts/pages/counted-hours";
import { computeMedian, isUnusual, TYPICAL_WEEKS } from "../../counts/unusual";
import type { Outage } from "../outages";
import { inboxTexts } from "./inbox-texts";

const WEEK_MS = 7 * MS_PER_DAY;

export const ranges = {
  day: { days: 1, hours: 1, unit: "hour" },
  week: { days: 7, hours: 6, unit: "part" },
  month: { days: 30, hours: 24, unit: "day" },
} as const;
export type Range = keyof typeof ranges;

export interface TrafficSpan extends TimeStretch {
  readonly outcomes: OutcomeCounts;
  /** The medians of the same hours in the past four weeks. Undefined if counting began less than a week before the span. */
  readonly typical: OutcomeCounts | undefined;
  readonly hours: readonly GateHour[];
}

export type Traffic = Awaited<ReturnType<typeof readTraffic>>;

/** An hour in which far more people were let in, or refused, than is typical. */
export interface HourBurst extends TimeStretch {
  readonly kind: "continue" | "block";
  readonly count: number;
  readonly typical: number;
  /** The count of this kind in each hour of the last day, oldest first. */
  readonly trend: readonly number[];
  readonly hours: readonly GateHour[];
}

/**
 * `spans`: the chart's bars, oldest first. `lastDay`: hours of each gate, newest last. `bursts`: those of people let in, then those of
 * refusals; of each kind, the most unusual first.
 */
export async function readTraffic(visit: Visit, range: Range) {
  const stretches = { [range]: listStretches(visit, range), day: listStretches(visit, "day") };
  const allStretches = Object.values(stretches).flat();
  const lastDay = lastHours(visit);
  const nearHours = new Set([...allStretches.flatMap(hoursIn), ...lastDay]);
  const [began, near, reach] = await Promise.all([visit.world.counts.since(), readHours(visit, [...nearHours]), readCountReach(visit)]);
  const since = Date.parse(began ?? visit.now.toISOString());
  // Returns the same stretch in each of the earlier weeks. Omits weeks before counting began.
  const before = ({ from, to }: TimeStretch) =>
    Array.from({ length: TYPICAL_WEEKS }, (_, week) => (week + 1) * WEEK_MS)
      .filter((ago) => from.getTime() - ago >= since)
      .map((ago): TimeStretch => ({ from: new Date(from.getTime() - ago), to: new Date(to.getTime() - ago) }));
  const earlierHours = new Set(allStretches.flatMap(before).flatMap(hoursIn));
  const earlier = await readHours(
    visit,
    [...earlierHours].filter((hour) => !nearHours.has(hour)),
  );
  const byHour = groupBy([...earlier, ...near], ({ hour }) => hour);
  const of = (some: readonly string[]) => some.flatMap((hour) => byHour.get(hour) ?? []);
  const buildSpan = (stretch: TimeStretch): TrafficSpan => {
    const ownHours = of(hoursIn(stretch));
    const weeks = before(stretch).map((each) => outcomesAt(visit, of(hoursIn(each))));
    return {
      ...stretch,
      outcomes: outcomesAt(visit, ownHours),
      typical: weeks.length === 0 ? undefined : eachOutcome((kind) => computeMedian(weeks.map((each) => each[kind]))),
      hours: ownHours,
    };
  };
  const spans = (stretches[range] ?? []).map(buildSpan);
  const ofDay = range === "day" ? spans : stretches.day.map(buildSpan);
  return {
    spans,
    reach,
    began: new Date(since),
    lastDay: of(lastDay),
    bursts: (["continue", "block"] as const).flatMap((kind) => burstsIn(ofDay, kind)),
  };
}

function burstsIn(spans: readonly TrafficSpan[], kind: HourBurst["kind"]): readonly HourBurst[] {
  const trend = spans.map(({ outcomes }) => outcomes[kind]);
  return spans
    .flatMap(({ from, to, outcomes: { [kind]: count }, typical: { [kind]: typical } = { [kind]: undefined }, hours }) =>
      typical !== undefined && isUnusual(count, typical) ? [{ kind, from, to, count, typical, trend, hours }] : [],
    )
    .sort((one, other) => computeExcess(other) - computeExcess(one));
}

export function computeExcess({ count, typical }: Pick<HourBurst, "count" | "typical">): number {
  return count - typical;
}

/** The range `day` has the last 24 hours; other ranges have whole days. The last bar ends with the current hour. */
function listStretches(visit: Visit, range: Range): readonly TimeStretch[] {
  const { days, hours } = ranges[range];
  const end = floorHour(visit.now).getTime() + MS_PER_HOUR;
  const starts = (range === "day" ? [end - MS_PER_DAY] : dayStarts(visit, days))
    .flatMap((day) => Array.from({ length: 24 / hours }, (_, index) => day + index * hours * MS_PER_HOUR))
    .filter((start) => start < end);
  return starts.map((start, index) => ({ from: new Date(start), to: new Date((starts[index + 1] ?? end) - 1) }));
}

/**
 * The starts of days by the visitor's clock, today last. Each is rounded up to a whole hour in UTC, so an hour across midnight belongs to
 * the earlier day.
 */
function dayStarts({ now, zone }: Visit, days: number): readonly number[] {
  const noon = Date.parse(`${readClock(now, zone).day}T12:00:00Z`);
  return Array.from({ length: days }, (_, index) => {
    const day = formatUtcDay(new Date(noon - (days - 1 - index) * MS_PER_DAY));
    return Math.ceil((startOfDay(day, zone)?.getTime() ?? noon) / MS_PER_HOUR) * MS_PER_HOUR;
  });
}

function outcomesAt(visit: Visit, hours: readonly GateHour[]): OutcomeCounts {
  return outcomeTotals(hours.map((hour) => outcomesIn(sumFigures([hour], lastStepAt(visit, hour.gate)))));
}

/** Reads the hours in the address, in UTC: `?from=2026-11-21T14&to=2026-11-21T15`. */
export function readAskedHours(visit: Visit): TimeStretch | undefined {
  const [from, to] = [visit.query("from"), visit.query("to")].map((hour) => momentIn(`${hour}:00Z`));
  return from !== undefined && to !== undefined && from < to ? { from, to: new Date(to.getTime() - 1) } : undefined;
}

/** Returns the parameters that `readAskedHours` reads. */
export function hoursQuery({ from, to }: TimeStretch): { readonly from: string; readonly to: string } {
  return { from: formatHour(from), to: formatHour(new Date(to.getTime() + 1)) };
}

export function overlap(one: TimeStretch, other: TimeStretch): boolean {
  return one.from <= other.to && one.to >= other.from;
}

const CHECKED = { pages: 3, rows: 100 };

export type NewestCall = Awaited<ReturnType<typeof newestCall>>;

/** Finds the newest call to the system since the outage's last failure. Reads decisions, because counts may be up to five minutes old. */
export async function newestCall({ world, now }: Visit, { service, last }: Outage) {
  let pages = 0;
  for await (const page of world.decisions.between(new Date(last), now, CHECKED.rows)) {
    for (const record of await world.decisions.whole(page)) {
      const isFailing = record.trace.some(({ upstreamFailure }) => upstreamFailure?.service === service);
      if (isFailing || record.calls?.some((call) => call.service === service)) return { at: record.at, isFailing };
    }
    pages += 1;
    if (pages === CHECKED.pages) break;
  }
  return undefined;
}

export function outageTitle({ service, kind }: Pick<Outage, "service" | "kind">): string {
  const { kinds } = inboxTexts;
  return (kinds[kind as keyof typeof kinds] ?? kinds.failed)(countedName(service));
}

export function gatesText(visit: Visit, gates: readonly string[]): string {
  return gates.length === visit.world.gates.length ? "" : inboxTexts.gate(gates.map(visible).join(", "));
}
