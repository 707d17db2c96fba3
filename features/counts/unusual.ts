import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type CountPlace, type Counts, figuresIn } from "./counts";

/** Number of earlier weeks whose counts in the same hour show what is typical. */
export const TYPICAL_WEEKS = 4;
/** An hour with fewer sign-ups raises no alarm. */
const AT_LEAST = 20;
const TIMES = 3;

export interface UnusualHour {
  readonly count: number;
  readonly typical: number;
}

/** Omits hours before `since`, when counting began (ISO 8601). */
export function hoursToCompare({ hour, gate }: CountPlace, since: string): readonly CountPlace[] {
  const start = Date.parse(`${hour}:00:00Z`);
  const starts = Array.from({ length: TYPICAL_WEEKS }, (_, week) => start - (week + 1) * 7 * MS_PER_DAY);
  return starts.filter((each) => each >= Date.parse(since)).map((each) => ({ hour: new Date(each).toISOString().slice(0, 13), gate }));
}

/** Undefined without `weeks`, or if there are not far more sign-ups than typical. The hour of `counts` may not have ended yet. */
export function unusualHour(counts: Counts, weeks: readonly Counts[]): UnusualHour | undefined {
  if (weeks.length === 0) return undefined;
  const [count, typical] = [signUpsIn(counts), computeMedian(weeks.map(signUpsIn))];
  return isUnusual(count, typical) ? { count, typical } : undefined;
}

export function isUnusual(count: number, typical: number): boolean {
  return count >= AT_LEAST && count > typical * TIMES;
}

/** Rounded for an even number of values. */
export function computeMedian(values: readonly number[]): number {
  const sortedValues = [...values].sort((a, b) => a - b);
  return Math.round(
    ((sortedValues[Math.floor((sortedValues.length - 1) / 2)] ?? 0) + (sortedValues[Math.floor(sortedValues.length / 2)] ?? 0)) / 2,
  );
}

/** A form that was returned for correction does not count, because the person sends it again. */
function signUpsIn(counts: Counts): number {
  const { answers } = figuresIn(counts, "before-create-user");
  return answers.continue + answers.block;
}
