import type { DecisionRecord } from "../../engine/sign-up/record";
import { toOutcomeKind } from "../../engine/sign-up/recording";
import type { UpstreamFailure, UpstreamFailureKind } from "../../engine/sign-up/service";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Evidence, RuleResult } from "../../engine/sign-up/verdict";
import { levelWords } from "../access-list/entry-words";
import { serviceName } from "../counts/counts";
import { reasonMeanings, wordsOfReason } from "../reasons";

const en = {
  verdicts: { continue: "let in", block: "refused", invalid: "asked to correct" } satisfies Record<DecisionRecord["verdict"], string>,
  // `waiting` is for a person whose request an approver decides. `wentOn` is for a person who has not filled in the form yet.
  outcomes: { waiting: "asked for approval", wentOn: "went on to the form" },
  steps: {
    "after-sign-in": "After sign-in",
    "before-create-user": "Before creating the user",
    "before-sending-token": "Before sending the token",
  } satisfies Record<Step, string>,
  said: {
    continue: "passed",
    block: "refused",
    invalid: "asked to correct",
    failed: "failed",
    unfinished: "did not finish",
    skipped: "did not run: an earlier rule stopped the sign-up",
  } satisfies Record<RuleResult["said"], string>,
  levels: levelWords.en,
  ...reasonMeanings.en,
  by: (entry: string, level: string) => `by ${entry}: ${level}`,
  // `unbacked` and `unproven` are about an entry that would let the person in, but does not count.
  unbacked: (entry: string) => `${entry} does not count: a partner keeps it, and the domain is not a proven partner's`,
  unproven: (entry: string) => `${entry} does not count: this way to sign in does not verify the address, or the policy does not trust it`,
  /** @param attribute empty if the source asks about the address */
  notAsked: (why: string, attribute: string) => {
    const unaskedText = "the source was not asked: ";
    if (why === "missing") return `${unaskedText}${attribute} was empty`;
    if (why === "unusable") return `${unaskedText}the value of ${attribute} cannot be part of a question`;
    return `${unaskedText}this way to sign in does not verify the address, or the policy does not trust it`;
  },
  upstreamFailure: (service: string, cause: string) => `The call to ${service} failed: ${cause}.`,
  upstreamKinds: {
    timeout: "no answer in time",
    connection: "the connection failed",
    unauthorised: "it does not accept our credentials",
    throttled: "it accepts no more calls for now",
    failed: "it answered with an error",
    "too-large": "its answer was too large",
    unreadable: "its answer could not be read",
    unexpected: "its answer does not keep to its contract",
    secret: "our secret for it is missing or malformed",
  } satisfies Record<UpstreamFailureKind, string>,
  /** `failedClosed` or `withoutClaims` adds the failure's effect. */
  failures: {
    rule: "a rule failed",
    read: "the tables could not be read",
    write: "something that had to be written could not be",
    deadline: "the time ran out before every rule had answered",
    request: "the call could not be read",
  } satisfies Record<NonNullable<DecisionRecord["failure"]>, string>,
  failedClosed: (what: string) => `${what}, so nobody could be let in`,
  withoutClaims: (what: string) => `${what}, so the token got no claims`,
};

export type DecisionWords = typeof en;

const ko: DecisionWords = {
  verdicts: { continue: "허용", block: "거부", invalid: "수정 요청" },
  outcomes: { waiting: "승인 요청", wentOn: "양식으로 진행" },
  steps: { "after-sign-in": "로그인 후", "before-create-user": "계정 생성 전", "before-sending-token": "토큰 발급 전" },
  said: {
    continue: "통과시켰습니다",
    block: "가입을 거부했습니다",
    invalid: "수정을 요청했습니다",
    failed: "실패했습니다",
    unfinished: "끝나지 않았습니다",
    skipped: "앞에서 문제가 발견되어 실행되지 않았습니다",
  },
  levels: levelWords.ko,
  ...reasonMeanings.ko,
  by: (entry, level) => `근거 항목 ${entry}: ${level}`,
  unbacked: (entry) => `${entry} 항목은 적용되지 않음: 파트너가 관리하는 항목인데 해당 도메인이 확인된 파트너의 도메인이 아님`,
  unproven: (entry) => `${entry} 항목은 적용되지 않음: 이 로그인 방법으로는 주소가 확인되지 않거나 정책이 신뢰하지 않음`,
  notAsked: (why, attribute) => {
    const unaskedText = "외부 자료를 조회하지 않음: ";
    if (why === "missing") return `${unaskedText}${attribute} 값이 비어 있음`;
    if (why === "unusable") return `${unaskedText}${attribute} 값으로는 조회할 수 없음`;
    return `${unaskedText}이 로그인 방법으로는 주소가 확인되지 않거나 정책이 신뢰하지 않음`;
  },
  upstreamFailure: (service, cause) => `${service} 호출 실패: ${cause}.`,
  upstreamKinds: {
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
    rule: "규칙이 실패하여",
    read: "테이블을 읽지 못하여",
    write: "기록해야 할 내용을 기록하지 못하여",
    deadline: "모든 규칙이 답하기 전에 시간이 초과되어",
    request: "호출을 읽을 수 없어",
  },
  failedClosed: (what) => `${what} 아무도 허용할 수 없었습니다`,
  withoutClaims: (what) => `${what} 토큰에 클레임을 넣지 못했습니다`,
};

export const decisionWords = { en, ko } as const;

/** Undefined for a reason that a policy defines. */
export function remedyFor(reason: string, language: "en" | "ko"): string | undefined {
  return wordsOfReason(reason)?.remedy[language];
}

/** A person who waits for an approver, or goes on to the form, is neither "let in" nor "refused". */
export function outcomeText(
  { verdicts, outcomes }: DecisionWords,
  record: Pick<DecisionRecord, "verdict" | "reasons"> & Partial<Pick<DecisionRecord, "step">>,
): string {
  const { verdict, step } = record;
  if (toOutcomeKind(record) === "waiting") return outcomes.waiting;
  return verdict === "continue" && step === "after-sign-in" ? outcomes.wentOn : verdicts[verdict];
}

/** Describes a failure: "the tables could not be read, so nobody could be let in". */
export function failureText(words: DecisionWords, { failure, step }: Pick<DecisionRecord, "failure" | "step">): string | undefined {
  if (failure === undefined) return undefined;
  return (step === "before-sending-token" ? words.withoutClaims : words.failedClosed)(words.failures[failure]);
}

export interface Said {
  readonly verdict: DecisionRecord["verdict"];
  /** Each reason once. */
  readonly reasons: readonly string[];
  readonly evidence?: Evidence | undefined;
}

/** Describes the evidence of a verdict: "by contoso.com: the domain of the address". */
export function evidenceText(words: DecisionWords, { entry, level, unproven, unbacked, notAsked, ...others }: Evidence): string {
  const { by, levels } = words;
  const wordsByLevel: Readonly<Record<string, string>> = levels;
  const entryTexts =
    entry === undefined
      ? []
      : [level === undefined ? `by ${entry}` : by(entry, Object.hasOwn(wordsByLevel, level) ? (wordsByLevel[level] ?? level) : level)];
  const passedOver = [
    ...(unproven === undefined ? [] : [words.unproven(unproven)]),
    ...(unbacked === undefined ? [] : [words.unbacked(unbacked)]),
  ];
  const [why = "", attribute = ""] = notAsked?.split(" ") ?? [];
  const unaskedTexts = notAsked === undefined ? [] : [words.notAsked(why, attribute)];
  return [...entryTexts, ...passedOver, ...unaskedTexts, ...Object.entries(others).map(([name, value]) => `${name} ${value}`)].join(", ");
}

export function upstreamText(words: DecisionWords, failure: UpstreamFailure): string {
  return words.upstreamFailure(serviceName(failure.service), upstreamCause(words, failure));
}

/** Describes a failure's cause: "no answer in time (HTTP 504)". */
export function upstreamCause({ upstreamKinds }: DecisionWords, { kind, status, at, came }: UpstreamFailure): string {
  const where = [status === undefined ? undefined : `HTTP ${status}`, at, came].filter((each) => each !== undefined).join(", ");
  return `${upstreamKinds[kind] ?? kind}${where === "" ? "" : ` (${where})`}`;
}
