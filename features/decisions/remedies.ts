import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { serviceName } from "../counts/service-name";
import { remedyFor } from "./words";

/** What lets somebody in who was stopped, where the reason alone does not say. */
const texts = {
  onlyEntry: {
    en: "Change or remove the entry that denies. No entry for the address comes before it. Your change counts from the next sign-up.",
    ko: "거부하는 항목을 변경하거나 삭제하세요. 주소에 관한 어떤 항목도 이보다 먼저 적용되지 않습니다. 다음 가입부터 적용됩니다.",
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

/** What the rule said that stopped the sign-up, or the one that failed. */
export function decidingWord({ rule, failure, trace }: Pick<DecisionRecord, "rule" | "failure" | "trace">): RuleResult | undefined {
  const isDeciding = ({ said, ...word }: RuleResult) =>
    failure === undefined ? rule === word.rule && said !== "continue" && said !== "skipped" : said === "failed";
  return trace.find((word) => !word.shadow && isDeciding(word));
}

/**
 * What did not work and so stopped the sign-up: an entry of the access list helps nobody before it works again. Undefined where
 * something was decided. @returns no service where a part of Gatehouse failed
 */
function brokenIn({ failure }: DecisionRecord, word: RuleResult | undefined): { readonly service: string | undefined } | undefined {
  const service = word?.upstreamFailure?.service;
  return service === undefined && failure === undefined ? undefined : { service };
}

/** What has to work again before somebody is judged; undefined where something was decided. */
export function outageOf(record: DecisionRecord) {
  return record.verdict === "continue" ? undefined : brokenIn(record, decidingWord(record));
}

/** Whether an entry denies that no allow of the address comes before: an allow of that very address would replace it. */
export function isBeforeAddress(word: RuleResult | undefined): boolean {
  const level = word?.rule === "access-list" ? word.evidence?.level : undefined;
  return level === "account" || level === "veto" || level === "address";
}

/** What lets somebody in who was stopped for a reason; undefined for a reason of a policy's own. @param word the rule's */
export function remedyOf(reason: string, word: RuleResult | undefined, language: "en" | "ko"): string | undefined {
  return isBeforeAddress(word) ? texts.onlyEntry[language] : remedyFor(reason, language);
}

/** What it takes to let somebody in who was stopped, a sentence or two each. */
export function remediesFor(record: DecisionRecord, language: "en" | "ko"): readonly string[] {
  const { reasons, failure } = record;
  const word = decidingWord(record);
  const service = brokenIn(record, word)?.service;
  if (service !== undefined) return [texts.mend[language](serviceName(service))];
  const failed = failure === "request" ? "request.unreadable" : "gatehouse.unavailable";
  return [
    ...new Set((failure === undefined ? reasons : [failed]).map((reason) => remedyOf(reason, word, language) ?? texts.ownRule[language])),
  ];
}
