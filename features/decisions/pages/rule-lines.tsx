import type { Visit } from "../../../console/app/visit";
import { Icon, type IconName } from "../../../console/parts/icon";
import { toOutcomeLine } from "../../../console/parts/outcome";
import { durationText, withMoment } from "../../../console/parts/time";
import { claimName, ShownValue, shortenText, visible } from "../../../console/parts/value";
import { findText } from "../../../console/texts/languages";
import { capitalise } from "../../../engine/characters";
import { splitAddress } from "../../../engine/sign-up/email";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { OutcomeKind } from "../../../engine/sign-up/recording";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { reasonsInWords } from "../../reasons";
import { type FoundWriting, foundText, splitEvidence } from "../found-words";
import { admittingWord, decidingWord, referringEntry } from "../remedies";
import { type DecisionWords, decisionWords, evidenceText, upstreamText } from "../words";
import { decisionsTexts as t } from "./decisions-texts";
import { entryName } from "./list-answer";

/** Shows the rules' results in order, with the time that a rule waited for external systems. Omits rules that passed and found nothing. */
export function RuleLines({ visit, record }: { readonly visit: Visit; readonly record: DecisionRecord }) {
  const lines = record.trace.flatMap((word) => ruleLine(visit, word, record) ?? []);
  return lines.length === 0 ? <p class="hint">{t.noWords}</p> : <ol class="rules">{lines}</ol>;
}

function writingAt(visit: Visit, gate: string | undefined): FoundWriting {
  const plainValue = (value: string) => shortenText(withMoment(value), 80);
  return { language: visit.language, nameOf: (name) => claimName(visit, name, gate), plainValue };
}

export function ruleName(rule: string): string {
  return findText(t.rules, rule) ?? visible(rule);
}

export function askedNames(visit: Visit, { asked = [], gate }: Pick<DecisionRecord, "asked" | "gate">): string {
  return asked.map((name) => claimName(visit, name, gate)).join(", ");
}

export function describeEvidence(
  visit: Visit,
  { evidence = {}, upstreamFailure }: Pick<RuleResult, "evidence" | "upstreamFailure">,
  gate: string | undefined,
): readonly string[] {
  const w = visit.say(decisionWords);
  const [sentences, { vendor, ...rest }] = splitEvidence(evidence);
  // If the call failed, the failure's text already names the vendor.
  const others = upstreamFailure === undefined && vendor !== undefined ? { ...rest, vendor } : rest;
  return [
    evidenceText(w, sentences),
    capitalise(foundText(writingAt(visit, gate), others)),
    ...(upstreamFailure === undefined ? [] : [upstreamText(w, upstreamFailure)]),
  ];
}

/** The entry or rule that let somebody in, or the entry that required approval. */
export function admittedBy(visit: Visit, record: Pick<DecisionRecord, "trace" | "email" | "gate">): string | undefined {
  const word = admittingWord(record);
  const referring = referringEntry(record);
  if (word === undefined) return referring === undefined ? undefined : t.approvalBy(entryName(referring));
  const { rule, evidence, findings: { allowed, ...findings } = {} } = word;
  if (rule === "access-list" && evidence?.entry !== undefined) return t.allowedBy(entryName(evidence.entry));
  if (rule === "partners") return t.partner(splitAddress(record.email ?? "").domain);
  return foundText(writingAt(visit, record.gate), findings) || ruleName(rule);
}

/** Names the entry that requires approval, gives the findings of the rule that asks for it, or says that no entry names the person. */
export function approvalCause(visit: Visit, { trace, gate }: Pick<DecisionRecord, "trace" | "gate">): string {
  const words = trace.filter(({ shadow }) => !shadow);
  const word = words.find(({ findings }) => findings?.referred === true) ?? words.find(({ findings }) => findings?.listed === "unlisted");
  if (word === undefined) return t.needsApproval;
  if (word.findings?.listed === "approval" && word.evidence?.entry !== undefined) return t.approvalBy(entryName(word.evidence.entry));
  const { listed, referred: _, ...findings } = word.findings ?? {};
  const causeText =
    listed === "unlisted"
      ? reasonsInWords(visit.say(decisionWords), ["access-list.unlisted"])
      : foundText(writingAt(visit, gate), findings) || ruleName(word.rule);
  return `${causeText}, ${t.needsApproval}`;
}

const icons = {
  ...{ continue: "allow", waiting: "approvals", block: "close", invalid: "edit" },
  ...{ failed: "failing", unfinished: "expiry", skipped: "skipped" },
} as const satisfies Readonly<Record<RuleResult["said"] | OutcomeKind, IconName>>;
const classes: Readonly<Partial<Record<keyof typeof icons, string>>> = { failed: "block", unfinished: "", skipped: "" };

function answeredBy({ levels }: DecisionWords, { said, evidence: { entry, level = "" } = {}, findings }: RuleResult): string | undefined {
  const words = { allow: t.allows, approval: t.refers }[String(findings?.listed)];
  if (said !== "continue" || words === undefined || entry === undefined) return undefined;
  return words(entry, findText(levels, level) ?? level);
}

function ruleLine(visit: Visit, word: RuleResult, record: DecisionRecord) {
  const w = visit.say(decisionWords);
  const { gate, calls = [] } = record;
  const { rule, upstreamFailure, shadow, reasons = [], findings = {}, set = [] } = word;
  // If the rule let the person pass although an external system failed, the line shows the failure.
  const answer = word.said === "continue" && upstreamFailure !== undefined ? "failed" : word.said;
  const isDeciding = word === decidingWord(record);
  const look = answer === "continue" && findings.listed === "approval" ? "waiting" : answer;
  const [kind, outcome] = isDeciding && answer === "block" ? toOutcomeLine(record) : ([look, capitalise(w.said[answer])] as const);
  const answerText = answeredBy(w, word);
  const remarks = [
    answerText ?? capitalise(foundText(writingAt(visit, gate), findings)),
    // The reasons of the deciding rule are shown above.
    ...(isDeciding || reasons.length === 0 ? [] : [reasonsInWords(w, reasons)]),
    ...(isDeciding || answerText !== undefined ? [] : describeEvidence(visit, word, gate)),
    set.length === 0 ? "" : t.set(set.map((name) => claimName(visit, name, gate)).join(", ")),
    shadow ? t.shadow : "",
  ].filter((remark) => remark !== "");
  if (answer === "continue" && remarks.length === 0) return undefined;
  const ms = calls.find(({ service }) => service === upstreamFailure?.service)?.ms;
  return (
    <li class={classes[kind] ?? kind}>
      <Icon name={icons[kind]} />
      <div>
        <b title={visible(rule)}>{ruleName(rule)}</b>
        {/* The icon shows that a rule passed. */}
        {answer === "continue" ? <span class="hidden">{outcome}</span> : [" ", <span class="hint">{outcome}</span>]}
        {remarks.length === 0 ? null : (
          <div class="hint">
            <ShownValue text={[...new Set(remarks)].join("; ")} />
          </div>
        )}
      </div>
      {ms === undefined ? null : <small>{durationText(visit, ms)}</small>}
    </li>
  );
}
