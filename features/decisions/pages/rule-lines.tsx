import type { Visit } from "../../../console/app/visit";
import { Icon, type IconName } from "../../../console/parts/icon";
import { durationText } from "../../../console/parts/time";
import { capitalised, ShownValue, visible } from "../../../console/parts/value";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { reasonText } from "../../reasons";
import { decisionWords, evidenceText, upstreamText } from "../words";
import { decisionsTexts as t } from "./decisions-texts";

interface RulesProps {
  readonly visit: Visit;
  readonly record: Pick<DecisionRecord, "calls" | "trace">;
}

/** What each rule said, in order: one line a rule, and how long it waited for a system outside where that is recorded. */
export function RuleLines({ visit, record: { trace, calls = [] } }: RulesProps) {
  if (trace.length === 0) return <p class="hint">{t.noWords}</p>;
  const waited = ({ upstreamFailure }: RuleResult) => calls.find(({ service }) => service === upstreamFailure?.service)?.ms;
  return (
    <ol class="rules">
      {trace.map((word) => (
        <RuleLine visit={visit} word={word} ms={waited(word)} />
      ))}
    </ol>
  );
}

/** What a rule's word rests on. */
export function basisOf(
  { say }: Visit,
  { evidence, upstreamFailure }: Pick<RuleResult, "evidence" | "upstreamFailure">,
): readonly string[] {
  const w = say(decisionWords);
  return [
    ...(evidence === undefined ? [] : [evidenceText(w, evidence)]),
    ...(upstreamFailure === undefined ? [] : [upstreamText(w, upstreamFailure)]),
  ];
}

const icons = {
  ...{ continue: "allow", block: "close", invalid: "edit", failed: "failing", unfinished: "expiry", skipped: "skipped" },
} as const satisfies Readonly<Record<RuleResult["said"], IconName>>;
/** The colours of outcomes. */
const kinds = { continue: "continue", block: "block", invalid: "invalid", failed: "block", unfinished: "", skipped: "" } as const;

interface LineProps {
  readonly visit: Visit;
  readonly word: RuleResult;
  readonly ms: number | undefined;
}

function RuleLine({ visit, word, ms }: LineProps) {
  const w = visit.say(decisionWords);
  const { rule, said, shadow, reasons = [], findings = {}, set = [] } = word;
  const found = Object.entries(findings).map(([name, value]) => `${name} ${value}`);
  const remarks = [
    capitalised(w.said[said]),
    reasons.length === 0 ? "" : reasonText(w, reasons),
    ...basisOf(visit, word),
    found.length === 0 ? "" : t.found(found.join(", ")),
    set.length === 0 ? "" : t.set(set.join(", ")),
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
