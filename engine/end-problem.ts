import { expiryTime, timestamp } from "./sign-up/row-end";
import { dayFrom, MS_PER_DAY } from "./sign-up/time";

export type EndProblem =
  | { readonly code: "badEnd" | "noSuchEnd" | "unclearEnd" | "endInOtherOrder" | "endInOtherForm" | "earlyEnd" | "endInMilliseconds" }
  | { readonly code: "serialEnd"; readonly day: string }
  | { readonly code: "buddhistEnd"; readonly meant: string };

/** Spreadsheets count days from 1899-12-30. Numbers from 36,526 to 99,999 are the days from 2000 to 2173. */
const serialDays = { zero: Date.UTC(1899, 11, 30), first: 36_526 } as const;

/** The Buddhist calendar counts 543 years more than the common one. */
const BUDDHIST_YEARS_AHEAD = 543;

/** @param cell one that `expiryTime` cannot read */
export function readEndProblem(cell: unknown): EndProblem {
  const text = typeof cell === "string" || typeof cell === "number" ? String(cell).trim() : "";
  const day = serialDay(text);
  if (day !== undefined) return { code: "serialEnd", day };
  const meantText = commonEra(text);
  if (meantText !== undefined) return { code: "buddhistEnd", meant: meantText };
  if (/^[01]\d{3}-/.test(text) && dayFrom(text.slice(0, 10)) !== undefined) return { code: "earlyEnd" };
  if (/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text)) return { code: isOtherTime(text) ? "endInOtherForm" : "noSuchEnd" };
  if (/^\d{4,8}$/.test(text)) return { code: "unclearEnd" };
  if (/^(?:\d{1,9}|-\d+)$/.test(text)) return { code: "earlyEnd" };
  if (/^\d{12,13}$/.test(text)) return { code: "endInMilliseconds" };
  if (/^\d{4}[./-]\d{1,2}[./-]\d{1,2}\b/.test(text)) return { code: "endInOtherForm" };
  if (/^\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?$/.test(text)) return { code: "endInOtherOrder" };
  return { code: "badEnd" };
}

/** True for an existing day with a time in another form than `timestamp`'s, such as Java's `T21:00+09:00[Asia/Seoul]`. */
function isOtherTime(text: string): boolean {
  return text.length > "2027-01-31".length && dayFrom(text.slice(0, 10)) !== undefined && !timestamp.test(text);
}

/**
 * Returns a Buddhist end in the common calendar: 2027-01-31 for 2570-01-31. Reads dates, times, epoch seconds. Undefined for other texts
 * and years outside 2000 to 2099.
 */
function commonEra(text: string): string | undefined {
  const iso = /^\d{11}$/.test(text) ? new Date(Number(text) * 1_000).toISOString().slice(0, 10) : text;
  const year = Number(/^(\d{4})-/.exec(iso)?.[1]) - BUDDHIST_YEARS_AHEAD;
  const meantText = `${year}${iso.slice(4)}`;
  return year >= 2000 && year < 2100 && expiryTime(meantText) !== undefined ? meantText : undefined;
}

function serialDay(text: string): string | undefined {
  const [, digits] = /^(\d{5})(?:\.\d+)?$/.exec(text) ?? [];
  const days = Number(digits);
  if (!(days >= serialDays.first)) return undefined;
  return new Date(serialDays.zero + days * MS_PER_DAY).toISOString().slice(0, 10);
}
