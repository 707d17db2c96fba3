import * as v from "valibot";
import type { Replacements } from "../option-schema";
import { formatGiven } from "./rule-options";
import { type Days, formatTimeout, MS_PER_DAY, parseDuration, type Timeout, toMs } from "./time";

// Options that are times. Bundles of functions leave these checks out.

/** The longest that a step may take: a workforce tenant waits 20 s. */
export const LONGEST_DEADLINE = "18s";

export function daysBetween(option: string, least: number, most: number): v.GenericSchema<Days> {
  return timeSchema<Days>(option, (given) => isDays(given, least, most), `whole days from "${least}d" to "${most}d"`);
}

export function daysOrNeverBetween(option: string, least: number, most: number): v.GenericSchema<Days | "never"> {
  const isInRange = (given: unknown) => given === "never" || isDays(given, least, most);
  return timeSchema<Days | "never">(option, isInRange, `"never", or whole days from "${least}d" to "${most}d"`);
}

/** @param why the reason for the limits */
export function timeoutBetween(option: string, least: Timeout, most: Timeout, why = ""): v.GenericSchema<Timeout> {
  const isInRange = (given: unknown) => String(given).endsWith("s") && isWithin(given, toMs(least), toMs(most));
  return timeSchema<Timeout>(option, isInRange, `a time from "${least}" to "${most}", like "1.5s"${why}`);
}

export function timeBetween(least: string, most: string, message: (issue: v.BaseIssue<unknown>) => string): v.GenericSchema<string> {
  return v.pipe(
    v.string(message),
    v.check((given) => isWithin(given, toMs(least), toMs(most)), message),
  );
}

/**
 * Returns functions by option. For the earlier name `old`, or for a number, the function returns the line to write instead.
 * @param usual the time in that line if the old value is neither a whole number nor "never"
 */
export function replaceDays(old: string, option: string, usual: Days): Replacements {
  const line = (given: unknown) => `${option}: "${Number.isInteger(given) ? `${given}d` : given === "never" ? given : usual}"`;
  return { [old]: line, [option]: (given) => (typeof given === "number" ? line(given) : undefined) };
}

/** Returns functions by option. If a policy writes the earlier name `old`, or a number, the function gives the line to write instead. */
export function replaceMs(old: string, option: string, usual: Timeout): Replacements {
  // The number counts as milliseconds, but one below 100 can only mean seconds.
  const line = (given: unknown) =>
    `${option}: "${typeof given === "number" && given > 0 ? formatTimeout(given < 100 ? given * 1_000 : given) : usual}"`;
  return { [old]: line, [option]: (given) => (typeof given === "number" ? line(given) : undefined) };
}

function isDays(given: unknown, least: number, most: number): boolean {
  return String(given).endsWith("d") && isWithin(given, least * MS_PER_DAY, most * MS_PER_DAY);
}

function isWithin(given: unknown, least: number, most: number): boolean {
  const ms = typeof given === "string" ? parseDuration(given) : undefined;
  return ms !== undefined && ms >= least && ms <= most;
}

function timeSchema<T>(option: string, isInRange: (given: unknown) => boolean, says: string): v.GenericSchema<T> {
  return v.pipe(
    v.any(),
    v.check(isInRange, ({ input }) => `${option} is ${formatGiven(input)}; it must be ${says}.`),
  ) as v.GenericSchema<T>;
}
