import type { OpenKind } from "../../engine/messages/operator/entries";
import { type Guard, POSTURE_RULE } from "../../engine/sign-up/guard";
import { type Policy, ruleOf } from "../../engine/sign-up/policy";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";

/** A rule whose recorded word was taken for true. */
export interface TakenWord {
  readonly rule: string;
  /** "history": a row that it read cannot be brought back. */
  readonly why: OpenKind | "history";
  /** Which row, and why not. */
  readonly row?: string;
}

/** Where a record is not what its policy says. */
export interface WordDifference {
  /** The rule; for the order of rules or the verdict, that at which they part. */
  readonly rule: string;
  /** As the record has it. */
  readonly was: string;
  /** As the policy says it. */
  readonly is: string;
  /** Rows that the rule reads and that were changed since. */
  readonly changed: readonly string[];
}

/** Whether a verdict follows from what the record says of each rule. `taken`: only if a write of that rule was no longer possible, of which nothing is kept. */
export function compositionFlaw(
  record: DecisionRecord,
  policy: Policy,
  guard: Guard | undefined,
): { readonly difference: WordDifference } | { readonly taken?: TakenWord } {
  const { step, verdict, rule, reasons } = record;
  const words = record.trace.filter(({ shadow }) => shadow !== true);
  const differs = (at: string, is: string) => ({ difference: { rule: at, was: textOf(verdict, reasons), is, changed: [] } });
  if (step === "before-sending-token") return verdict === "continue" ? {} : differs(rule ?? "", "no token is refused");
  const blocks = words.filter(({ said }) => said === "block");
  const isThat = (word: RuleResult) => word.rule === rule && String(word.reasons) === String(reasons);
  if (verdict === "block" && blocks.some(isThat)) {
    const byPosture = rule === POSTURE_RULE;
    return byPosture && guard === undefined ? differs(POSTURE_RULE, "the gate was open") : {};
  }
  if (verdict === "block" && lostWrite(record, policy)) return { taken: { rule: rule ?? "", why: "used" } };
  const [first] = blocks;
  if (first !== undefined) return differs(first.rule, textOf("block", first.reasons));
  const problems = words.filter(({ said }) => said === "invalid");
  const [asking] = problems;
  if (asking !== undefined) {
    const all = problems.flatMap((word) => word.reasons ?? []);
    const isSame = verdict === "invalid" && problems.some((word) => word.rule === rule) && sorted(all) === sorted(reasons);
    return isSame ? {} : differs(asking.rule, textOf("invalid", all));
  }
  return verdict === "continue" && rule === undefined ? {} : differs(rule ?? POSTURE_RULE, "continue: no rule stopped the sign-up");
}

/** Whether a rule that was asked may have been too late with what it had to write. */
function lostWrite({ rule, trace }: DecisionRecord, { rules }: Policy): boolean {
  const said = trace.some((word) => word.rule === rule && word.shadow !== true && word.said !== "skipped" && word.said !== "failed");
  const writes = rules.some(
    (entry) => !("shadow" in entry) && ruleOf(entry).name === rule && entry.uses?.some((use) => "access" in use && use.access === "write"),
  );
  return said && writes;
}

function textOf(verdict: string, reasons: readonly string[] = []): string {
  return [verdict, ...reasons].join(" ");
}

function sorted(reasons: readonly string[]): string {
  return [...reasons].sort().join();
}
