import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { NO_APPROVAL } from "../access-list/reasons";
import { serviceName } from "../counts/counts";
import { remedyFor } from "./words";

const texts = {
  onlyEntry: {
    en: "Change or remove the entry that denies: no other entry can overrule it. Your change counts from the next sign-up.",
    ko: "거부하는 항목을 변경하거나 삭제하세요. 다른 항목으로는 허용할 수 없습니다. 다음 가입부터 적용됩니다.",
  },
  ownRule: {
    en: "This reason comes from your own policy: see the rule's file.",
    ko: "정책에서 직접 만든 이유입니다. 규칙의 파일에서 무엇을 확인하는지 보세요.",
  },
  mend: {
    en: (service: string) => `Fix ${service}. An entry of the access list doesn't help: the rule asks ${service} again at each sign-up.`,
    ko: (service: string) =>
      `${service} 문제를 해결하세요. 규칙이 가입할 때마다 ${service}에 다시 조회하므로 접근 목록에 추가해도 달라지지 않습니다.`,
  },
} as const;

/** The rule that stopped the sign-up, or the rule that failed. */
export function decidingWord({ rule, failure, trace }: Pick<DecisionRecord, "rule" | "failure" | "trace">): RuleResult | undefined {
  const isDeciding = ({ said, ...word }: RuleResult) =>
    failure === undefined ? rule === word.rule && said !== "continue" && said !== "skipped" : said === "failed";
  return trace.find((word) => !word.shadow && isDeciding(word));
}

const admitting = ["listed allow", "allowed true", "partner proven", "partner stale", "invited address", "invited code"];

/** Returns the result of the rule that let somebody in. A result that only lets people go on, or that requires approval, does not count. */
export function admittingWord({ trace }: Pick<DecisionRecord, "trace">): RuleResult | undefined {
  const isAdmitting = ([name, value]: readonly [string, unknown]) => admitting.includes(`${name} ${String(value)}`);
  const goesOn = trace.filter(({ shadow, said, findings }) => !shadow && said === "continue" && findings?.listed !== "approval");
  return goesOn.find(({ findings = {} }) => Object.entries(findings).some(isAdmitting));
}

/** The entry of the access list that required approval. */
export function referringEntry({ trace }: Pick<DecisionRecord, "trace">): string | undefined {
  return trace.find(({ shadow, findings }) => !shadow && findings?.listed === "approval")?.evidence?.entry;
}

/**
 * The failure that stopped the person, without a service if Gatehouse itself failed. Until the failure is repaired, no entry of the access
 * list helps.
 */
function brokenIn({ failure }: DecisionRecord, word: RuleResult | undefined): { readonly service: string | undefined } | undefined {
  const service = word?.upstreamFailure?.service;
  return service === undefined && failure === undefined ? undefined : { service };
}

/** The outage. Undefined if the sign-up was not stopped, or was stopped by a decision. */
export function findOutage(record: DecisionRecord) {
  return record.verdict === "continue" ? undefined : brokenIn(record, decidingWord(record));
}

/** True for a deny that decides before any allow of the address. To let the person in, that deny itself must be changed or removed. */
export function isBeforeAddress(word: RuleResult | undefined): boolean {
  const level = word?.rule === "access-list" ? word.evidence?.level : undefined;
  return level === "account" || level === "veto" || level === "address";
}

/** Returns the remedy for a reason. Undefined for a reason that a policy defines. @param word the result of the rule that stopped the person */
export function findRemedy(reason: string, word: RuleResult | undefined, language: "en" | "ko"): string | undefined {
  return isBeforeAddress(word) && reason !== NO_APPROVAL ? texts.onlyEntry[language] : remedyFor(reason, language);
}

export function remediesFor(record: DecisionRecord, language: "en" | "ko"): readonly string[] {
  const { reasons, failure } = record;
  const word = decidingWord(record);
  const service = brokenIn(record, word)?.service;
  if (service !== undefined) return [texts.mend[language](serviceName(service))];
  const failureReason = failure === "request" ? "request.unreadable" : "gatehouse.unavailable";
  return [
    ...new Set(
      (failure === undefined ? reasons : [failureReason]).map((reason) => findRemedy(reason, word, language) ?? texts.ownRule[language]),
    ),
  ];
}
