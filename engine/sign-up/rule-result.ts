import type { Prepared } from "./prepare";
import type { AnyVerdict, RuleResult } from "./verdict";

/** What stands in the trace for a rule. */
export function resultOf({ rule, set }: Prepared, said: RuleResult["said"], more: Partial<RuleResult> = {}): RuleResult {
  const names = Object.keys(set);
  return { rule: rule.name, said, ...(names.length > 0 && { set: names }), ...more };
}

/** The same for a rule that answered. */
export function resultOfVerdict(prepared: Prepared, verdict: AnyVerdict): RuleResult {
  const behind = {
    ...(verdict.evidence && { evidence: verdict.evidence }),
    ...(verdict.upstreamFailure && { upstreamFailure: verdict.upstreamFailure }),
  };
  if (verdict.kind === "invalid")
    return resultOf(prepared, "invalid", { reasons: verdict.problems.map(({ reason }) => reason), ...behind });
  if (verdict.kind === "block") return resultOf(prepared, "block", { reasons: [verdict.reason], ...behind });
  const set = [...new Set([...Object.keys(prepared.set), ...Object.keys(verdict.attributes ?? {})])];
  const findings = verdict.findings && { findings: verdict.findings };
  return resultOf(prepared, "continue", { ...findings, ...behind, ...(set.length > 0 && { set }) });
}
