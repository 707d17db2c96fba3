import { dayFrom } from "../engine/dates";
import { readEndProblem } from "../engine/end-problem";
import { describeEndProblem } from "../engine/end-problem-texts";
import { shownCell } from "../engine/files/shown-cell";
import { normaliseEmail } from "../engine/sign-up/email";
import { expiryTime } from "../engine/sign-up/row-end";
import { readUnmatched } from "../engine/unmatched";
import { describeUnmatched } from "../engine/unmatched-texts";
import { CommandError } from "./failure";

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses a past moment: "30m", "2h" or "7d" ago, or a date or time, local unless it names a zone. */
export function momentFrom(typed: string, now: Date, option = "--since"): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(typed.trim()) ?? [];
  const iso = /^(\d{4}-\d{2}-\d{2})(T\S+)?$/.exec(typed.trim());
  // JavaScript reads a date alone as UTC, a time without offset as local.
  const time = unit !== undefined ? now.getTime() - Number(count) * unitMs[unit as keyof typeof unitMs] : parsed(option, iso);
  if (!Number.isNaN(time) && time > 0 && time <= now.getTime()) return new Date(time);
  throw new CommandError(`${option} ${typed} is not a past time: write 30m, 2h, 7d, 2026-11-20 or 2026-11-20T14:00.`);
}

/** Parses a duration, "30m", "12h" or "7d", into milliseconds. */
export function spanFrom(option: string, typed: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(typed.trim()) ?? [];
  if (unit !== undefined) return Number(count) * unitMs[unit as keyof typeof unitMs];
  throw new CommandError(`${option} ${typed} is not a length of time: write 30m, 12h or 7d.`);
}

/** Forms of `--expires`. */
export const EXPIRY_FORMS = "30d, 2027-01-31 (to the end of that day, UTC), 2027-01-31T18:00Z or epoch seconds";

/** A row's end in its stored form. Days from now are whole days, as in the console. */
export function expiryFrom(typed: string): string {
  const [, days] = /^([1-9]\d{0,3})d$/.exec(typed.trim()) ?? [];
  const expires = days === undefined ? typed.trim() : new Date(Date.now() + Number(days) * unitMs.d).toISOString().slice(0, 10);
  if (expiryTime(expires) !== undefined) return expires;
  assertNoOtherDay("--expires", typed);
  throw new CommandError(`--expires ${typed} is not a time: write 30d, 2027-01-31, 2027-01-31T18:00Z or epoch seconds.`);
}

/** Parses a future moment, local unless it names a zone. @param day the end of the day that a date alone means */
export function momentAhead(option: string, typed: string, now: Date, day: "begin" | "end"): Date {
  assertNoOtherDay(option, typed);
  const iso = /^(\d{4}-\d{2}-\d{2})(T\S+)?$/.exec(typed.trim());
  const time = new Date(parsed(option, iso));
  if (day === "end" && iso?.[2] === undefined) time.setDate(time.getDate() + 1);
  if (time > now || (day === "begin" && time.toDateString() === now.toDateString())) return time;
  throw new CommandError(`${option} ${typed} is not a future time: write 2026-12-01 or 2026-12-01T18:00.`);
}

/** Names the day that a spreadsheet's number or a Buddhist year means, and what is wrong with a time of a tool that knows none. */
function assertNoOtherDay(option: string, typed: string): void {
  const problem = readEndProblem(typed);
  if (["serialEnd", "buddhistEnd", "earlyEnd"].includes(problem.code))
    throw new CommandError(`${describeEndProblem(problem, `${option} ${typed}`)}.`);
}

/** JavaScript would turn 30 February into a day in March. */
function parsed(option: string, iso: RegExpExecArray | null): number {
  if (iso === null) return Number.NaN;
  const [typed, day = "", time] = iso;
  if (dayFrom(day) === undefined)
    throw new CommandError(`${option} ${typed}: there is no such day in the calendar. Write one that exists, such as 2026-12-01.`);
  return Date.parse(time === undefined ? `${day}T00:00` : typed);
}

/** "2026-11-20 14:03:07" in the operator's time zone. @param iso ISO 8601 */
export function localTime(iso: string): string {
  // Swedish writes times in ISO's order.
  return new Date(iso).toLocaleString("sv-SE");
}

/** Normalises an address as in decisions. */
export function emailFrom(typed: string): string {
  const email = normaliseEmail(typed);
  if (email === undefined) throw noEmail(typed);
  return email;
}

/** Normalises an address that is written, of a person who is to sign up or answer. */
export function newEmailFrom(typed: string): string {
  const email = emailFrom(typed);
  const problem = readUnmatched(email);
  if (problem !== undefined) throw new CommandError(`${shownCell(typed)} is ${describeUnmatched(problem)}.`);
  return email;
}

export function noEmail(typed: string): CommandError {
  return new CommandError(`${shownCell(typed)} is not one plain e-mail address: write kim@contoso.com.`);
}
