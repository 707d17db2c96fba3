import { findMeantAddress, findMeantDomain, meansSubdomains, readTypedDomain } from "../../engine/meant-entries";
import { normaliseEmail } from "../../engine/sign-up/email";
import { describeUnmatched, readUnmatched } from "../../engine/unmatched";
import type { Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { shortenText } from "./value";

const SHOWN_LETTERS = 80;

export function describeAddressProblem({ language }: Pick<Visit, "language">, text: string): string | undefined {
  const address = shortenText(text.trim(), SHOWN_LETTERS);
  if (address === "") return t.missing;
  const email = normaliseEmail(text);
  if (email === undefined) {
    const meant = findMeantAddress(text);
    return meant === undefined ? t.noAddress(address) : t.meant(address, meant);
  }
  const problem = readUnmatched(email);
  return problem && `${address}: ${describeUnmatched(problem, language)}.`;
}

/** Undefined for an empty text, and for a text that `readTypedDomain` reads. */
export function describeDomainProblem(text: string): string | undefined {
  return text === "" || readTypedDomain(text) !== undefined ? undefined : t.noDomain(findMeantDomain(text), meansSubdomains(text));
}

const t = pageTexts({
  missing: ["Write an e-mail address like kim@contoso.com.", "kim@contoso.com과 같은 이메일 주소를 입력하세요."],
  meant: [
    (text: string, meant: string) => `“${text}” is not an e-mail address: write ${meant}.`,
    (text, meant) => `“${text}”: 이메일 주소가 아닙니다. 이렇게 입력하세요: ${meant}`,
  ],
  noAddress: [
    (text: string) => `“${text}” is not an e-mail address: write one like kim@contoso.com.`,
    (text) => `“${text}”: 이메일 주소가 아닙니다. kim@contoso.com과 같이 입력하세요.`,
  ],
  noDomain: [
    (meant: string | undefined, isWider: boolean) =>
      `That is not a domain: write ${meant ?? "it like contoso.com"}${isWider ? ", without its subdomains" : ""}.`,
    (meant, isWider) =>
      `도메인이 아닙니다. ${meant === undefined ? "contoso.com과 같이 입력하세요." : `이렇게 입력하세요${isWider ? "(하위 도메인 제외)" : ""}: ${meant}`}`,
  ],
});
