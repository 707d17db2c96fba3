import type { Visit } from "../../../console/app/visit";
import type { FieldProblem } from "../../../console/parts/forms";
import { clockTime, endOfDay, minuteIn, startOfDay, zoneFrom } from "../../../console/parts/time";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import type { TimeStretch } from "../../counts/pages/counted-hours";
import { decisionsTexts } from "./decisions-texts";

/** Stretches that end now, by the word of the address: the hours or days that each has, the one under way among them. */
export const timeSpans = { "24h": 1, "7d": 7, "30d": 30 } as const;
export type TimeSpan = keyof typeof timeSpans;
const DEFAULT_SPAN: TimeSpan = "24h";

/** Nothing is older: days before it are not looked at, one by one. */
const FIRST_DAY = "2020-01-01";
/** Before a moment that alone is asked for. */
const DAYS_BEFORE = 7;

export interface AskedTime {
  readonly from: Date;
  /** Part of it. */
  readonly to: Date;
  /** How it was asked for; undefined by its ends, or where nothing is left out. */
  readonly span?: TimeSpan;
  /** Whether all that is kept is asked for. */
  readonly whole?: true;
}

/**
 * The time that the visit's address asks for, or what is wrong with it.
 * @param isKeyed whether all there is can be found by key: then no day is too far back
 */
export function timeAsked(visit: Visit, isKeyed: boolean): AskedTime | { readonly problems: readonly FieldProblem[] } {
  const text = decisionsTexts.badDays;
  const [typedFrom, typedTo] = [visit.query("from"), visit.query("to")];
  const asked = visit.query("last");
  if (typedFrom === "" && typedTo === "") {
    const span = Object.hasOwn(timeSpans, asked) ? (asked as TimeSpan) : isKeyed ? undefined : DEFAULT_SPAN;
    return span === undefined ? { from: new Date(FIRST_DAY), to: visit.now, whole: true } : { ...spanUntil(visit, span), span };
  }
  const zone = zoneOfDays(visit);
  const end = typedTo === "" ? visit.now : endOf(typedTo, zone);
  const first = isKeyed || end === undefined ? new Date(FIRST_DAY) : new Date(end.getTime() - DAYS_BEFORE * MS_PER_DAY);
  const from = typedFrom === "" ? first : (startOfDay(typedFrom, zone) ?? minuteIn(typedFrom, zone));
  const areTurned = from !== undefined && end !== undefined && from > end;
  const problems = [
    ...(from === undefined ? [{ field: "from", text }] : []),
    ...(end === undefined || areTurned ? [{ field: "to", text }] : []),
  ];
  if (problems.length > 0 || from === undefined || end === undefined) return { problems };
  const to = new Date(Math.min(end.getTime(), visit.now.getTime()));
  return { from: new Date(Math.min(Math.max(from.getTime(), Date.parse(FIRST_DAY)), to.getTime())), to };
}

/** Whole hours or days of the visitor's clock, so that bars of hours and days have all of it. */
function spanUntil({ now, zone }: Visit, span: TimeSpan): AskedTime {
  if (span === "24h") return { from: new Date(Math.floor(now.getTime() / MS_PER_HOUR) * MS_PER_HOUR - 23 * MS_PER_HOUR), to: now };
  const { day } = clockTime(new Date(now.getTime() - (timeSpans[span] - 1) * MS_PER_DAY), zone);
  return { from: startOfDay(day, zone) ?? now, to: now };
}

/** A day, or a minute, to its last millisecond. */
function endOf(typed: string, zone: string): Date | undefined {
  const minute = minuteIn(typed, zone);
  return minute === undefined ? endOfDay(typed, zone) : new Date(minute.getTime() + 59_999);
}

/**
 * The time zone of an address. Days and minutes of a clock name theirs, so that the address means the same to a colleague elsewhere.
 * Moments mean it anyway: they are shown in the visitor's, as the rows below them are.
 */
export function zoneOfDays(visit: Visit): string {
  const ends = [visit.query("from"), visit.query("to")].filter((end) => end !== "");
  const areMoments = ends.every((end) => end.endsWith("Z"));
  return visit.query("zone") === "" && areMoments ? visit.zone : zoneFrom(visit.query("zone"));
}

/** The decisions of a stretch of time, to the minute. */
export function decisionsPath({ from, to }: TimeStretch, filters: Readonly<Record<string, string>> = {}): string {
  const minute = (moment: Date) => `${moment.toISOString().slice(0, 16)}Z`;
  return `/decisions?${new URLSearchParams({ from: minute(from), to: minute(to), ...filters })}`;
}

/** A moment as an address and a field have it: `2026-11-20T09:00`. */
export function minuteText(moment: Date, zone: string): string {
  const { day, time } = clockTime(moment, zone);
  return `${day}T${time.slice(0, 5)}`;
}
