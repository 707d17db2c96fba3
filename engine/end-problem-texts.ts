import type { EndProblem } from "./end-problem";
import { formatProblem, type ProblemTexts } from "./problem-texts";

/** @param end the column, field or option that holds the end */
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
