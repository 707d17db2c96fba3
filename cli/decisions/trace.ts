import type { Level } from "../../engine/access-list/match";
import { meanings } from "../../engine/messages/meanings";
import type { RuleResult } from "../../engine/sign-up/decision";
import type { UpstreamFailure } from "../../engine/sign-up/upstream";
import type { Evidence } from "../../engine/sign-up/verdict";
import { levelWords } from "../list/match-lines";

/** A rule's word, or why there is none. */
export type AnyRuleResult = Omit<RuleResult, "said"> & { readonly said: RuleResult["said"] | "not asked" | "not reached" };

const said: Readonly<Record<AnyRuleResult["said"], string>> = {
  continue: "let pass",
  block: "blocked",
  invalid: "found fault",
  failed: "failed",
  unfinished: "had not finished when the answer was due",
  skipped: "was not asked, as a fault had been found before it",
  "not asked": "was not asked, as it calls outside: --call asks it",
  "not reached": "was not reached",
};

/** Codes that speak for themselves to a developer alone. */
const explanations: Readonly<Record<string, string>> = {
  "access-list.denied": "the list denies",
  "access-list.unlisted": "no entry of the list matches this person",
  "domain.not-allowed": "the domain is not one that may sign up",
  "request.email": "the address cannot be read",
  "request.unreadable": "the request cannot be read",
  "attribute.required": "a field is empty",
  "attribute.invalid": "a value is not valid",
  ...meanings.en,
  "gatehouse.unavailable": "a part of Gatehouse failed",
  "gatehouse.blocked": "a rule refused without giving a reason",
};

/** "access-list.denied (the list denies)" */
export function reasonLine(reasons: readonly string[]): string {
  const explained = [...new Set(reasons)].map((reason) =>
    Object.hasOwn(explanations, reason) ? `${reason} (${explanations[reason]})` : reason,
  );
  return explained.join(", ");
}

/** What a verdict rests on: "by contoso.com: the domain of the address". */
export function evidenceLine({ entry, level, ...others }: Evidence): string {
  const listed = entry === undefined ? [] : [`by ${entry}${level === undefined ? "" : `: ${isLevel(level) ? levelWords[level] : level}`}`];
  return [...listed, ...Object.entries(others).map(([name, value]) => `${name} ${value}`)].join(", ");
}

function isLevel(text: string): text is Level {
  return Object.hasOwn(levelWords, text);
}

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
function troubleWords({ service, kind, status }: UpstreamFailure): string {
  return `no usable answer from ${service}: ${kind}${status === undefined ? "" : ` (${status})`}`;
}

function sentence({ said: word, shadow, again, reasons = [], findings = {}, evidence, upstreamFailure, set = [] }: AnyRuleResult): string {
  const found = Object.entries(findings).map(([name, value]) => `${name} ${value}`);
  const parts = [
    again ? `${said[word]}, asked again for what a later rule set` : said[word],
    ...(reasons.length > 0 ? [reasonLine(reasons)] : []),
    ...(evidence === undefined ? [] : [evidenceLine(evidence)]),
    ...(upstreamFailure === undefined ? [] : [troubleWords(upstreamFailure)]),
    ...(found.length > 0 ? [`found: ${found.join(", ")}`] : []),
    ...(set.length > 0 ? [`set ${set.join(", ")}`] : []),
  ];
  return `${parts.join("; ")}${shadow ? " (in shadow: it changed nothing)" : ""}`;
}
