import { formatProblem, type ProblemTexts } from "./problem-texts";
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

function isOtherTime(text: string): boolean {
  return text.length > "2027-01-31".length && dayFrom(text.slice(0, 10)) !== undefined && !timestamp.test(text);
}

/** 2027-01-31 for 2570-01-31. Undefined for years outside 2000 to 2099. */
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

type EndTexts = ProblemTexts<EndProblem, [end: string]>;

const en: EndTexts = {
  badEnd: (_, end) => `${end} is not a date like 2027-01-31`,
  noSuchEnd: (_, end) => `${end} is not a day or time that exists`,
  unclearEnd: ({ meant }, end) => `${end} is not clearly a day: ${adviseEn(meant, "a whole day like 2027-01-31")}`,
  endInOtherOrder: ({ meant }, end) => `${end} is not in the order year, month, day: ${adviseEn(meant, "a day like 2027-01-31")}`,
  endInOtherForm: ({ meant }, end) =>
    `${end} is not written as 2027-01-31 or 2027-01-31T18:00Z${meant === undefined ? "" : `: ${adviseEn(meant)}`}`,
  earlyEnd: (_, end) => `${end} is before the year 2000: write a day like 2027-01-31, or leave it out for no end`,
  endInMilliseconds: ({ meant }, end) => `${end} is in milliseconds: ${adviseEn(meant, "seconds, or a day like 2027-01-31")}`,
  buddhistEnd: ({ meant }, end) => `${end} has a year of the Buddhist calendar: write ${meant}`,
  serialEnd: ({ day }, end) => `${end} is a spreadsheet's number of the day ${day}: write ${day}`,
};

function adviseEn(meant: readonly string[] | undefined, example = ""): string {
  return `write ${meant?.join(" or ") ?? example}`;
}

const ko: EndTexts = {
  badEnd: "유효 기한이 2027-01-31 같은 날짜가 아닙니다",
  noSuchEnd: "유효 기한이 달력에 없는 날짜나 시각입니다",
  unclearEnd: ({ meant }) => `유효 기한이 날짜인지 분명하지 않습니다. ${adviseKo(meant)}`,
  endInOtherOrder: ({ meant }) => `유효 기한이 연, 월, 일 순서가 아닙니다. ${adviseKo(meant)}`,
  endInOtherForm: ({ meant }) =>
    `유효 기한이 2027-01-31 또는 2027-01-31T18:00Z와 같은 형식이 아닙니다${meant === undefined ? "" : `. ${adviseKo(meant)}`}`,
  earlyEnd: "유효 기한이 2000년 이전입니다. 2027-01-31과 같이 입력하거나, 무기한이면 비워 두세요",
  endInMilliseconds: ({ meant }) => `유효 기한이 밀리초입니다. ${adviseKo(meant)}`,
  buddhistEnd: ({ meant }) => `유효 기한의 연도가 불기입니다. ${meant}로 입력하세요`,
  serialEnd: ({ day }) => `유효 기한이 스프레드시트의 날짜 번호입니다(${day}). ${day}로 입력하세요`,
};

function adviseKo(meant: readonly string[] | undefined): string {
  return meant === undefined ? "2027-01-31과 같이 입력하세요" : `이렇게 입력하세요: ${meant.join(" 또는 ")}`;
}

export const endProblemTexts = { en, ko } as const;

export function describeEndProblem(problem: EndProblem, end: string, language: "en" | "ko" = "en"): string {
  return formatProblem(problem, endProblemTexts[language], end);
}
