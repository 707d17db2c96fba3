import { dayFrom, MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { dateLocale, dayOf } from "../../parts/time";

/** What a form offers for the last day of an entry. */
export const spans = ["friday", "week", "month", "never", "other"] as const;
type UntilSpan = (typeof spans)[number];

const FRIDAY = 5;

/** The last day of a span, in UTC; undefined where it has no end, or is another day. */
export function lastDayOf(span: UntilSpan, now: Date): string | undefined {
  const after = (days: number) => dayOf(new Date(now.getTime() + days * MS_PER_DAY));
  switch (span) {
    case "friday":
      // From Friday on it is the next week's: who is let in on a Friday evening is to have more than hours.
      return after((FRIDAY - now.getUTCDay() + 7) % 7 || 7);
    case "week":
      return after(7);
    case "month":
      return after(30);
    default:
      return undefined;
  }
}

/** The day that a form asks for. @param other typed where the span is another day */
export function untilAsked(span: string, other: string, now: Date): { readonly ok: true; readonly day?: string } | { readonly ok: false } {
  const asked = spans.find((each) => each === span);
  if (asked === undefined) return { ok: false };
  if (asked === "never") return { ok: true };
  const day = asked === "other" ? other : lastDayOf(asked, now);
  const date = day === undefined ? undefined : dayFrom(day);
  return date === undefined || date.getTime() + MS_PER_DAY <= now.getTime() ? { ok: false } : { ok: true, day: day as string };
}

/** "Friday, 27 November 2026" @param day `2026-11-27` */
export function dayText({ language }: Visit, day: string): string {
  const style = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(dateLocale(language), style).format(new Date(`${day}T00:00:00Z`));
}
