import { freeze } from "../objects";
import type { PreparedRule } from "./ask-rule";
import type { BlockPage, PostponedRule } from "./decision";
import type { Attributes } from "./sign-up";
import type { AnyVerdict, Block, Effect, Findings, Problem, RuleResult } from "./verdict";

/** Results of the rules on a sign-up so far. Each new verdict is added to the earlier ones. */
export interface State {
  readonly verdict: { readonly kind: "continue" } | BlockPage | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
  readonly decidedBy?: string;
  /** True if the sign-up is accepted now and an approver decides later. */
  readonly isDeferred?: boolean;
  readonly findings: Findings;
  /** Attributes that rules have set since the sign-up was prepared. */
  readonly attributes: Attributes;
  /** The members of `attributes` that rules have restored from the rows. No rule changes a restored attribute. */
  readonly restoredAttributes: Attributes;
  /**
   * Writes to make with the current `verdict`. If a rule blocks the sign-up without deferring it, or finds a problem, the writes of rules
   * that let the person go on are dropped unless they are marked `always`.
   */
  readonly effects: readonly RuleEffect[];
  readonly trace: readonly RuleResult[];
  readonly postponed: readonly PostponedRule[];
  /** Set if somebody else took a place that a rule counted on: the rules have to run again. */
  readonly mustRunAgain?: true;
}

/** A write, and the name of the rule that asked for it. */
export interface RuleEffect {
  readonly rule: string;
  readonly effect: Effect;
}

/** Returns the state before any rule has decided. */
export function startState(attributes: Attributes = {}): State {
  const nothing = { findings: freeze({}), effects: [], trace: [], postponed: [] };
  return { verdict: { kind: "continue" }, attributes: freeze(attributes), restoredAttributes: attributes, ...nothing };
}

/** Adds a line to the trace. */
export function addResult(state: State, result: RuleResult): State {
  return { ...state, trace: [...state.trace, result] };
}

/** True if a verdict accepts the sign-up and leaves the decision to an approver. */
function isDeferred(verdict: AnyVerdict): boolean {
  return verdict.kind === "block" && verdict.deferred === true;
}

/** True if a verdict defers the sign-up although the person has something to correct. */
export function defersDespiteProblems(verdict: AnyVerdict, { verdict: before }: State): boolean {
  return isDeferred(verdict) && before.kind === "invalid";
}

/**
 * Adds a rule's verdict. A "block" ends the sign-up and replaces earlier problems. The problems of an "invalid" are added to earlier
 * problems. The attributes and findings of a "continue" are visible to later rules.
 */
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

/** Returns the part of a block that the person's page shows. */
export function toBlockPage({ kind, reason, message, wording }: Block): BlockPage {
  return { kind, reason, ...(message !== undefined && { message }), ...(wording !== undefined && { wording }) };
}
