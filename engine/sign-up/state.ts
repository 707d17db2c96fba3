import { freeze } from "../collections";
import { keepGiven } from "../json";
import type { PreparedRule } from "./ask-rule";
import type { BlockPage, PostponedRule } from "./decision";
import { FailureError, UnfinishedError, UpstreamError } from "./failure";
import type { Attributes } from "./sign-up";
import type { AnyVerdict, Block, Effect, Findings, Problem, RuleResult } from "./verdict";

export interface State {
  readonly verdict: { readonly kind: "continue" } | BlockPage | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
  readonly decidedBy?: string;
  /** True if the verdict is a block that only defers the sign-up: an approver decides later. */
  readonly isDeferred?: boolean;
  readonly findings: Findings;
  /** Attributes that rules have set since the sign-up was prepared. */
  readonly attributes: Attributes;
  /** Attributes that rules have restored from the rows. No rule changes them. */
  readonly restoredAttributes: Attributes;
  /**
   * Writes of the rules. If a rule finds a problem or blocks without deferring, the writes of rules that let people go on are dropped,
   * except those with `always`.
   */
  readonly effects: readonly RuleEffect[];
  readonly trace: readonly RuleResult[];
  readonly postponed: readonly PostponedRule[];
}

export interface RuleEffect {
  readonly rule: string;
  readonly effect: Effect;
}

export function startState(attributes: Attributes = {}): State {
  const nothing = { findings: freeze({}), effects: [], trace: [], postponed: [] };
  return { verdict: { kind: "continue" }, attributes: freeze(attributes), restoredAttributes: attributes, ...nothing };
}

export function addResult(state: State, result: RuleResult): State {
  return { ...state, trace: [...state.trace, result] };
}

function isDeferred(verdict: AnyVerdict): boolean {
  return verdict.kind === "block" && verdict.deferred === true;
}

export function defersDespiteProblems(verdict: AnyVerdict, { verdict: before }: State): boolean {
  return isDeferred(verdict) && before.kind === "invalid";
}

/** A "block" replaces earlier problems, an "invalid" adds to them. Later rules see the attributes and findings of a "continue". */
export function addVerdict(state: State, entry: PreparedRule, verdict: AnyVerdict): State {
  const rule = entry.rule.name;
  const effects = (verdict.effects ?? []).map((effect) => ({ rule, effect }));
  const before = state.verdict;
  switch (verdict.kind) {
    case "block": {
      const deferred = isDeferred(verdict);
      const kept = state.effects.filter(deferred ? ({ effect }) => !effect.onlyIfAdmitted : isUnconditional);
      return { ...state, verdict: toBlockPage(verdict), isDeferred: deferred, decidedBy: rule, effects: [...kept, ...effects] };
    }
    case "invalid": {
      const again = before.kind === "invalid";
      return {
        ...state,
        verdict: { kind: "invalid", problems: [...(again ? before.problems : []), ...verdict.problems] },
        decidedBy: state.decidedBy ?? rule,
        effects: [...(again ? state.effects : state.effects.filter(isUnconditional)), ...effects],
      };
    }
    case "continue":
      return {
        ...state,
        attributes: freeze({ ...state.attributes, ...verdict.attributes, ...state.restoredAttributes }),
        findings: freeze({ ...state.findings, ...verdict.findings }),
        effects: [...state.effects, ...(before.kind === "continue" ? effects : effects.filter(isUnconditional))],
      };
  }
}

function isUnconditional({ effect }: RuleEffect): boolean {
  return effect.always ?? false;
}

export function toBlockPage({ kind, reason, message, wording }: Block): BlockPage {
  return { kind, reason, ...keepGiven({ message, wording }) };
}

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
  const behind = keepGiven({ evidence: verdict.evidence, upstreamFailure: verdict.upstreamFailure });
  if (verdict.kind === "invalid")
    return toResult(prepared, "invalid", { reasons: verdict.problems.map(({ reason }) => reason), ...behind });
  if (verdict.kind === "block") return toResult(prepared, "block", { reasons: [verdict.reason], ...behind });
  const set = [...new Set([...Object.keys(prepared.set), ...Object.keys(verdict.attributes ?? {})])];
  const findings = verdict.findings && { findings: verdict.findings };
  return toResult(prepared, "continue", { ...findings, ...behind, ...(set.length > 0 && { set }) });
}
