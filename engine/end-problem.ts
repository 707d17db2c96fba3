import { expiryTime, timestamp } from "./sign-up/row-end";
import { dayFrom, MS_PER_DAY } from "./sign-up/time";

type MisspeltEnd = "unclearEnd" | "endInOtherOrder" | "endInOtherForm" | "endInMilliseconds";

export type EndProblem =
  | { readonly code: "badEnd" | "noSuchEnd" | "earlyEnd" }
  /** `meant`: the spellings of the end that the text probably means. Two if the day and the month may have changed places. */
  | { readonly [Code in MisspeltEnd]: { readonly code: Code; readonly meant?: readonly string[] } }[MisspeltEnd]
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
  if (/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text))
    return isOtherTime(text) ? meaning("endInOtherForm", [toOurForm(text)]) : { code: "noSuchEnd" };
  if (/^\d{4,8}$/.test(text)) return meaning("unclearEnd", [text.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3")]);
  if (/^(?:\d{1,9}|-\d+)$/.test(text)) return { code: "earlyEnd" };
  if (/^\d{12,13}$/.test(text)) return meaning("endInMilliseconds", [String(Math.floor(Number(text) / 1_000))]);
  if (/^\d{4}[./-]\d{1,2}[./-]\d{1,2}\b/.test(text)) return meaning("endInOtherForm", [toOurForm(text)]);
  const [, first = "", , second = "", year = ""] = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\.?$/.exec(text) ?? [];
  if (year === "") return { code: "badEnd" };
  const fullYear = year.length === 2 ? `20${year}` : year;
  return meaning("endInOtherOrder", [toDay(fullYear, second, first), toDay(fullYear, first, second)]);
}

function meaning(code: MisspeltEnd, ends: readonly string[]): EndProblem {
  const meant = [...new Set(ends)].filter((end) => expiryTime(end) !== undefined);
  return { code, ...(meant.length > 0 && { meant }) } as EndProblem;
}

function toDay(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** Reads a day and perhaps a time: `2027/1/31 18:00`, and Java's `2027-01-31T21:00+09:00[Asia/Seoul]`. */
function toOurForm(text: string): string {
  const [, year = "", month = "", day = "", time, offset = ""] =
    /^(\d{4})[./-](\d{1,2})[./-](\d{1,2})\.?(?:[T ]+(\d{1,2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?(?:\[.*\])?)?$/i.exec(text) ?? [];
  return `${toDay(year, month, day)}${time === undefined ? "" : `T${time.padStart(time.length < 6 ? 5 : 8, "0")}${offset}`}`;
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
