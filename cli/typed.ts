import { shownCell } from "../engine/characters";
import { readNamedAddress } from "../engine/directory-account";
import { describeEndProblem, readEndProblem } from "../engine/end-problem";
import { adviseDomain, findMeantAddress, readTypedDomain } from "../engine/meant-entries";
import { normaliseEmail } from "../engine/sign-up/email";
import { expiryTime } from "../engine/sign-up/row-end";
import { dayFrom } from "../engine/sign-up/time";
import { describeUnmatched, readUnmatched } from "../engine/unmatched";
import { endOfDay, formatTime, parseClockTime, readClock, startOfDay, toStoredTime } from "../engine/zone-time";
import { noteLocalTime } from "./environment";
import { CommandError } from "./failure";

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type DayPart = "begin" | "end";

function readSpan(typedText: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(typedText.trim()) ?? [];
  return unit === undefined ? undefined : Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** A minute without seconds. */
const MINUTE = /T\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A time without a zone is local. If `part` is "end", a typed day or minute counts to its last millisecond, as on the console's pages, and if
 * it has not ended, returns `now`.
 */
export function momentFrom(typedText: string, now: Date, option = "--since", part: DayPart = "begin", zone?: string): Date {
  const spanMs = readSpan(typedText);
  const ago = spanMs === undefined ? undefined : new Date(now.getTime() - spanMs);
  const begins = ago || parseTime(option, typedText, "begin", zone);
  if (begins !== undefined && begins > new Date(0) && begins <= now) {
    const end = (ago || parseTime(option, typedText, part, zone) || begins).getTime();
    const [isMinute, isDay] = [MINUTE.test(typedText.trim()), dayFrom(typedText.trim()) !== undefined];
    return new Date(Math.min(now.getTime(), part === "begin" ? end : isMinute ? end + 59_999 : isDay ? end - 1 : end));
  }
  assertNoOtherDay(option, typedText);
  const { day } = readClock(new Date(now.getTime() - unitMs.d), zone);
  throw new CommandError(`${option} ${typedText} is not a past time: write one like 30m, 2h, 7d, ${day} or ${day}T14:00.`);
}

/** Parses a moment that may be past or ahead. A length of time counts from now: "30d" is in 30 days. */
export function momentNear(typedText: string, now: Date, option: string, part: DayPart): Date {
  const spanMs = readSpan(typedText);
  if (spanMs !== undefined) return new Date(now.getTime() + spanMs);
  const time = parseTime(option, typedText, part, undefined);
  if (time !== undefined) return time;
  assertNoOtherDay(option, typedText);
  throw new CommandError(`${option} ${typedText} is not a time: write 30d for in 30 days, or a day like 2027-01-31.`);
}

/** Parses a duration, "30m", "12h" or "7d", into milliseconds. */
export function spanFrom(option: string, typedText: string): number {
  const spanMs = /^[1-9]/.test(typedText.trim()) ? readSpan(typedText) : undefined;
  if (spanMs !== undefined) return spanMs;
  throw new CommandError(`${option} ${typedText} is not a length of time: write 30m, 12h or 7d.`);
}

export const EXPIRY_FORMS = "30d, 2027-01-31 (to the end of that day, UTC), 2027-01-31T18:00Z or epoch seconds";

/** A number of days becomes a date, as in the console. A time without a zone is local, and gets `Z`: rows of tables count in UTC. */
export function expiryFrom(typedText: string): string {
  const [, days] = /^([1-9]\d{0,3})d$/.exec(typedText.trim()) ?? [];
  const expires = days === undefined ? toStoredTime(typedText) : new Date(Date.now() + Number(days) * unitMs.d).toISOString().slice(0, 10);
  if (expiryTime(expires) !== undefined) return expires;
  assertNoOtherDay("--expires", typedText);
  throw new CommandError(`--expires ${typedText} is not a time: write 30d, 2027-01-31, 2027-01-31T18:00Z or epoch seconds.`);
}

/** Without a zone, the time is local. @param zone passed only by tests */
export function momentAhead(option: string, typedText: string, now: Date, part: DayPart, zone?: string): Date {
  assertNoOtherDay(option, typedText);
  const time = parseTime(option, typedText, part, zone);
  const isToday = (moment: Date) => readClock(moment, zone).day === readClock(now, zone).day;
  if (time !== undefined && (time > now || (part === "begin" && isToday(time)))) return time;
  const { day } = readClock(new Date(now.getTime() + unitMs.d), zone);
  throw new CommandError(`${option} ${typedText} is not a future time: write one like ${day} or ${day}T18:00.`);
}

/**
 * Throws for a spreadsheet's day number, a Buddhist year, or a day in another form: the error names the day that was probably meant. Also
 * throws for a time before 2000: tools that know no time write such a time.
 */
function assertNoOtherDay(option: string, typedText: string): void {
  const problem = readEndProblem(typedText);
  if (["serialEnd", "buddhistEnd", "earlyEnd"].includes(problem.code) || "meant" in problem)
    throw new CommandError(`${describeEndProblem(problem, `${option} ${typedText}`)}.`);
}

/** Returns a typed day, `2026-11-20`. @param others forms that the option takes beside a day, for the error */
export function parseDay(option: string, typedText: string, others = ""): string {
  if (dayFrom(typedText) !== undefined) return typedText;
  assertNoOtherDay(option, typedText);
  throw new CommandError(`${option} ${typedText} is not a day${others}: write one like 2026-11-20.`);
}

/** Undefined for any text other than a date with or without a time. If `part` is "end", a date means the beginning of the next day. */
function parseTime(option: string, typedText: string, part: DayPart, zone: string | undefined): Date | undefined {
  const [text, day = "", time] = /^(\d{4}-\d{2}-\d{2})(T\S+)?$/.exec(typedText.trim()) ?? [];
  if (text === undefined) return undefined;
  // Without this check, JavaScript would turn 30 February into a day in March.
  if (dayFrom(day) === undefined) {
    const last = lastDayOfMonth(day);
    throw new CommandError(
      `${option} ${text}: there is no such day in the calendar.${last === undefined ? "" : ` The last one of that month is ${last}.`}`,
    );
  }
  const hasZone = time !== undefined && /Z$|[+-]\d\d:?\d\d$/i.test(time);
  if (!hasZone) noteLocalTime();
  if (time !== undefined) return validDate(hasZone ? new Date(text) : parseClockTime(text, zone));
  const end = part === "end" ? endOfDay(day, zone) : undefined;
  return end === undefined ? startOfDay(day, zone) : new Date(end.getTime() + 1);
}

function lastDayOfMonth(day: string): string | undefined {
  const first = dayFrom(`${day.slice(0, 8)}01`);
  return first && new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
}

function validDate(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Formats a time like "2026-11-20 14:03:07 UTC+09:00". A text that is not a time stays unchanged, because rows may contain such texts. */
export function localTime(iso: string): string {
  const time = validDate(new Date(iso));
  if (time === undefined) return iso;
  noteLocalTime();
  return formatTime(time);
}

/** The end by this machine's clock, if an entry ends at another time than midnight UTC, and that clock differs from UTC. */
export function localEnd(expiresAt: string | undefined): string | undefined {
  const time = expiresAt === undefined ? undefined : expiryTime(expiresAt);
  if (time === undefined || time % unitMs.d === 0) return undefined;
  const local = formatTime(new Date(time));
  return local === formatTime(new Date(time), "UTC") ? undefined : local;
}

/** Normalises as decisions store addresses. A guest's user name means the guest's address. Throws for a text that is neither. */
export function emailFrom(typedText: string): string {
  const email = readNamedAddress(typedText);
  if (email === undefined) throw noEmail(typedText);
  return email;
}

/** Throws for a text that is not a domain. */
export function domainFrom(typedText: string, option?: string): string {
  const domain = readTypedDomain(typedText.trim());
  if (domain !== undefined) return domain;
  const meant = adviseDomain(typedText) ?? "one like contoso.com";
  throw new CommandError(`${option === undefined ? shownCell(typedText) : `${option} ${typedText}`} is not a domain: write ${meant}.`);
}

/** Returns the address that a command is about to write. Throws for an address that no sign-up can have. */
export function newEmailFrom(typedText: string): string {
  const email = normaliseEmail(typedText);
  if (email === undefined) throw noEmail(typedText);
  const problem = readUnmatched(email);
  if (problem !== undefined) throw new CommandError(`${shownCell(typedText)} is ${describeUnmatched(problem)}.`);
  return email;
}

export function noEmail(typedText: string): CommandError {
  return new CommandError(`${shownCell(typedText)} is not one plain e-mail address: ${adviseAddress(typedText)}.`);
}

/** Returns "write kim@contoso.com", with the address that was probably meant. */
export function adviseAddress(typedText: string): string {
  return `write ${findMeantAddress(typedText) ?? "one like kim@contoso.com"}`;
}
