import type { Visit } from "../../../console/app/visit";
import { formatUtcDay, momentIn } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { groupBy } from "../../../engine/collections";
import { eachOutcome, type OutcomeCounts, outcomeTotals } from "../../../engine/sign-up/recording";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { readClock, startOfDay } from "../../../engine/zone-time";
import { type CountedService, outcomesIn, sumCounts } from "../../counts/counts";
import { countedName, countFailures } from "../../counts/pages/count-tables";
import {
  floorHour,
  formatHour,
  type GateHour,
  hoursIn,
  lastHours,
  lastStepAt,
  readCountReach,
  readHours,
  sumFigures,
  type TimeStretch,
} from "../../counts/pages/counted-hours";
import { computeMedian, isUnusual, TYPICAL_WEEKS } from "../../counts/unusual";
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

export interface Outage {
  readonly service: string;
  readonly kind: string;
  /** ISO 8601, like `last`. */
  readonly since: string;
  readonly last: string;
  readonly count: number;
  readonly gates: readonly string[];
}

/**
 * Fewer failures than this may be a short interruption. They count as an outage only if the system still fails and its most frequent
 * failure is in `wrongAtOnce`.
 */
const SEVERAL = 3;
const wrongAtOnce: readonly string[] = ["unauthorised", "secret"];
const MOST_FAIL = 0.5;

/** Finds the last outage of each system. In both lists, the outage with the most failures comes first. */
export function outagesIn(hours: readonly GateHour[]): { readonly open: readonly Outage[]; readonly over: readonly Outage[] } {
  const byHour = [...groupBy(hours, ({ hour }) => hour)].sort(([one], [other]) => (one < other ? -1 : 1));
  const seenServices = byHour.flatMap(([hour, some]) => sumFigures(some).services.map((figures) => ({ hour, some, figures })));
  // Only a limited number of systems is counted by name. Counts of the other systems have no name and are omitted.
  const namedServices = [...groupBy(seenServices, ({ figures }) => figures.service ?? "")].filter(([service]) => service !== "");
  const outages = namedServices.flatMap(([service, own]) => findOutage(service, own) ?? []).sort((a, b) => b.count - a.count);
  return { open: outages.filter(({ isOver }) => !isOver), over: outages.filter(({ isOver }) => isOver) };
}

interface ServiceHour {
  readonly hour: string;
  readonly some: readonly GateHour[];
  readonly figures: CountedService;
}

function findOutage(service: string, hours: readonly ServiceHour[]) {
  const worst = hours.findLastIndex(({ figures }) => mostFail(figures));
  if (worst < 0) return undefined;
  let [first, end] = [worst, worst];
  while (isFailing(hours[first - 1]?.figures)) first -= 1;
  while (countFailures(hours[end + 1]?.figures) > 0) end += 1;
  // If the last call of the previous hour failed, the outage began in that hour, although most of that hour's calls were answered.
  const before = hours[first - 1];
  const wasWell = before !== undefined && !isBack(before.figures);
  const run = hours.slice(wasWell ? first - 1 : first, end + 1);
  const [earliest, newest] = [run[0], run.at(-1)];
  if (earliest === undefined || newest === undefined) return undefined;
  const isOver = end < hours.length - 1 || !isFailing(newest.figures);
  const kinds = sumCounts(run.map(({ figures }) => figures.failures));
  const kind = Object.entries(kinds).sort(([, a], [, b]) => b - a)[0]?.[0] ?? "failed";
  const count = run.reduce((sum, { figures }) => sum + countFailures(figures), 0);
  if (count < SEVERAL && (isOver || !wrongAtOnce.includes(kind))) return undefined;
  const { firstFailure = "", lastAnswer = "" } = earliest.figures;
  const failedHours = run
    .flatMap(({ some }) => some)
    .filter((hour) => sumFigures([hour]).services.some((each) => each.service === service && countFailures(each) > 0));
  return {
    ...{ service, kind, count, isOver, last: newest.figures.lastFailure ?? "" },
    // If most calls of the first hour were answered, the outage begins at that hour's last answer: earlier failures were no outage.
    since: wasWell && lastAnswer > firstFailure ? lastAnswer : firstFailure,
    gates: [...new Set(failedHours.map(({ gate }) => gate))],
  };
}

function mostFail(figures: CountedService): boolean {
  return countFailures(figures) > 0 && countFailures(figures) >= figures.asked * MOST_FAIL;
}

function isBack({ lastFailure = "", lastAnswer = "" }: CountedService): boolean {
  return lastAnswer > lastFailure;
}

function isFailing(figures: CountedService | undefined): boolean {
  return figures !== undefined && mostFail(figures) && !isBack(figures);
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
