import { formatProblem, type ProblemTexts } from "../problem-texts";
import type { FileProblem } from "./file-problem";

const en: ProblemTexts<FileProblem> = {
  quoteNotClosed: "a quote opens here and is not closed",
  quoteNotClosedInCell: "a quote is not closed before its cell ends",
  quoteWithinCell: 'a quote within a cell that is not quoted: write "5"" pipe"',
  notUtf8: "not UTF-8 (UTF-16 perhaps): save the file as UTF-8",
  spoiltCell: "not UTF-8, or spoilt by an earlier conversion: save the file as UTF-8",
  lineTooLong: "the line is too long",
  notJsonObject: "not a JSON object on one line",
  namelessMember: "a member has no name",
  namelessColumn: "a column has no name",
  badColumnName: "a column's name is too long, or holds control characters",
  recordTooLong: ({ most }) => `longer than ${most} characters`,
  tooManyFaults: ({ most }) => `more than ${most} faulty lines: the rest is not read`,
  cellCount: ({ cells, columns }) => `${cells} ${cells === 1 ? "cell" : "cells"} where the header names ${columns}`,
  headerWithout: ({ name }) => `the first line names the columns, "${name}" among them, with commas between them`,
  repeatedColumn: ({ name }) => `the column "${name}" appears twice`,
};

const ko: ProblemTexts<FileProblem> = {
  quoteNotClosed: "여기에서 열린 따옴표가 닫히지 않았습니다",
  quoteNotClosedInCell: "칸이 끝나기 전에 따옴표가 닫히지 않았습니다",
  quoteWithinCell: '따옴표로 묶지 않은 칸 안에 따옴표가 있습니다. "5"" 파이프"와 같이 입력하세요',
  notUtf8: "UTF-8이 아닙니다(UTF-16일 수 있습니다). 파일을 UTF-8로 저장하세요",
  spoiltCell: "UTF-8이 아니거나 이전 변환에서 손상되었습니다. 파일을 UTF-8로 저장하세요",
  lineTooLong: "줄이 너무 깁니다",
  notJsonObject: "한 줄에 쓴 JSON 객체가 아닙니다",
  namelessMember: "이름이 없는 멤버가 있습니다",
  namelessColumn: "이름이 없는 열이 있습니다",
  badColumnName: "열 이름이 너무 길거나 제어 문자가 들어 있습니다",
  recordTooLong: ({ most }) => `${most}자보다 깁니다`,
  tooManyFaults: ({ most }) => `잘못된 줄이 ${most}개를 넘어 나머지는 읽지 않았습니다`,
  cellCount: ({ cells, columns }) => `머리글의 열은 ${columns}개인데 칸은 ${cells}개입니다`,
  headerWithout: ({ name }) => `첫 줄에는 "${name}" 열을 포함한 열 이름을 쉼표로 구분하여 적습니다`,
  repeatedColumn: ({ name }) => `"${name}" 열이 두 번 있습니다`,
};

export const fileProblemTexts = { en, ko } as const;

export function describeFileProblem(problem: FileProblem, language: "en" | "ko" = "en"): string {
  return formatProblem(problem, fileProblemTexts[language]);
}
