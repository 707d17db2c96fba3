import type { PreparedRule } from "./ask-rule";
import { FailureError, UnfinishedError, UpstreamError } from "./failure";
import type { AnyVerdict, RuleResult } from "./verdict";

export function describeFailure(thrown: unknown): Pick<RuleResult, "evidence" | "upstreamFailure"> {
  const error = thrown instanceof FailureError ? thrown.failure.error : thrown;
  if (error instanceof UpstreamError) return { upstreamFailure: error.failure };
  return error instanceof UnfinishedError ? { evidence: { unfinished: error.work.join(", ") } } : {};
}

export function toResult({ rule, set }: PreparedRule, said: RuleResult["said"], more: Partial<RuleResult> = {}): RuleResult {
  const names = Object.keys(set);
  return { rule: rule.name, said, ...(names.length > 0 && { set: names }), ...more };
}

export function toVerdictResult(prepared: PreparedRule, verdict: AnyVerdict): RuleResult {
  const behind = {
    ...(verdict.evidence && { evidence: verdict.evidence }),
    ...(verdict.upstreamFailure && { upstreamFailure: verdict.upstreamFailure }),
  };
  if (verdict.kind === "invalid")
    return toResult(prepared, "invalid", { reasons: verdict.problems.map(({ reason }) => reason), ...behind });
  if (verdict.kind === "block") return toResult(prepared, "block", { reasons: [verdict.reason], ...behind });
  const set = [...new Set([...Object.keys(prepared.set), ...Object.keys(verdict.attributes ?? {})])];
  const findings = verdict.findings && { findings: verdict.findings };
  return toResult(prepared, "continue", { ...findings, ...behind, ...(set.length > 0 && { set }) });
}
