import type { Level } from "../../engine/access-list/match";
import { meanings } from "../../engine/messages/meanings";
import type { RuleResult } from "../../engine/sign-up/decision";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Step } from "../../engine/sign-up/sign-up";
import type { UpstreamFailure, UpstreamFailureKind } from "../../engine/sign-up/upstream";
import type { Evidence } from "../../engine/sign-up/verdict";
import { visible } from "../parts/value";
import { pageTexts } from "./languages";

type Verdict = DecisionRecord["verdict"];

/** What is said of decisions, in plain language. */
export const words = pageTexts(
  {
    verdicts: { continue: "Let through", block: "Blocked", invalid: "Asked again" } as Record<Verdict, string>,
    steps: { "after-sign-in": "After sign-in", "before-create-user": "Before the account is made" } as Record<Step, string>,
    said: {
      continue: "let the person pass",
      block: "blocked the sign-up",
      invalid: "asked the person to mend something",
      failed: "failed, so the sign-up was blocked",
      unfinished: "had not finished when the answer was due",
      skipped: "was not asked, as a fault had been found before it",
    } as Record<RuleResult["said"], string>,
    again: "Asked again for a value that a later rule had set.",
    shadow: "It only reports (shadow): what it said changed nothing.",
    reasons: {
      "access-list.denied": "the access list denies this person",
      "access-list.unlisted": "no entry of the access list speaks of this person",
      "domain.not-allowed": "the domain is none of those that may sign up",
      "request.email": "the e-mail address cannot be read",
      "request.unreadable": "the request cannot be read",
      "attribute.required": "a field is empty",
      "attribute.invalid": "a value is not valid",
      ...meanings.en,
      "gatehouse.unavailable": "something of ours failed",
      "gatehouse.blocked": "a rule refused without giving a reason",
    } as Record<string, string>,
    levels: {
      account: "this very account at the provider",
      veto: "the provider, which is refused whatever the address",
      address: "this very address",
      mailbox: "another spelling of the same mailbox",
      base: "the address without its +tag",
      domain: "the domain of the address",
      wildcard: "a wildcard over the domain",
      class: "a class that the domain belongs to",
      issuer: "the provider",
      everyone: "everyone",
    } as Record<Level, string>,
    by: (entry: string, level: string) => `by the entry ${entry}: ${level}`,
    found: (list: string) => `It found: ${list}.`,
    set: (list: string) => `It set: ${list}.`,
    upstreamFailure: (service: string, kind: string, status: string) => `The call to ${service} failed: ${kind}${status}.`,
    troubles: {
      timeout: "no answer in time",
      connection: "the connection failed",
      unauthorised: "it does not accept our credentials",
      throttled: "it takes no more calls just now",
      failed: "it answered with an error",
      "too-large": "its answer was too large",
      unreadable: "its answer could not be read",
      unexpected: "its answer says what its contract does not know",
      secret: "our own secret for it is missing or malformed",
    } as Record<UpstreamFailureKind, string>,
    failures: {
      rule: "a rule failed",
      read: "the tables could not be read",
      write: "what had to be written could not be",
      deadline: "time ran out",
    } as Record<NonNullable<DecisionRecord["failure"]>, string>,
  },
  {
    verdicts: { continue: "통과", block: "차단", invalid: "재입력 요청" },
    steps: { "after-sign-in": "로그인 후", "before-create-user": "계정 생성 전" },
    said: {
      continue: "통과시켰습니다",
      block: "가입을 차단했습니다",
      invalid: "수정을 요청했습니다",
      failed: "실패하여 가입이 차단되었습니다",
      unfinished: "답변 기한까지 끝나지 않았습니다",
      skipped: "앞에서 문제가 발견되어 실행되지 않았습니다",
    },
    again: "이후 규칙이 바꾼 값으로 다시 판단했습니다.",
    shadow: "보고만 하는 규칙(shadow)이므로 결과에 영향을 주지 않았습니다.",
    reasons: {
      "access-list.denied": "접근 목록이 이 사람을 거부합니다",
      "access-list.unlisted": "접근 목록에 이 사람에 해당하는 항목이 없습니다",
      "domain.not-allowed": "가입이 허용된 도메인이 아닙니다",
      "request.email": "이메일 주소를 읽을 수 없습니다",
      "request.unreadable": "요청을 읽을 수 없습니다",
      "attribute.required": "비어 있는 항목이 있습니다",
      "attribute.invalid": "올바르지 않은 값이 있습니다",
      ...meanings.ko,
      "gatehouse.unavailable": "내부 오류가 발생했습니다",
      "gatehouse.blocked": "규칙이 이유 없이 거부했습니다",
    },
    levels: {
      account: "제공자의 바로 이 계정",
      veto: "주소와 관계없이 거부되는 제공자",
      address: "바로 이 주소",
      mailbox: "같은 사서함의 다른 표기",
      base: "+태그를 뺀 주소",
      domain: "주소의 도메인",
      wildcard: "도메인에 대한 와일드카드",
      class: "도메인이 속한 분류",
      issuer: "제공자",
      everyone: "모든 사람",
    },
    by: (entry, level) => `근거 항목 ${entry}: ${level}`,
    found: (list) => `확인한 내용: ${list}.`,
    set: (list) => `설정한 속성: ${list}.`,
    upstreamFailure: (service, kind, status) => `${service} 호출 실패: ${kind}${status}.`,
    troubles: {
      timeout: "제시간에 응답이 없습니다",
      connection: "연결에 실패했습니다",
      unauthorised: "자격 증명이 거부되었습니다",
      throttled: "현재 호출을 더 받지 않습니다",
      failed: "오류로 응답했습니다",
      "too-large": "응답이 너무 큽니다",
      unreadable: "응답을 읽을 수 없습니다",
      unexpected: "계약에 없는 응답입니다",
      secret: "이 서비스의 비밀 값이 없거나 잘못되었습니다",
    },
    failures: {
      rule: "규칙이 실패했습니다",
      read: "테이블을 읽지 못했습니다",
      write: "기록하지 못했습니다",
      deadline: "시간이 초과되었습니다",
    },
  },
);
export type Words = (typeof words)["en"];

/** "access-list.denied (the access list denies this person)" */
export function reasonText(t: Words, reasons: readonly string[]): string {
  return [...new Set(reasons)]
    .map((reason) => (Object.hasOwn(t.reasons, reason) ? `${reason} (${t.reasons[reason]})` : visible(reason)))
    .join(", ");
}

/** What a rule's word rests on. */
export function evidenceText(t: Words, { entry, level, ...others }: Evidence): string {
  const listed = entry === undefined ? [] : [t.by(entry, t.levels[level as Level] ?? level ?? "")];
  return [...listed, ...Object.entries(others).map(([name, value]) => `${name} ${value}`)].join(", ");
}

export function troubleWords(t: Words, { service, kind, status }: UpstreamFailure): string {
  return t.upstreamFailure(service, t.troubles[kind] ?? kind, status === undefined ? "" : ` (HTTP ${status})`);
}
