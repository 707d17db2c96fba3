import { decisionWords, evidenceText, reasonText } from "../../engine/messages/operator/decisions";
import type { UpstreamFailure } from "../../engine/sign-up/upstream";
import type { RuleResult } from "../../engine/sign-up/verdict";

/** What a rule said, or why it said nothing. */
export type AnyRuleResult = Omit<RuleResult, "said"> & { readonly said: RuleResult["said"] | "not asked" | "not reached" };

const words = decisionWords.en;

const said: Readonly<Record<AnyRuleResult["said"], string>> = {
  ...words.said,
  "not asked": "was not asked, as it calls outside: --call asks it",
  "not reached": "was not reached",
};

/**
 * One line a rule, and what there is to add below it.
 * @param remarks what to add to each word
 */
export function traceLines(words: readonly AnyRuleResult[], remarks: readonly (string | undefined)[]): readonly string[] {
  const names = words.map(({ rule, shadow }) => (shadow ? `${rule} (shadow)` : rule));
  const width = Math.max(0, ...names.map((name) => name.length));
  return words.flatMap((word, index) => {
    const added = remarks[index];
    return [
      `  ${(names[index] ?? "").padEnd(width)}  ${sentence(word)}`,
      ...(added === undefined ? [] : [`  ${" ".repeat(width)}  ${added}`]),
    ];
  });
}

/** "no usable answer from crm: throttled (429)": docs/runbook.md says what to do. */
function troubleWords({ service, kind, status, at }: UpstreamFailure): string {
  return `no usable answer from ${service}: ${kind}${status === undefined ? "" : ` (${status})`}${at === undefined ? "" : ` at ${at}`}`;
}

function sentence({ said: word, shadow, again, reasons = [], findings = {}, evidence, upstreamFailure, set = [] }: AnyRuleResult): string {
  const found = Object.entries(findings).map(([name, value]) => `${name} ${value}`);
  const parts = [
    again ? `${said[word]}, asked again for what a later rule set` : said[word],
    ...(reasons.length > 0 ? [reasonText(words, reasons)] : []),
    ...(evidence === undefined ? [] : [evidenceText(words, evidence)]),
    ...(upstreamFailure === undefined ? [] : [troubleWords(upstreamFailure)]),
    ...(found.length > 0 ? [`found: ${found.join(", ")}`] : []),
    ...(set.length > 0 ? [`set ${set.join(", ")}`] : []),
  ];
  return `${parts.join("; ")}${shadow ? " (in shadow: it changed nothing)" : ""}`;
}
