import { timestamp } from "./sign-up/row-end";
import { dayFrom, MS_PER_DAY } from "./sign-up/time";

// Each function takes the name of a zone, Asia/Seoul; without one, it uses the clock of this machine.

const UTC = "UTC";

/** Creating a format is slow. */
const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function readFormat(zone: string | undefined): Intl.DateTimeFormat {
  const knownFormat = formats.get(zone);
  if (knownFormat !== undefined) return knownFormat;
  const two = "2-digit";
  const parts = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two, timeZoneName: "longOffset" } as const;
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", ...parts });
  formats.set(zone, format);
  return format;
}

/** Undefined if Intl does not accept the machine's setting, such as an empty `TZ` or `TZ=KST-9`. */
export function localZone(): string | undefined {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  // With an empty TZ, Intl returns Etc/Unknown, but does not accept it.
  return timeZone === "Etc/Unknown" ? undefined : timeZone;
}

/** A year as both ISO 8601 and `Intl` write it. */
const PLAIN_YEAR = /^(?!0000)\d{4}-/;
/** "11/20/2026, 14:03:07 GMT+09:00" */
const SHOWN = /^(\d+)\/(\d+)\/(\d+), ([\d:]+) (.+)$/;

/** The day `2027-01-31`, the time `14:08:45` and the offset `UTC+09:00`, or `UTC` in UTC. */
export function readClock(moment: Date, zone?: string) {
  if (zone === UTC) {
    const iso = moment.toISOString();
    if (PLAIN_YEAR.test(iso)) return { day: iso.slice(0, 10), time: iso.slice(11, 19), offset: UTC };
  }
  // `format` is used because `formatToParts` takes three times as long, and a page shows hundreds of moments.
  const [, month, day, year = "", time = "", offset = ""] = SHOWN.exec(readFormat(zone).format(moment)) ?? [];
  return {
    day: `${year.padStart(4, "0")}-${month}-${day}`,
    time,
    offset: offset.replace("GMT", UTC).replace("UTC+00:00", UTC),
  };
}

/** "2026-11-20 14:03:07 UTC+09:00" */
export function formatTime(moment: Date, zone?: string): string {
  const { day, time, offset } = readClock(moment, zone);
  return `${day} ${time} ${offset}`;
}

/** How far a zone's clock is ahead of UTC, in milliseconds. */
function readOffset(moment: number, zone: string | undefined): number {
  const { day, time } = readClock(new Date(moment), zone);
  return Date.parse(`${day}T${time}Z`) - Math.floor(moment / 1_000) * 1_000;
}

/** The two moments that a time on a zone's clock may mean: one by the offset a day earlier, one by the offset a day later. */
function readBothWays(clockMs: number, zone: string | undefined): readonly number[] {
  return [-MS_PER_DAY, MS_PER_DAY].map((near) => clockMs - readOffset(clockMs + near, zone));
}

/**
 * The first moment at which a zone's clock shows a time. If the clock jumps over a time, adds the jump: 02:30 becomes 03:30, as in `Date`
 * and Temporal's "compatible".
 * @param clockMs the time in milliseconds, as if it were in UTC
 */
export function findMoment(clockMs: number, zone?: string): Date {
  const readings = readBothWays(clockMs, zone);
  const matching = readings.filter((reading) => reading + readOffset(reading, zone) === clockMs);
  return new Date(matching.length === 0 ? Math.max(...readings) : Math.min(...matching));
}

/** Parses a time without a zone, `2027-01-31T09:00`. Returns an invalid date for any other text. */
export function parseClockTime(text: string, zone?: string): Date {
  const clockMs = Date.parse(`${text}Z`);
  return Number.isNaN(clockMs) ? new Date(Number.NaN) : findMoment(clockMs, zone);
}

/** Returns a typed time with `Z`: without a zone, a time is on the zone's clock. Any other text stays. */
export function toStoredTime(typedText: string, zone?: string): string {
  const text = typedText.trim();
  // Every form that a row's end can have: otherwise, the same text would be a time in UTC.
  const [, day = "", time = "", offset] = timestamp.exec(text) ?? [];
  const isLocal = offset === undefined && !/z$/i.test(text) && dayFrom(day) !== undefined;
  const moment = isLocal ? parseClockTime(`${day}T${time.replace(",", ".")}`, zone) : new Date(Number.NaN);
  if (Number.isNaN(moment.getTime())) return text;
  return moment.toISOString().replace(/(?::00)?\.000Z$/, "Z");
}

/** The first moment of a day. It is not midnight if a clock change skips midnight. Undefined for an invalid day. @param day `2027-01-31` */
export function startOfDay(day: string, zone?: string): Date | undefined {
  // Refuses the years 0000 and 9999: in UTC, a moment of these years may be in a year that ISO 8601 writes with a sign.
  const midnight = /^(0000|9999)/.test(day) ? undefined : dayFrom(day)?.getTime();
  if (midnight === undefined) return undefined;
  const moment = findMoment(midnight, zone);
  return moment.getTime() + readOffset(moment.getTime(), zone) === midnight ? moment : findChange(midnight, zone);
}

/** A day's last millisecond. */
export function endOfDay(day: string, zone?: string): Date | undefined {
  const midnight = startOfDay(day, UTC);
  const next = midnight && startOfDay(new Date(midnight.getTime() + MS_PER_DAY).toISOString().slice(0, 10), zone);
  return next && new Date(next.getTime() - 1);
}

/** The moment of the clock change that skips a time. */
function findChange(clockMs: number, zone: string | undefined): Date {
  const readings = readBothWays(clockMs, zone);
  let [before, after] = [Math.min(...readings), Math.max(...readings)];
  const offset = readOffset(after, zone);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (readOffset(middle, zone) === offset) after = middle;
    else before = middle;
  }
  return new Date(after);
}
