import type { Visit } from "../../../console/app/visit";
import { addressWith } from "../../../console/parts/chips";
import { isAtAskedGate, readGate } from "../../../console/parts/gates";
import { DOMAIN_DAYS } from "../../../console/parts/links";
import { formatUtcDay } from "../../../console/parts/time";
import { groupBy, omit } from "../../../engine/collections";
import { DRILL } from "../../../engine/sign-up/drill";
import { eachOutcome, type OutcomeCounts, outcomeSum, outcomeTotals } from "../../../engine/sign-up/recording";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { endOfDay, readClock } from "../../../engine/zone-time";
import { type CountedFigures, type GateHour, outcomesIn, sumFigures } from "../../counts/counts";
import type { DomainDay } from "../../counts/domain-counts";
import { refusalTable } from "../../counts/pages/count-tables";
import {
  clipToCounts,
  floorHour,
  hoursIn,
  hoursWithin,
  lastStepAt,
  readCountReach,
  readHours,
  type TimeStretch,
} from "../../counts/pages/counted-hours";
import { TimeChart } from "../../counts/pages/time-chart";
import { countedOfDomain, type DecisionSearch, minuteInAddress, timeAsks } from "./decision-search";
import { decisionsTexts as t } from "./decisions-texts";

/** A longer stretch is not counted, because a row would be read for each hour and gate. */
const MOST_DAYS = 31;
/** A stretch of more hours has a bar for each day instead of each hour. */
const MOST_HOURS = 50;
/** If a stretch has fewer hours, the chart shows the day around it. */
const FEWEST_HOURS = 3;

export type CountedDecisions = NonNullable<Awaited<ReturnType<typeof countedDecisions>>>;

function isCountable(search: DecisionSearch): boolean {
  const { email, issuer, outcome, step, having } = search;
  const { entry, domain, reason } = having;
  const isKnown = [email, issuer, entry, domain, step].every((each) => each === undefined);
  // The counts do not separate people who go on to the form from people who are let in.
  if (outcome === "went-on") return false;
  // The counts by reason do not separate refusals from requests to correct.
  return isKnown && !(reason !== undefined && (outcome === "invalid" || outcome === "block"));
}

function isCountedLong({ from, to }: TimeStretch): boolean {
  return to.getTime() - from.getTime() <= MOST_DAYS * MS_PER_DAY;
}

/** Undefined if the search cannot be counted. If the search has fewer than `FEWEST_HOURS` hours, its spans cover the day around it. */
export async function countedDecisions(visit: Visit, search: DecisionSearch) {
  if (!isCountable(search) || !isCountedLong(search)) return undefined;
  const shownStretch = around(search, visit.now);
  const unit = hoursIn(shownStretch).length <= MOST_HOURS ? "hour" : "day";
  const [since, read, reach] = await Promise.all([visit.world.counts.since(), askedHours(visit, shownStretch), readCountReach(visit)]);
  if (since === undefined) return undefined;
  const spans = splitStretch(visit, shownStretch, unit).map((span) => {
    const hours = hoursWithin(read, span);
    return { ...span, hours, outcomes: askedOutcomes(visit, search, hours), isAsked: span.to >= search.from && span.from <= search.to };
  });
  const hours = hoursWithin(read, { from: floorHour(search.from), to: search.to });
  const all = askedOutcomes(visit, search, hours);
  // No total if the search begins or ends within an hour, or begins before counting began. Counts of the hour in which counting began, and
  // of the hour that they reach, are whole.
  const begins = isSameMinute(search.from, new Date(since)) ? floorHour(search.from) : search.from;
  const ends = isSameMinute(search.to, reach.until) ? visit.now : search.to;
  const isCounted = isWhole({ from: begins, to: ends }, visit.now, MS_PER_HOUR) && floorMinute(new Date(since)) <= search.from;
  const total = isCounted
    ? outcomeSum(all) + (search.outcome === undefined && search.having.reason === undefined ? goingOn(visit, hours) : 0)
    : undefined;
  return { spans, unit, hours, all, total } as const;
}

function floorMinute(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / MS_PER_MINUTE) * MS_PER_MINUTE);
}

function isSameMinute(one: Date, other: Date): boolean {
  return floorMinute(one).getTime() === floorMinute(other).getTime();
}

async function askedHours(visit: Visit, stretch: TimeStretch): Promise<readonly GateHour[]> {
  return (await readHours(visit, hoursIn(stretch))).filter((hour) => isAtAskedGate(visit, hour));
}

function askedOutcomes(visit: Visit, search: DecisionSearch, hours: readonly GateHour[]): OutcomeCounts {
  const { outcome, having } = search;
  const counts = hours.map((hour) => {
    const { answers, refusals: all } = sumFigures([hour], lastStepAt(visit, hour.gate));
    const refusals = askedRefusals(search, all);
    const refusedCounts = { continue: 0, invalid: 0, block: refusalSum(refusals) };
    return outcomesIn({ answers: having.reason === undefined ? answers : refusedCounts, refusals });
  });
  const total = outcomeTotals(counts);
  return eachOutcome((kind) => (outcome === undefined || outcome === kind ? total[kind] : 0));
}

/** A search for all decisions also finds those that let people go on, so its total includes them. */
function goingOn(visit: Visit, hours: readonly GateHour[]): number {
  const letIn = hours.map((hour) => sumFigures([hour], lastStepAt(visit, hour.gate)).answers.continue);
  return sumFigures(hours).answers.continue - letIn.reduce((sum, count) => sum + count, 0);
}

/** Requests to correct are among the refusals, because the counts by reason do not separate the two. */
function askedRefusals({ having: { reason } }: DecisionSearch, refusals: CountedFigures["refusals"]): CountedFigures["refusals"] {
  return refusals.filter((each) => (reason ?? each.reason) === each.reason);
}

function refusalSum(refusals: CountedFigures["refusals"]): number {
  return refusals.reduce((sum, { count }) => sum + count, 0);
}

/**
 * If a stretch has fewer than `FEWEST_HOURS` hours, returns the day around it, to compare its bars with others. A longer stretch is only
 * extended to begin at a full hour.
 */
function around({ from, to }: TimeStretch, now: Date): TimeStretch {
  if (hoursIn({ from, to }).length >= FEWEST_HOURS) return { from: floorHour(from), to };
  const end = Math.min(now.getTime(), to.getTime() + MS_PER_DAY / 2);
  return { from: floorHour(new Date(end - 23 * MS_PER_HOUR)), to: new Date(end) };
}

function splitStretch({ zone }: Visit, { from, to }: TimeStretch, unit: "hour" | "day"): readonly TimeStretch[] {
  const spans: TimeStretch[] = [];
  for (let start = from; start <= to; ) {
    const dayEnd = unit === "day" ? endOfDay(readClock(start, zone).day, zone) : undefined;
    const end = dayEnd ?? new Date(start.getTime() + MS_PER_HOUR - 1);
    spans.push({ from: start, to: end });
    start = new Date(end.getTime() + 1);
  }
  return spans;
}

/**
 * True if a stretch begins and ends at full hours or days in UTC. If it goes on, only the beginning counts. `unit`: milliseconds of an hour
 * or day.
 */
function isWhole({ from, to }: TimeStretch, now: Date, unit: number): boolean {
  return [from.getTime(), to >= now ? 0 : to.getTime() + 1].every((at) => at % unit === 0);
}

/** Time that one shard of the stream may be behind the others. The shards are read in parallel. */
const SHARDS_APART_MS = MS_PER_MINUTE;

/**
 * The parts of the search's time that may have results, newest first. Undefined if the counts cannot tell, or if the search is for an
 * address or a domain.
 */
export async function promisingTime(visit: Visit, search: DecisionSearch): Promise<readonly TimeStretch[] | undefined> {
  const { email, outcome, having } = search;
  const byReason = having.reason !== undefined;
  const isKeyed = email !== undefined || having.domain !== undefined;
  // Tests of a deployment are not counted.
  if (having.reason === DRILL) return undefined;
  const isTold = byReason || (outcome !== undefined && outcome !== "went-on");
  if (isKeyed || !isTold || !isCountedLong(search)) return undefined;
  const [since, counted] = await Promise.all([visit.world.counts.since(), askedHours(visit, search)]);
  const { until } = sumFigures(counted);
  if (since === undefined || until === undefined) return undefined;
  const knownTime = Date.parse(until) - SHARDS_APART_MS;
  const countedSearch = byReason ? { ...search, outcome: undefined } : search;
  const isWithout = (hours: readonly GateHour[]) =>
    outcomeSum(askedOutcomes(visit, countedSearch, hours)) === 0 && !(byReason && hasUnnamed(hours));
  const byHour = groupBy(counted, ({ hour }) => hour);
  const parts: { from: Date; to: Date }[] = [];
  for (const hour of hoursIn(search)) {
    const start = Date.parse(`${hour}:00:00Z`);
    const begins = start < Date.parse(since) || !isWithout(byHour.get(hour) ?? []) ? start : Math.max(start, knownTime);
    const [from, to] = [Math.max(begins, search.from.getTime()), Math.min(start + MS_PER_HOUR - 1, search.to.getTime())];
    const last = parts.at(-1);
    if (from > to) continue;
    if (last !== undefined && last.to.getTime() + 1 === from) last.to = new Date(to);
    else parts.push({ from: new Date(from), to: new Date(to) });
  }
  return parts.reverse();
}

/** True if some people were stopped for a reason that the counts do not name. */
function hasUnnamed(hours: readonly GateHour[]): boolean {
  const { answers, refusals } = sumFigures(hours);
  return refusals.some(({ reason }) => reason === undefined) || refusalSum(refusals) < answers.block + answers.invalid;
}

const HEIGHT = 48;

export function decisionsChart(visit: Visit, search: DecisionSearch, { unit, hours, ...counted }: CountedDecisions) {
  const { zone } = visit;
  const isNarrow = counted.spans.some(({ isAsked }) => !isAsked);
  return (
    <TimeChart
      visit={visit}
      label={t.chart}
      spans={counted.spans.map((span) => ({ ...span, counts: span.outcomes, isHere: span.isAsked && isNarrow }))}
      unit={unit}
      height={HEIGHT}
      address={({ from, to }) => addressWith(visit, timeAsks, { from: minuteInAddress(from, zone), to: minuteInAddress(to, zone), zone })}
    >
      {search.outcome === undefined
        ? refusalTable(visit, askedRefusals(search, sumFigures(hours).refusals), (reason) => addressWith(visit, ["reason"], { reason }))
        : null}
    </TimeChart>
  );
}

interface DomainChartMore {
  /** The days that the chart marks as those of the search. @default none */
  readonly here?: readonly string[];
  /** Refusals by reason, for a table below the chart. @default no table */
  readonly reasons?: CountedFigures["refusals"];
  /** The decisions that are counted. @default all are */
  readonly counted?: { readonly began: Date; readonly until: Date };
}

export function domainChart(
  visit: Visit,
  domain: string,
  days: readonly Pick<DomainDay, "day" | "answers">[],
  height: number,
  { here = [], reasons, counted = { began: new Date(0), until: visit.now } }: DomainChartMore,
) {
  const path = (stretch: TimeStretch, more: Readonly<Record<string, string>> = {}) => {
    const countedStretch = clipToCounts(visit, stretch, counted, counted.began);
    if (countedStretch === undefined) return undefined;
    const { from, to } = countedStretch;
    const [first, last] = [
      from > stretch.from ? from.toISOString() : formatUtcDay(from),
      to < stretch.to ? to.toISOString() : formatUtcDay(to),
    ];
    return `/decisions?${new URLSearchParams({ domain, from: first, to: last, zone: "UTC", ...more })}`;
  };
  const all = { from: new Date(days[0]?.day ?? visit.now), to: visit.now };
  return (
    <TimeChart
      visit={{ ...visit, zone: "UTC" }}
      label={t.domainChart}
      spans={days.map(({ day, answers }) => ({
        from: new Date(`${day}T00:00:00Z`),
        to: new Date(`${day}T23:59:59.999Z`),
        counts: answers,
        isHere: here.includes(day),
      }))}
      unit="day"
      address={(stretch) => path(stretch)}
      height={height}
    >
      {reasons && refusalTable(visit, reasons, (reason) => path(all, { reason }))}
    </TimeChart>
  );
}

/**
 * The total and chart for a domain. Undefined if nothing was counted, or if the search has a filter that the counts by domain do not
 * separate.
 */
export async function countDomain(visit: Visit, { from, to, whole, email, issuer, outcome, step, having }: DecisionSearch) {
  const { domain, ...others } = omit(having, "verdict", "step");
  const isMore = Object.keys(others).length > 0 || [email, issuer, step, readGate(visit)].some((each) => each !== undefined);
  if (domain === undefined || isMore || outcome === "went-on") return undefined;
  const countedDays = await countedOfDomain(visit, domain);
  const days = (countedDays?.days ?? []).map(({ day, answers, wentOn }) => ({
    day,
    wentOn: outcome === undefined ? wentOn : 0,
    answers: eachOutcome((kind) => (outcome === undefined || outcome === kind ? answers[kind] : 0)),
  }));
  const askedDays = days.filter(({ day }) => Date.parse(day) + MS_PER_DAY > from.getTime() && Date.parse(day) <= to.getTime());
  const total = askedDays.reduce((sum, { answers, wentOn }) => sum + outcomeSum(answers) + wentOn, 0).toLocaleString(visit.language);
  if (total === "0") return undefined;
  // No total if the search begins or ends within a day in UTC, or begins before the first counted day.
  const isOfDays = isWhole({ from, to }, visit.now, MS_PER_DAY) && formatUtcDay(from) >= (days[0]?.day ?? "");
  return {
    total: whole ? t.totalIn(total, DOMAIN_DAYS) : isOfDays ? t.total(total) : undefined,
    chart: domainChart(visit, domain, days, HEIGHT, whole ? {} : { here: askedDays.map(({ day }) => day) }),
  };
}
