import type { Visit } from "../../../console/app/visit";
import { addressWith } from "../../../console/parts/chips";
import { DOMAIN_DAYS } from "../../../console/parts/domain-link";
import { gateAsked, isAtAskedGate } from "../../../console/parts/gates";
import { clockTime, dayOf, startOfDay } from "../../../console/parts/time";
import { grouped } from "../../../engine/grouped";
import { eachOutcome, type OutcomeCounts, outcomeSum } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { type CountedFigures, outcomesIn } from "../../counts/counts";
import { refusalTable } from "../../counts/pages/count-tables";
import { figuresOf, floorHour, type GateHour, hoursIn, hoursWithin, readHours, type TimeStretch } from "../../counts/pages/counted-hours";
import { TimeChart } from "../../counts/pages/time-chart";
import type { DomainDay } from "../../counts/store/domain-counts";
import { countedOfDomain, type DecisionSearch, minuteText, timeAsks } from "./decision-search";
import { decisionsTexts as t } from "./decisions-texts";

/** Longer stretches are not counted: each hour of each gate is a row. */
const MOST_DAYS = 31;
/** Up to so many hours are shown one by one, more by the day. */
const MOST_HOURS = 50;
/** For a shorter stretch, the day around it is shown. */
const FEWEST_HOURS = 3;

export type CountedDecisions = NonNullable<Awaited<ReturnType<typeof countedDecisions>>>;

/** True if counts answer the search: people, domains, providers and entries are not counted. */
function isCountable(search: DecisionSearch): boolean {
  const { email, issuer, outcome, having } = search;
  const { entry, domain } = having;
  const isKnown = [email, issuer, entry, domain].every((each) => each === undefined);
  // Refusals are counted by reason, together with what people are asked to correct.
  return isKnown && !(isByReason(search) && (outcome === "invalid" || outcome === "block"));
}

/** True if a stretch is short enough to read its hours. */
function isCountedLong({ from, to }: TimeStretch): boolean {
  return to.getTime() - from.getTime() <= MOST_DAYS * MS_PER_DAY;
}

/** A search's counts, also of what is around a short stretch; undefined if it is not counted. */
export async function countedDecisions(visit: Visit, search: DecisionSearch) {
  if (!isCountable(search) || !isCountedLong(search)) return undefined;
  const since = await visit.world.counts.since();
  if (since === undefined) return undefined;
  const shown = around(search, visit.now);
  const unit = hoursIn(shown).length <= MOST_HOURS ? "hour" : "day";
  const read = await askedHours(visit, shown);
  const spans = spansOf(visit, shown, unit).map((span) => {
    const hours = hoursWithin(read, span);
    return { ...span, hours, outcomes: askedOutcomes(search, hours), isAsked: span.to >= search.from && span.from <= search.to };
  });
  const hours = hoursWithin(read, { from: floorHour(search.from), to: search.to });
  const all = askedOutcomes(search, hours);
  // There is no total of time that has a part of an hour, or began before the counts.
  const total = isWholeHours(search, visit.now) && since <= search.from.toISOString() ? outcomeSum(all) : undefined;
  return { spans, unit, hours, all, total } as const;
}

/** The hours of a stretch, of the gate that is asked for or of every one. */
async function askedHours(visit: Visit, stretch: TimeStretch): Promise<readonly GateHour[]> {
  return (await readHours(visit, hoursIn(stretch))).filter((hour) => isAtAskedGate(visit, hour));
}

/** Adds up hours for a search. */
function askedOutcomes(search: DecisionSearch, hours: readonly GateHour[]): OutcomeCounts {
  const { outcome } = search;
  const { answers, refusals: all } = figuresOf(hours);
  const refusals = askedRefusals(search, all);
  const refused = { continue: 0, invalid: 0, block: refusalSum(refusals) };
  const counts = outcomesIn({ answers: isByReason(search) ? refused : answers, refusals });
  return eachOutcome((kind) => (outcome === undefined || outcome === kind ? counts[kind] : 0));
}

/** Refusals and corrections together: counts do not tell them apart. */
function askedRefusals({ having: { reason } }: DecisionSearch, refusals: CountedFigures["refusals"]): CountedFigures["refusals"] {
  return refusals.filter((each) => (reason ?? each.reason) === each.reason);
}

function refusalSum(refusals: CountedFigures["refusals"]): number {
  return refusals.reduce((sum, { count }) => sum + count, 0);
}

function isByReason({ having: { reason } }: DecisionSearch): boolean {
  return reason !== undefined;
}

/** The day around a stretch that is but an hour or two: bars beside it are what it is compared with. */
function around({ from, to }: TimeStretch, now: Date): TimeStretch {
  if (hoursIn({ from, to }).length >= FEWEST_HOURS) return { from: floorHour(from), to };
  const end = Math.min(now.getTime(), to.getTime() + MS_PER_DAY / 2);
  return { from: floorHour(new Date(end - 23 * MS_PER_HOUR)), to: new Date(end) };
}

/** Hours, or days of the visitor's clock. */
function spansOf({ zone }: Visit, { from, to }: TimeStretch, unit: "hour" | "day"): readonly TimeStretch[] {
  const spans: TimeStretch[] = [];
  for (let start = from; start <= to; ) {
    const next = unit === "hour" ? new Date(start.getTime() + MS_PER_HOUR) : dayAfter(start, zone);
    spans.push({ from: start, to: new Date(next.getTime() - 1) });
    start = next;
  }
  return spans;
}

function dayAfter(moment: Date, zone: string): Date {
  const { day } = clockTime(moment, zone);
  const next = new Date(Date.parse(`${day}T12:00:00Z`) + MS_PER_DAY).toISOString().slice(0, 10);
  return startOfDay(next, zone) ?? new Date(moment.getTime() + MS_PER_DAY);
}

function isWholeHours({ from, to }: TimeStretch, now: Date): boolean {
  const isStart = (moment: number) => moment % MS_PER_HOUR === 0;
  return isStart(from.getTime()) && (to >= now || isStart(to.getTime() + 1));
}

/** The stream's shards are read side by side: one may be that far behind the others. */
const SHARDS_APART_MS = MS_PER_MINUTE;

/**
 * The parts of a search's time that may have results, newest first: hours whose counts have none are left out. Undefined if counts do
 * not tell, or a key finds it.
 */
export async function promisingTime(visit: Visit, search: DecisionSearch): Promise<readonly TimeStretch[] | undefined> {
  const { email, outcome, having } = search;
  const byReason = isByReason(search);
  const isKeyed = email !== undefined || having.domain !== undefined;
  // People who go on to a later step are not counted as let in.
  const isTold = byReason || (outcome !== undefined && outcome !== "continue");
  if (isKeyed || !isTold || !isCountedLong(search)) return undefined;
  const since = await visit.world.counts.since();
  const counted = await askedHours(visit, search);
  const { until } = figuresOf(counted);
  if (since === undefined || until === undefined) return undefined;
  const known = Date.parse(until) - SHARDS_APART_MS;
  // Refusals are counted by reason together with what people are asked to correct.
  const looked = { ...search, ...(byReason && { outcome: undefined }) };
  const isWithout = (hours: readonly GateHour[]) => outcomeSum(askedOutcomes(looked, hours)) === 0 && !(byReason && hasUnnamed(hours));
  const byHour = grouped(counted, ({ hour }) => hour);
  const parts = hoursIn(search).flatMap((hour): readonly TimeStretch[] => {
    const start = Date.parse(`${hour}:00:00Z`);
    const end = start + MS_PER_HOUR - 1;
    const from = start < Date.parse(since) || !isWithout(byHour.get(hour) ?? []) ? start : Math.max(start, known);
    return from > end ? [] : [{ from: new Date(from), to: new Date(end) }];
  });
  return joined(parts, search).reverse();
}

/** True if counts do not tell the reason why some people were stopped. */
function hasUnnamed(hours: readonly GateHour[]): boolean {
  const { answers, refusals } = figuresOf(hours);
  return refusals.some(({ reason }) => reason === undefined) || refusalSum(refusals) < answers.block + answers.invalid;
}

/** Neighbours as one, within the time that is asked for. */
function joined(parts: readonly TimeStretch[], { from, to }: TimeStretch): TimeStretch[] {
  const all: { from: Date; to: Date }[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last !== undefined && last.to.getTime() + 1 === part.from.getTime()) last.to = part.to;
    else all.push({ ...part });
  }
  return all
    .map((part) => ({ from: part.from < from ? from : part.from, to: part.to > to ? to : part.to }))
    .filter((part) => part.from <= part.to);
}

const HEIGHT = 48;

/** Decisions by hour or day: each bar links to them. */
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
      address={({ from, to }) => addressWith(visit, timeAsks, { from: minuteText(from, zone), to: minuteText(to, zone), zone })}
    >
      {search.outcome === undefined
        ? refusalTable(visit, askedRefusals(search, figuresOf(hours).refusals), (reason) => addressWith(visit, ["reason"], { reason }))
        : null}
    </TimeChart>
  );
}

type ChartDay = Pick<DomainDay, "day" | "answers">;

/** Decisions on a domain's people by day, in UTC: each bar links to them. @param here the days that are asked for, by default all */
export function domainChart(visit: Visit, domain: string, days: readonly ChartDay[], height: number, here: readonly string[] = []) {
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
      address={({ from, to }) => `/decisions?${new URLSearchParams({ domain, from: dayOf(from), to: dayOf(to), zone: "UTC" })}`}
      height={height}
    />
  );
}

/** The counts of a search for a domain alone, in its last days. Undefined if the search asks for more than the counts know. */
export async function domainCounted(visit: Visit, { from, to, whole, email, issuer, outcome, having }: DecisionSearch) {
  const { domain, verdict: _, ...others } = having;
  const isMore = Object.keys(others).length > 0 || [email, issuer, gateAsked(visit)].some((each) => each !== undefined);
  if (domain === undefined || isMore) return undefined;
  const counted = await countedOfDomain(visit, domain);
  const days = (counted?.days ?? []).map(({ day, answers }) => ({
    day,
    answers: eachOutcome((kind) => (outcome === undefined || outcome === kind ? answers[kind] : 0)),
  }));
  const asked = days.filter(({ day }) => Date.parse(day) + MS_PER_DAY > from.getTime() && Date.parse(day) <= to.getTime());
  const total = asked.reduce((sum, { answers }) => sum + outcomeSum(answers), 0).toLocaleString(visit.language);
  if (total === "0") return undefined;
  // A stretch that begins or ends within a day, or before the first counted day, has a chart but no count.
  const isOfDays =
    [from.getTime(), to >= visit.now ? 0 : to.getTime() + 1].every((at) => at % MS_PER_DAY === 0) && dayOf(from) >= (days[0]?.day ?? "");
  return {
    total: whole ? t.totalIn(total, DOMAIN_DAYS) : isOfDays ? t.total(total) : undefined,
    chart: domainChart(visit, domain, days, HEIGHT, whole ? [] : asked.map(({ day }) => day)),
  };
}
