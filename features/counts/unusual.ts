import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type CountPlace, type Counts, figuresIn } from "./counts";

/** Number of earlier weeks with which an hour is compared: their counts in the same hour show what is typical. */
export const TYPICAL_WEEKS = 4;
/** If an hour has fewer people than this, it raises no alarm. */
const AT_LEAST = 20;
const TIMES = 3;

/** An hour with far more sign-ups than is typical for it. */
export interface UnusualHour {
  readonly count: number;
  readonly typical: number;
}

/** Lists the same hour of earlier weeks. @param since when counting began, ISO 8601. Earlier hours are omitted. */
export function hoursToCompare({ hour, gate }: CountPlace, since: string): readonly CountPlace[] {
  const start = Date.parse(`${hour}:00:00Z`);
  const starts = Array.from({ length: TYPICAL_WEEKS }, (_, week) => start - (week + 1) * 7 * MS_PER_DAY);
  return starts.filter((each) => each >= Date.parse(since)).map((each) => ({ hour: new Date(each).toISOString().slice(0, 13), gate }));
}

/**
 * Returns an hour's sign-ups at a gate and the typical number, if there are far more than typical. Otherwise undefined. Also undefined if
 * `weeks` is empty.
 * @param counts the counts of the hour, which may not have ended yet
 * @param weeks the counts of the same hour in earlier weeks
 */
export function unusualHour(counts: Counts, weeks: readonly Counts[]): UnusualHour | undefined {
  if (weeks.length === 0) return undefined;
  const [count, typical] = [signUpsIn(counts), computeMedian(weeks.map(signUpsIn))];
  return isUnusual(count, typical) ? { count, typical } : undefined;
}

/** True if far more people came than is typical. */
export function isUnusual(count: number, typical: number): boolean {
  return count >= AT_LEAST && count > typical * TIMES;
}

/** Computes the median, rounded for an even number of values. */
export function computeMedian(values: readonly number[]): number {
  const sortedValues = [...values].sort((a, b) => a - b);
  return Math.round(
    ((sortedValues[Math.floor((sortedValues.length - 1) / 2)] ?? 0) + (sortedValues[Math.floor(sortedValues.length / 2)] ?? 0)) / 2,
  );
}

/**
 * Counts the people who were let in or stopped. A form that was returned for correction does not count, because the person sends it again.
 */
function signUpsIn(counts: Counts): number {
  const { answers } = figuresIn(counts, "before-create-user");
  return answers.continue + answers.block;
}
