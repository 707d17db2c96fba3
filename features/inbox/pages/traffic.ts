import type { Visit } from "../../../console/app/visit";
import { clockTime, dayOf, momentIn, startOfDay } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { grouped } from "../../../engine/grouped";
import { eachOutcome, type OutcomeCounts, outcomeTotals } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { type CountedService, outcomesIn, summed } from "../../counts/counts";
import { countedName, failuresOf } from "../../counts/pages/count-tables";
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
  /** The median of the same hours of the past four weeks; undefined if nothing was counted then. */
  readonly typical: OutcomeCounts | undefined;
  readonly hours: readonly GateHour[];
}

export type Traffic = Awaited<ReturnType<typeof readTraffic>>;

/** An hour in which far more were let in, or refused, than is typical. */
export interface HourBurst extends TimeStretch {
  readonly kind: "continue" | "block";
  readonly count: number;
  readonly typical: number;
  /** Of each hour of the last day. */
  readonly trend: readonly number[];
  readonly hours: readonly GateHour[];
}

/**
 * Reads the chart's data of every gate from counts alone: its spans, oldest first; the hours of the last day by gate, newest last; and
 * that day's bursts, the most unusual of each kind first.
 */
export async function readTraffic(visit: Visit, range: Range) {
  const stretches = { [range]: stretchesOf(visit, range), day: stretchesOf(visit, "day") };
  const since = Date.parse((await visit.world.counts.since()) ?? visit.now.toISOString());
  // A week from before counting began is left out.
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
  return { spans, lastDay: of(lastDay), bursts: (["continue", "block"] as const).flatMap((kind) => burstsIn(ofDay, kind)) };
}

function burstsIn(spans: readonly TrafficSpan[], kind: HourBurst["kind"]): readonly HourBurst[] {
  const trend = spans.map(({ outcomes }) => outcomes[kind]);
  return spans
    .flatMap(({ from, to, outcomes: { [kind]: count }, typical: { [kind]: typical } = { [kind]: undefined }, hours }) =>
      typical !== undefined && isUnusual(count, typical) ? [{ kind, from, to, count, typical, trend, hours }] : [],
    )
    .sort((one, other) => excessOf(other) - excessOf(one));
}

export function excessOf({ count, typical }: Pick<HourBurst, "count" | "typical">): number {
  return count - typical;
}

/** The bars' stretches, the oldest first, of 24 hours or of whole days: the last ends with the current hour. */
function stretchesOf(visit: Visit, range: Range): readonly TimeStretch[] {
  const { days, hours } = ranges[range];
  const end = floorHour(visit.now).getTime() + MS_PER_HOUR;
  const starts = (range === "day" ? [end - MS_PER_DAY] : dayStarts(visit, days))
    .flatMap((day) => Array.from({ length: 24 / hours }, (_, index) => day + index * hours * MS_PER_HOUR))
    .filter((start) => start < end);
  return starts.map((start, index) => ({ from: new Date(start), to: new Date((starts[index + 1] ?? end) - 1) }));
}

/** The first hours of this many days by the visitor's clock, today last. An hour across midnight counts only for the earlier day. */
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

/** The hours in the address, in UTC: `?from=2026-11-21T14&to=2026-11-21T15`. */
export function hoursAsked(visit: Visit): TimeStretch | undefined {
  const [from, to] = [visit.query("from"), visit.query("to")].map((hour) => momentIn(`${hour}:00Z`));
  return from !== undefined && to !== undefined && from < to ? { from, to: new Date(to.getTime() - 1) } : undefined;
}

/** The same for an address. */
export function hoursQuery({ from, to }: TimeStretch): { readonly from: string; readonly to: string } {
  return { from: hourOf(from), to: hourOf(new Date(to.getTime() + 1)) };
}

export function overlap(one: TimeStretch, other: TimeStretch): boolean {
  return one.from <= other.to && one.to >= other.from;
}

/** A system outside that fails and has not answered since. */
export interface Outage {
  readonly service: string;
  readonly kind: string;
  /** ISO 8601; only the hour if the exact time was not counted. */
  readonly since: string;
  readonly last: string;
  readonly count: number;
  readonly gates: readonly string[];
}

/** Fewer failures may be a short interruption, unless their kind is in `wrongAtOnce`. */
const SEVERAL = 3;
const wrongAtOnce: readonly string[] = ["unauthorised", "secret"];
const MOST_FAIL = 0.5;

/** Systems that fail now, the most failures first. @param hours of the last day, the oldest first */
export function outagesIn(hours: readonly GateHour[]): readonly Outage[] {
  const seen = seenIn(hours);
  return servicesIn(seen)
    .flatMap((name) => outageOf(name, seen) ?? [])
    .sort((a, b) => b.count - a.count);
}

/** A system that failed in these hours and answers again: its last outage. */
export type EndedOutage = Pick<Outage, "service" | "since" | "last" | "count">;

/** @param hours the oldest first @param outages those that go on */
export function endedOutages(hours: readonly GateHour[], outages: readonly Outage[]): readonly EndedOutage[] {
  const seen = seenIn(hours);
  const failing = new Set(outages.map(({ service }) => service));
  return servicesIn(seen).flatMap((service) => {
    const own = hoursOf(service, seen);
    const worst = own.findLastIndex(({ figures, failed }) => failed > 0 && failed >= figures.asked * MOST_FAIL);
    if (worst < 0 || failing.has(service)) return [];
    // The hours in which it began and ended are failing in part.
    let [first, end] = [worst, worst];
    while ((own[first - 1]?.failed ?? 0) > 0) first -= 1;
    while ((own[end + 1]?.failed ?? 0) > 0) end += 1;
    const run = own.slice(first, end + 1);
    const count = run.reduce((sum, { failed }) => sum + failed, 0);
    const [from, to] = [run[0], run.at(-1)];
    if (count < SEVERAL || from === undefined || to === undefined) return [];
    const since = from.figures.firstFailure ?? `${from.hour}:00:00.000Z`;
    return [{ service, since, last: to.figures.lastFailure ?? `${to.hour}:59:59.999Z`, count }];
  });
}

type SeenHour = ReturnType<typeof seenIn>[number];

function seenIn(hours: readonly GateHour[]) {
  const byHour = [...grouped(hours, ({ hour }) => hour)].sort(([one], [other]) => (one < other ? -1 : 1));
  return byHour.map(([hour, some]) => ({ hour, some, services: figuresOf(some).services }));
}

function servicesIn(seen: readonly SeenHour[]): readonly string[] {
  return [...new Set(seen.flatMap(({ services }) => services.flatMap(({ service }) => service ?? [])))];
}

function hoursOf(name: string, seen: readonly SeenHour[]) {
  return seen.flatMap(({ hour, some, services }) => {
    const figures = services.find(({ service }) => service === name);
    return figures === undefined ? [] : [{ hour, some, figures, failed: failuresOf(figures) }];
  });
}

function outageOf(name: string, seen: readonly SeenHour[]): Outage | undefined {
  const hours = hoursOf(name, seen);
  let first = hours.length;
  // Back from the newest hour, while most of an hour's calls failed.
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
    some.filter((hour) => figuresOf([hour]).services.some((each) => each.service === name && failuresOf(each) > 0)),
  );
  return {
    service: name,
    kind,
    count,
    since: sinceOf(earliest.figures, began < first) ?? `${earliest.hour}:00:00.000Z`,
    last: newest.figures.lastFailure ?? `${newest.hour}:00:00.000Z`,
    gates: [...new Set(hits.map(({ gate }) => gate))],
  };
}

/** In a mostly good hour, failures before the last answer were no outage. */
function sinceOf({ firstFailure, lastAnswer }: CountedService, wasWell: boolean): string | undefined {
  return wasWell && firstFailure !== undefined && lastAnswer !== undefined && lastAnswer > firstFailure ? lastAnswer : firstFailure;
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

/** Decisions looked through for a call, so many pages of so many. */
const CHECKED = { pages: 3, rows: 100 };

export type NewestCall = Awaited<ReturnType<typeof newestCall>>;

/** The newest sign-up's call of a system since it was counted last: counts are up to five minutes late. */
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

/** Empty if every gate is affected, or there is only one. */
export function gatesText(visit: Visit, gates: readonly string[]): string {
  return gates.length === visit.world.gates.length ? "" : inboxTexts.gate(gates.map(visible).join(", "));
}
