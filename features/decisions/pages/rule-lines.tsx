import type { Visit } from "../../../console/app/visit";
import { claimName, type GateVisit } from "../../../console/parts/claim-name";
import { Icon, type IconName } from "../../../console/parts/icon";
import { durationText, withMoment } from "../../../console/parts/time";
import { capitalised, ShownValue, shortened, visible } from "../../../console/parts/value";
import { pageTexts, textNamed } from "../../../console/texts/languages";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Findings, RuleResult } from "../../../engine/sign-up/verdict";
import { reasonsInWords } from "../../reasons";
import { decisionWords, evidenceText, upstreamText } from "../words";
import { decisionsTexts as t } from "./decisions-texts";

/** What each rule said, in order: one line a rule, and how long it waited for a system outside where that is recorded. */
export function RuleLines({ visit, record: { trace, gate, calls = [] } }: { readonly visit: Visit; readonly record: DecisionRecord }) {
  if (trace.length === 0) return <p class="hint">{t.noWords}</p>;
  const waited = ({ upstreamFailure }: RuleResult) => calls.find(({ service }) => service === upstreamFailure?.service)?.ms;
  return <ol class="rules">{trace.map((word) => ruleLine(visit, word, gate, waited(word)))}</ol>;
}

/** Keys of rows, and what another part of the line says. */
const UNSAID: readonly string[] = ["ledger", "sha256", "identity", "box"];
/** What `evidenceText` has sentences for. */
const SENTENCES: readonly string[] = ["entry", "level", "unproven", "unbacked", "notAsked"];

/** What a rule's word rests on. */
export function basisOf(
  visit: Visit,
  { evidence = {}, upstreamFailure }: Pick<RuleResult, "evidence" | "upstreamFailure">,
  gate: string | undefined,
): readonly string[] {
  const w = visit.say(decisionWords);
  const of = (isMeant: (name: string) => boolean) => Object.fromEntries(Object.entries(evidence).filter(([name]) => isMeant(name)));
  const sentences = of((name) => SENTENCES.includes(name));
  const others = of((name) => ![...SENTENCES, ...UNSAID].includes(name));
  return [
    evidenceText(w, sentences),
    foundText(visit, others, gate),
    ...(upstreamFailure === undefined ? [] : [upstreamText(w, upstreamFailure)]),
  ];
}

const icons = {
  ...{ continue: "allow", block: "close", invalid: "edit", failed: "failing", unfinished: "expiry", skipped: "skipped" },
} as const satisfies Readonly<Record<RuleResult["said"], IconName>>;
/** The colours of outcomes. */
const kinds = { continue: "continue", block: "block", invalid: "invalid", failed: "block", unfinished: "", skipped: "" } as const;

function ruleLine(visit: Visit, word: RuleResult, gate: string | undefined, ms: number | undefined) {
  const w = visit.say(decisionWords);
  const { rule, said, shadow, reasons = [], findings = {}, set = [] } = word;
  const remarks = [
    capitalised(w.said[said]),
    reasons.length === 0 ? "" : reasonsInWords(w, reasons),
    ...basisOf(visit, word, gate),
    foundText(visit, findings, gate),
    set.length === 0 ? "" : t.set(set.map((name) => claimName(visit, name, gate)).join(", ")),
    shadow ? t.shadow : "",
  ].filter((remark) => remark !== "");
  return (
    <li class={kinds[said]}>
      <Icon name={icons[said]} />
      <div>
        <b>{visible(rule)}</b>
        <div class="hint">
          <ShownValue text={remarks.join("; ")} />
        </div>
      </div>
      {ms === undefined ? null : <small>{durationText(visit, ms)}</small>}
    </li>
  );
}

/** What a rule left for others, in words. A finding of a policy's own rule keeps its name. */
function foundText(visit: GateVisit, findings: Findings, gate: string | undefined): string {
  const words = Object.entries(findings).map(([name, value]) => {
    const whole = textNamed(foundTexts.values, `${name} ${value}`);
    if (whole !== undefined) return whole;
    const label = textNamed(foundTexts.names, name) ?? claimName(visit, name, gate);
    return `${label}: ${textNamed(foundTexts.values, String(value)) ?? shortened(withMoment(String(value)), 80)}`;
  });
  return capitalised(words.join(", "));
}

const foundTexts = pageTexts({
  /** A name and its value, or a value that means the same under each name. */
  values: {
    "listed allow": ["the list allows", "목록이 허용함"],
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
    "account not-proven": ["the address is not verified: no other account is looked for", "주소가 확인되지 않아 다른 계정을 찾지 않음"],
    "access ended": ["access ended before", "이용이 종료된 적 있음"],
    "access unproven": ["access of this address ended before", "이 주소의 이용이 종료된 적 있음"],
    "invited address": ["invited", "초대됨"],
    "invited code": ["has an invitation's code", "초대 코드가 있음"],
    "invited none": ["not invited", "초대받지 않음"],
    "invited expired": ["the invitation has ended", "초대가 만료됨"],
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
});
