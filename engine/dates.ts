import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "./sign-up/time";

const MS_OF = { m: MS_PER_MINUTE, h: MS_PER_HOUR, d: MS_PER_DAY } as const;

/** The milliseconds of `15m`, `48h`, `31d`; undefined for what is no such time. */
export function durationMs(text: unknown): number | undefined {
  const found = /^([1-9]\d{0,4})([mhd])$/.exec(String(text));
  return found === null ? undefined : Number(found[1]) * MS_OF[found[2] as keyof typeof MS_OF];
}

/**
 * The beginning of a day written `2027-01-31`, in UTC; undefined for what is no day of the calendar: JavaScript would move 30
 * February into March.
 */
export function dayFrom(text: string): Date | undefined {
  if (!/^\d{4}-/.test(text)) return undefined;
  const written = `${text}T00:00:00.000Z`;
  const day = new Date(written);
  return Number.isNaN(day.getTime()) || day.toISOString() !== written ? undefined : day;
}
