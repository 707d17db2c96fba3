import { namesOfEnds, normaliseColumnName } from "../columns";
import { nearestName } from "../problem-texts";
import type { Row } from "./rule";
import { dayFrom, MS_PER_DAY } from "./time";

/** As epoch seconds, this number is in the year 5138: an end from this number on is probably in milliseconds. */
const MAX_EPOCH_SECONDS = 100_000_000_000;
const MS_PER_SECOND = 1_000;
/** An earlier end comes from a tool: 0, a zero time, a count of days. It would end a deny at once. */
const YEAR_2000 = Date.UTC(2000, 0, 1);
/** 2000 to 2099 in the Buddhist calendar. Taken for years of the common era, they would let an allow last for centuries. */
const BUDDHIST_YEARS = [Date.UTC(2543, 0, 1), Date.UTC(2643, 0, 1)] as const;

/**
 * Returns epoch milliseconds. Reads epoch seconds (number or digits), an ISO 8601 time (UTC if it has no offset), or a date, which lasts to
 * the end of its day, UTC. Undefined for another text, before the year 2000, or in a year of the Buddhist calendar.
 */
export function expiryTime(cell: unknown): number | undefined {
  const time = readTime(cell);
  if (time === undefined || time <= YEAR_2000) return undefined;
  return time > BUDDHIST_YEARS[0] && time <= BUDDHIST_YEARS[1] ? undefined : time;
}

function readTime(cell: unknown): number | undefined {
  if (typeof cell !== "number" && typeof cell !== "string") return undefined;
  const text = String(cell).trim();
  // 2027, 202701 and 20270131 may be dates. They count as unreadable, because as seconds of 1970 they would end a deny at once.
  if (/^(?:19|20|21)\d{2}(?:\d{2}|\d{4})?$/.test(text)) return undefined;
  if (typeof cell === "number") return parseEpochSeconds(cell);
  if (/^\d+(?:\.\d+)?$/.test(text)) return parseEpochSeconds(Number(text));
  const day = dayFrom(text);
  return day === undefined ? parseTimestamp(text) : day.getTime() + MS_PER_DAY;
}

function parseEpochSeconds(seconds: number): number | undefined {
  return seconds >= 0 && seconds < MAX_EPOCH_SECONDS ? seconds * MS_PER_SECOND : undefined;
}

/** Does not check that the day and time of an ISO 8601 timestamp exist. */
export const timestamp = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)(?:Z|([+-]\d{2})(?::?(\d{2}))?)?$/i;

function parseTimestamp(text: string): number | undefined {
  const found = timestamp.exec(text);
  if (found === null) return undefined;
  const [date, time, hours = "+00", minutes = "00"] = found.slice(1) as [string, string, string?, string?];
  if (dayFrom(date) === undefined) return undefined;
  const moment = Date.parse(`${date}T${time.replace(",", ".")}${hours}:${minutes}`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** True if the row has not ended yet. False if its end has passed or cannot be read. */
export function isCurrent(row: Row, now: Date): boolean {
  return now.getTime() < (endOfRow(row) ?? Number.NEGATIVE_INFINITY);
}

/** The end in epoch milliseconds; Infinity without an end. Undefined if the end cannot be read, or a column is a misspelt `expiresAt`. */
export function endOfRow(row: Row): number | undefined {
  if (Object.keys(row).some(isMisnamedEnd)) return undefined;
  return row.expiresAt === undefined ? Number.POSITIVE_INFINITY : expiryTime(row.expiresAt);
}

/** True if a column looks like a misspelt `expiresAt`. Others, such as `until`, may be the operator's own columns. */
export function isMisnamedEnd(name: string): boolean {
  if (name === "expiresAt" || !/^[^a-z]*expir/i.test(name)) return false;
  const letters = normaliseColumnName(name);
  return letters !== "expired" && (namesOfEnds.includes(letters) || nearestName(letters, ends) !== undefined);
}

const ends = ["expiresAt", "expires", "expiry", "expiration"];

/** An end at midnight UTC becomes the date of the day that it ends. Any other end stays a time. */
export function lastDay(expiresAt: string): string {
  const time = Date.parse(expiresAt);
  return time % MS_PER_DAY === 0 ? new Date(time - MS_PER_DAY).toISOString().slice(0, 10) : expiresAt.replace(/(:00)?\.000Z/, "Z");
}
