import { oncePerVisit, type Visit } from "../../../console/app/visit";
import type { Step } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { type CountPlace, type GateHour, isCounted, sumFigures } from "../counts";

/** Includes the millisecond of its end. */
export interface TimeStretch {
  readonly from: Date;
  readonly to: Date;
}

export function floorHour(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / MS_PER_HOUR) * MS_PER_HOUR);
}

/** Formats an hour as counts do: `2026-11-21T14`, in UTC. */
export function formatHour(moment: Date): string {
  return moment.toISOString().slice(0, 13);
}

/** Oldest first. */
export function hoursIn({ from, to }: TimeStretch): readonly string[] {
  const hours: string[] = [];
  for (let at = floorHour(from).getTime(); at <= to.getTime(); at += MS_PER_HOUR) hours.push(formatHour(new Date(at)));
  return hours;
}

export async function readHours({ world }: Visit, hours: readonly string[]): Promise<readonly GateHour[]> {
  return await world.counts.at(hours.flatMap((hour) => world.gates.map((gate) => ({ hour, gate }))));
}

/** Returns the hours that begin within a stretch. */
export function hoursWithin<T extends CountPlace>(hours: readonly T[], { from, to }: TimeStretch): readonly T[] {
  const [first, last] = [formatHour(new Date(from.getTime() + MS_PER_HOUR - 1)), formatHour(to)];
  return hours.filter(({ hour }) => first <= hour && hour <= last);
}

export function lastHours({ now }: Visit): readonly string[] {
  return hoursIn({ from: new Date(now.getTime() - MS_PER_DAY + MS_PER_HOUR), to: now });
}

/** Counts are usually at most five minutes old. */
const BEHIND_MS = 10 * MS_PER_MINUTE;

export interface CountReach {
  /** Each sign-up before this time is counted. */
  readonly until: Date;
  readonly isBehind: boolean;
}

/** Now, if each decision of the last day is counted. */
export const readCountReach = oncePerVisit(async (visit: Visit): Promise<CountReach> => {
  const { now, world } = visit;
  const hours = await readHours(visit, lastHours(visit));
  const { until: newest } = sumFigures(hours);
  // Counts of earlier versions name only the second of the newest decision.
  const from =
    newest === undefined ? new Date(now.getTime() - MS_PER_DAY) : new Date(Date.parse(newest) + (newest.endsWith(".000Z") ? 1_000 : 1));
  const { items, next } = await world.decisions.page({ from, to: now });
  // If there are more, the oldest decision that is not counted is unknown.
  return toReach(next === undefined ? items.findLast(isCounted)?.at : from.toISOString(), now);
});

/**
 * The part of a stretch that is counted, so that a number opens the rows that it counts. Undefined if no part is counted.
 * @param began when counting began
 */
export function clipToCounts(
  { now }: Visit,
  { from, to }: TimeStretch,
  { until }: Pick<CountReach, "until">,
  began: Date,
): TimeStretch | undefined {
  const begins = new Date(Math.max(from.getTime(), began.getTime()));
  const ends = until < now ? new Date(Math.min(to.getTime(), until.getTime() - 1)) : to;
  return begins > ends ? undefined : { from: begins, to: ends };
}

/** @param uncounted the time of the oldest decision that is not counted */
export function toReach(uncounted: string | undefined, now: Date): CountReach {
  const until = uncounted === undefined ? now : new Date(uncounted);
  return { until, isBehind: now.getTime() - until.getTime() > BEHIND_MS };
}

/** The step after which a person is let in. */
export function lastStepAt({ world }: Visit, gate: string): Step {
  const isLast = world.gates.includes(gate) && world.policiesAt(gate).every(({ step }) => step !== "before-create-user");
  return isLast ? "after-sign-in" : "before-create-user";
}
