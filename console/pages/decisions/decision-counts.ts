import { type CountedFigures, type CountPlace, type Counts, figuresIn, summed } from "../../../engine/sign-up/counts";
import { eachOutcome, type OutcomeCounts, outcomeSum, outcomesIn, waitsForApproval } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { gateAsked } from "../../parts/gates";
import { clockTime, startOfDay } from "../../parts/time";
import type { DecisionSearch } from "./decision-search";

/** Longer stretches are not counted: each hour of each gate is a row. */
const MOST_DAYS = 31;
/** Up to so many hours are shown one by one, more by the day. */
const MOST_HOURS = 50;
/** Of a stretch that is shorter, the day around it is shown. */
const FEWEST_HOURS = 3;

/** What an hour or a day saw of what is searched for. */
export interface CountedSpan {
  readonly from: Date;
  /** Its last millisecond. */
  readonly to: Date;
  readonly counts: OutcomeCounts;
  /** Whether it is part of the time that is asked for. */
  readonly isAsked: boolean;
  readonly refusals: CountedFigures["refusals"];
}

export interface CountedDecisions {
  /** The oldest first; those around a short stretch too. */
  readonly spans: readonly CountedSpan[];
  readonly isByHour: boolean;
  /** Of the time that is asked for. */
  readonly all: OutcomeCounts;
  /** Undefined where hours in part, or before counting began, are asked for. */
  readonly total: number | undefined;
  /** Of the time that is asked for, the most frequent first. */
  readonly refusals: CountedFigures["refusals"];
  readonly services: CountedFigures["services"];
  readonly gates: readonly { readonly gate: string; readonly count: number }[];
}

export type CountedGateHour = CountPlace & { readonly counts: Counts };

/** Whether what is searched for has been counted: people, domains, providers, entries and steps have not. */
export function isCountable({ email, issuer, outcome, having: { step, entry, domain, rule, reason } }: DecisionSearch): boolean {
  const isKnown = [email, issuer, step, entry, domain].every((each) => each === undefined);
  // Refusals are counted by rule and reason, together with what people are asked to correct.
  const byReason = rule !== undefined || reason !== undefined;
  return isKnown && !(byReason && (outcome === "invalid" || outcome === "block"));
}

/** What was counted of a search; undefined where it has not been. */
export async function countedDecisions(visit: Visit, search: DecisionSearch): Promise<CountedDecisions | undefined> {
  if (!isCountable(search) || search.to.getTime() - search.from.getTime() > MOST_DAYS * MS_PER_DAY) return undefined;
  const since = await visit.world.counts.since();
  if (since === undefined) return undefined;
  const shown = around(search, visit.now);
  const hours = (await countedGateHours(visit, shown.from, shown.to)).filter(({ gate }) => isAsked(visit, gate));
  const isByHour = hoursIn(shown.from, shown.to).length <= MOST_HOURS;
  const spans = spansOf(visit, shown, isByHour).map((span) => {
    const figures = figuresIn(summed(hours.filter(({ hour }) => isWithin(hour, span)).map(({ counts }) => counts)));
    return { ...span, ...ofSearch(search, figures), isAsked: span.to >= search.from && span.from <= search.to };
  });
  const asked = hours.filter(({ hour }) => isWithin(hour, { from: floorHour(search.from), to: search.to }));
  const figures = figuresIn(summed(asked.map(({ counts }) => counts)));
  const { counts: all, refusals } = ofSearch(search, figures);
  const isWhole = since <= search.from.toISOString() && isWholeHours(search, visit.now);
  const gates = visit.world.gates.map((gate) => ({
    gate,
    count: outcomeSum(ofSearch(search, figuresIn(summed(asked.filter((each) => each.gate === gate).map(({ counts }) => counts)))).counts),
  }));
  return { spans, isByHour, all, total: isWhole ? outcomeSum(all) : undefined, refusals, services: figures.services, gates };
}

/** How many decisions of a search were made in hours that were read already. */
export function countedIn(visit: Visit, search: DecisionSearch, hours: readonly CountedGateHour[]): number {
  const some = hours.filter(({ hour, gate }) => isAsked(visit, gate) && isWithin(hour, { from: floorHour(search.from), to: search.to }));
  return outcomeSum(ofSearch(search, figuresIn(summed(some.map(({ counts }) => counts)))).counts);
}

/** Each hour of every gate. */
export async function countedGateHours({ world }: Visit, from: Date, to: Date): Promise<readonly CountedGateHour[]> {
  return await world.counts.at(hoursIn(from, to).flatMap((hour) => world.gates.map((gate) => ({ hour, gate }))));
}

function isAsked(visit: Visit, gate: string): boolean {
  const asked = gateAsked(visit);
  return asked === undefined || asked === gate;
}

/** What of some figures is searched for. */
function ofSearch({ outcome, having: { rule, reason } }: DecisionSearch, { answers, refusals: all }: CountedFigures) {
  const byReason = rule !== undefined || reason !== undefined;
  const refusals = all.filter((each) => (rule ?? each.rule) === each.rule && (reason ?? each.reason) === each.reason);
  const refused = { continue: 0, invalid: 0, block: refusals.reduce((sum, { count }) => sum + count, 0) };
  const counts = outcomesIn({ answers: byReason ? refused : answers, refusals });
  const isShown = (each: CountedFigures["refusals"][number]) =>
    outcome === undefined ||
    (outcome === "waiting" ? waitsForApproval(each.reason) : outcome !== "continue" && !waitsForApproval(each.reason));
  return {
    counts: eachOutcome((kind) => (outcome === undefined || outcome === kind ? counts[kind] : 0)),
    refusals: refusals.filter(isShown),
  };
}

type Stretch = Pick<CountedSpan, "from" | "to">;

/** The day around a stretch that is but an hour or two: bars beside it are what it is compared with. */
function around({ from, to }: Stretch, now: Date): Stretch {
  if (hoursIn(from, to).length >= FEWEST_HOURS) return { from: floorHour(from), to };
  const end = Math.min(now.getTime(), to.getTime() + MS_PER_DAY / 2);
  return { from: floorHour(new Date(end - 23 * MS_PER_HOUR)), to: new Date(end) };
}

/** Hours, or days of the visitor's clock. */
function spansOf({ zone }: Visit, { from, to }: Stretch, isByHour: boolean): readonly Stretch[] {
  const spans: Stretch[] = [];
  for (let start = from; start <= to; ) {
    const next = isByHour ? new Date(start.getTime() + MS_PER_HOUR) : dayAfter(start, zone);
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

/** `2026-11-21T14`, in UTC, as counts have it. */
function hoursIn(from: Date, to: Date): readonly string[] {
  const hours: string[] = [];
  for (let at = floorHour(from).getTime(); at <= to.getTime(); at += MS_PER_HOUR) hours.push(new Date(at).toISOString().slice(0, 13));
  return hours;
}

function isWithin(hour: string, { from, to }: Stretch): boolean {
  const at = Date.parse(`${hour}:00:00Z`);
  return from.getTime() <= at && at <= to.getTime();
}

function floorHour(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / MS_PER_HOUR) * MS_PER_HOUR);
}

function isWholeHours({ from, to }: Stretch, now: Date): boolean {
  const isStart = (moment: number) => moment % MS_PER_HOUR === 0;
  return isStart(from.getTime()) && (to >= now || isStart(to.getTime() + 1));
}
