import type { Visit } from "../../../console/app/visit";
import { claimName } from "../../../console/parts/claim-name";
import { Icon, type IconName } from "../../../console/parts/icon";
import { durationText } from "../../../console/parts/time";
import { capitalised, ShownValue, visible } from "../../../console/parts/value";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { reasonsInWords } from "../../reasons";
import { decisionWords, evidenceText, upstreamText } from "../words";
import { decisionsTexts as t } from "./decisions-texts";
import { foundText } from "./found-words";

interface RulesProps {
  readonly visit: Visit;
  readonly record: Pick<DecisionRecord, "calls" | "trace" | "gate">;
}

/** What each rule said, in order: one line a rule, and how long it waited for a system outside where that is recorded. */
export function RuleLines({ visit, record: { trace, gate, calls = [] } }: RulesProps) {
  if (trace.length === 0) return <p class="hint">{t.noWords}</p>;
  const waited = ({ upstreamFailure }: RuleResult) => calls.find(({ service }) => service === upstreamFailure?.service)?.ms;
  return (
    <ol class="rules">
      {trace.map((word) => (
        <RuleLine visit={visit} word={word} gate={gate} ms={waited(word)} />
      ))}
    </ol>
  );
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
  return [
    evidenceText(
      w,
      of((name) => SENTENCES.includes(name)),
    ),
    foundText(
      visit,
      of((name) => ![...SENTENCES, ...UNSAID].includes(name)),
      gate,
    ),
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
  readonly gate: string | undefined;
  readonly ms: number | undefined;
}

function RuleLine({ visit, word, gate, ms }: LineProps) {
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
