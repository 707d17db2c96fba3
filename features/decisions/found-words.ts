import type { Evidence, Findings } from "../../engine/sign-up/verdict";

/** Evidence that is not shown: keys of rows, and what another part of the line shows. */
const UNSAID: readonly string[] = ["ledger", "sha256", "identity", "box"];
/** Findings with sentences in `evidenceText`. */
const SENTENCES: readonly string[] = ["entry", "level", "unproven", "unbacked", "notAsked"];

/** The page's functions for names and values that have no text in this file. */
export interface FoundWriting {
  readonly language: "en" | "ko";
  nameOf(claim: string): string;
  plainValue(value: string): string;
}

/** Describes findings. `nameOf` gives the name of a finding without a text here, such as one of a policy's own rule. */
export function foundText({ language, nameOf, plainValue }: FoundWriting, findings: Findings): string {
  const word = (texts: Readonly<Record<string, readonly [string, string]>>, name: string) =>
    Object.hasOwn(texts, name) ? texts[name]?.[language === "en" ? 0 : 1] : undefined;
  const words = Object.entries(findings).map(([name, value]) => {
    const text = String(value);
    return (
      word(texts.values, `${name} ${text}`) ?? `${word(texts.names, name) ?? nameOf(name)}: ${word(texts.values, text) ?? plainValue(text)}`
    );
  });
  return words.join(", ");
}

export function splitEvidence(evidence: Evidence): readonly [sentences: Evidence, others: Evidence] {
  const of = (isMeant: (name: string) => boolean) => Object.fromEntries(Object.entries(evidence).filter(([name]) => isMeant(name)));
  return [of((name) => SENTENCES.includes(name)), of((name) => ![...SENTENCES, ...UNSAID].includes(name))];
}

const texts = {
  /** Each key is a finding's name and value. If a value means the same under every name, its key is only the value. */
  values: {
    "listed allow": ["the list allows", "목록이 허용함"],
    "listed approval": ["the list has them wait for approval", "목록이 승인을 기다리게 함"],
    "listed deny": ["the list denies", "목록이 거부함"],
    "listed unlisted": ["no entry matches, other rules decide", "해당 항목 없음, 다른 규칙이 결정함"],
    "referred true": ["approvers decide", "승인자가 결정함"],
    "allowed true": ["counts as allowed", "허용된 사람으로 봄"],
    "waitlist true": ["goes on the waiting list", "대기자 명단에 오름"],
    "mx yes": ["the domain takes mail", "메일을 받는 도메인"],
    "mx no": ["the domain takes no mail", "메일을 받지 않는 도메인"],
    "mx unknown": ["unknown whether the domain takes mail", "도메인이 메일을 받는지 알 수 없음"],
    "identity verified": ["identity verified", "신원 확인됨"],
    "identity approved": ["identity approved by an approver", "승인자가 신원을 승인함"],
    "identity refuted": ["identity not confirmed", "신원이 확인되지 않음"],
    "identity review": ["identity needs a look", "신원 검토 필요"],
    "identity unavailable": ["the vendor could not be asked", "업체에 확인할 수 없음"],
    "identity skipped": ["identity was not checked", "신원을 확인하지 않음"],
    "partner proven": ["the domain of a proven partner", "확인된 파트너의 도메인"],
    "partner stale": ["the domain of a partner whose proof is getting old", "확인이 오래된 파트너의 도메인"],
    "partner none": ["no partner's domain", "파트너 도메인 아님"],
    "account not-proven": [
      "the address is not verified, so other accounts are not looked for",
      "주소가 확인되지 않아 다른 계정을 찾지 않음",
    ],
    "access ended": ["access ended before", "이용이 종료된 적 있음"],
    "access unproven": ["access of this address ended before", "이 주소의 이용이 종료된 적 있음"],
    "invited address": ["invited", "초대됨"],
    "invited code": ["has an invitation's code", "초대 코드가 있음"],
    "invited none": ["not invited", "초대받지 않음"],
    "invited expired": ["the invitation has ended", "초대가 만료됨"],
    "not-found": ["nothing found", "찾지 못함"],
    "not-asked": ["not asked", "조회하지 않음"],
    unavailable: ["could not be asked", "확인할 수 없음"],
    unchecked: ["could not be checked", "확인할 수 없음"],
    "used-up": ["the code is used up", "코드가 모두 사용됨"],
    reached: ["limit reached", "한도 도달"],
  },
  names: {
    mailHost: ["mail is taken by", "메일을 받는 곳"],
    firstSeen: ["domain first seen", "도메인을 처음 본 때"],
    sponsor: ["sponsor", "담당자"],
    identity: ["identity", "신원"],
    account: ["account", "계정"],
    terms: ["terms", "약관"],
    vendor: ["vendor", "업체"],
    code: ["code", "코드"],
    reference: ["reference", "참조"],
    request: ["request", "요청"],
    invitation: ["invitation", "초대"],
    minimum: ["minimum age", "최소 나이"],
    signedUpWith: ["signed up with", "가입 방법"],
    knownBy: ["known by", "출처"],
    language: ["language", "언어"],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [en: string, ko: string]>>>>;
