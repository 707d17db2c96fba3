import { formatProblem, type ProblemTexts } from "./problem-texts";
import type { UnmatchedProblem } from "./unmatched";

const en: ProblemTexts<UnmatchedProblem> = {
  guestName: ({ address }) => `not an address but the name that Entra gives a guest: write ${address ?? "their e-mail address"}`,
  wildcardInAddress: ({ domain }) =>
    `not an address that anybody has: an address takes no wildcard. Write the whole address, or ${domain} for everyone of that domain`,
  notGmailName: "not an address that Gmail gives: before the @, Gmail has only letters, digits and dots, at most 30",
};

const ko: ProblemTexts<UnmatchedProblem> = {
  guestName: ({ address }) => `주소가 아니라 Entra가 게스트에게 붙인 이름입니다. ${address ?? "이메일 주소"}로 입력하세요`,
  wildcardInAddress: ({ domain }) =>
    `아무도 가질 수 없는 주소입니다. 주소에는 와일드카드를 쓸 수 없습니다. 주소 전체를 입력하거나, 그 도메인의 모든 사람이라면 ${domain}을 입력하세요`,
  notGmailName: "Gmail에 있을 수 없는 주소입니다. @ 앞에는 영문자, 숫자, 마침표만 최대 30자까지 씁니다",
};

export const unmatchedTexts = { en, ko } as const;

export function describeUnmatched(problem: UnmatchedProblem, language: "en" | "ko" = "en"): string {
  return formatProblem(problem, unmatchedTexts[language]);
}
