import { guestAddress, isGuestName } from "./directory-account";
import { formatProblem, type ProblemTexts } from "./problem-texts";
import { normaliseEmail, splitAddress } from "./sign-up/email";

/** Reasons why no sign-up can have an address, although the address has the right form. */
export type UnmatchedProblem =
  | { readonly code: "guestName"; readonly address?: string }
  | { readonly code: "wildcardInAddress"; readonly domain: string }
  | { readonly code: "notGmailName" };

/** Wildcards: `*`, `?` and, at either end, `%` as in SQL. */
const wildcard = /[*?]|^%|%$/;
/** Letters, digits and periods, at most 30: support.google.com/mail/answer/9211434. No minimum, because older addresses are shorter. */
const gmailName = /^[a-z0-9.]+$/;
const MAX_GMAIL_LENGTH = 30;

/** @param email normalised */
export function readUnmatched(email: string): UnmatchedProblem | undefined {
  const { local, domain } = splitAddress(email);
  if (isGuestName(email)) {
    return { code: "guestName", address: guestAddress(email) };
  }
  if (wildcard.test(local)) return { code: "wildcardInAddress", domain };
  if (domain !== "gmail.com" && domain !== "googlemail.com") return undefined;
  const [name = ""] = local.split("+");
  return gmailName.test(name) && name.replaceAll(".", "").length <= MAX_GMAIL_LENGTH ? undefined : { code: "notGmailName" };
}

export function normalisePossibleEmail(typedText: string): string | undefined {
  const email = normaliseEmail(typedText);
  return email === undefined || readUnmatched(email) !== undefined ? undefined : email;
}

/** True for an address, as Gatehouse keeps it, to which mail can go. */
export function isPossibleEmail(address: string): boolean {
  return normalisePossibleEmail(address) === address;
}

/** Returns the names of an account to which mail can go: not the name that Entra gives a guest. */
export function listPossibleEmails(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => normalisePossibleEmail(name) ?? []);
}

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
