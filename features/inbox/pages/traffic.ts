import type { Visit } from "../../../console/app/visit";
import { momentIn } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { grouped } from "../../../engine/grouped";
import { eachOutcome, type OutcomeCounts, outcomeTotals } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { type CountedService, outcomesIn, summed } from "../../counts/counts";
import { countedName, failuresOf } from "../../counts/pages/count-tables";
import { figuresOf, type GateHour, hourOf, lastHours, lastStepAt, readHours, type TimeStretch } from "../../counts/pages/counted-hours";
import { isUnusual, medianOf, TYPICAL_WEEKS } from "../../counts/unusual";
import { inboxTexts } from "./inbox-texts";

const WEEK_MS = 7 * MS_PER_DAY;

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
  readonly hours: readonly GateHour[];
}

/** Reads the last day of every gate from counts alone: its hours, oldest first, and its bursts, the most unusual of each kind first. */
export async function readTraffic(visit: Visit) {
  const since = Date.parse((await visit.world.counts.since()) ?? visit.now.toISOString());
  const startOf = (hour: string) => Date.parse(`${hour}:00:00Z`);
  // A week from before counting began is left out.
  const before = (hour: string) =>
    Array.from({ length: TYPICAL_WEEKS }, (_, week) => startOf(hour) - (week + 1) * WEEK_MS)
      .filter((start) => start >= since)
      .map((start) => hourOf(new Date(start)));
  const hours = lastHours(visit);
  const byHour = grouped(await readHours(visit, [...hours, ...hours.flatMap(before)]), ({ hour }) => hour);
  const outcomesOf = (hour: string) => outcomesAt(visit, byHour.get(hour) ?? []);
  const spans = hours.map((hour): TrafficSpan => {
    const weeks = before(hour).map(outcomesOf);
    return {
      from: new Date(startOf(hour)),
      to: new Date(startOf(hour) + MS_PER_HOUR - 1),
      outcomes: outcomesOf(hour),
      typical: weeks.length === 0 ? undefined : eachOutcome((kind) => medianOf(weeks.map((each) => each[kind]))),
      hours: byHour.get(hour) ?? [],
    };
  });
  const bursts = (["continue", "block"] as const).flatMap((kind) => burstsIn(spans, kind));
  return { spans, lastDay: spans.flatMap((span) => span.hours), bursts };
}

/** Those that stand out most first. */
function burstsIn(spans: readonly TrafficSpan[], kind: HourBurst["kind"]): readonly HourBurst[] {
  return spans
    .flatMap(({ from, to, outcomes: { [kind]: count }, typical: { [kind]: typical } = { [kind]: undefined }, hours }) =>
      typical !== undefined && isUnusual(count, typical) ? [{ kind, from, to, count, typical, hours }] : [],
    )
    .sort((one, other) => excessOf(other) - excessOf(one));
}

export function excessOf({ count, typical }: Pick<HourBurst, "count" | "typical">): number {
  return count - typical;
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
  /** The most frequent kind of failure. */
  readonly kind: string;
  /** ISO 8601; only the hour if the exact time was not counted. */
  readonly since: string;
  readonly last: string;
  /** Sign-ups that it failed. */
  readonly count: number;
  readonly gates: readonly string[];
}

/** Fewer failures may be a short interruption, unless their kind is in `wrongAtOnce`. */
const SEVERAL = 3;
const wrongAtOnce: readonly string[] = ["unauthorised", "secret"];
/** Share of failed calls in an hour of an outage. */
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

/** All gates together, the oldest hour first. */
function seenIn(hours: readonly GateHour[]) {
  const byHour = [...grouped(hours, ({ hour }) => hour)].sort(([one], [other]) => (one < other ? -1 : 1));
  return byHour.map(([hour, some]) => ({ hour, some, services: figuresOf(some).services }));
}

function servicesIn(seen: readonly SeenHour[]): readonly string[] {
  return [...new Set(seen.flatMap(({ services }) => services.flatMap(({ service }) => service ?? [])))];
}

/** Those in which a system was asked. */
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
