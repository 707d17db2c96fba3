import { freeze } from "../freeze";
import type { PreparedRule } from "./ask-rule";
import type { Page, PostponedRule } from "./decision";
import type { PreparedSignUp } from "./prepare-sign-up";
import type { Attributes } from "./sign-up";
import type { AnyVerdict, Block, Effect, Findings, Problem, RuleResult } from "./verdict";

/** Results of the rules on a sign-up so far. Each verdict is added to those before. */
export interface State {
  readonly verdict: { readonly kind: "continue" } | Page | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
  readonly decidedBy?: string;
  /** True if the verdict accepts the sign-up for later. */
  readonly isDeferred?: boolean;
  readonly findings: Findings;
  /** Attributes that rules have set since the sign-up was prepared. */
  readonly set: Attributes;
  /** Attributes of `set` that were restored from rows: no rule changes them. */
  readonly restored: Attributes;
  /** Writes that belong to this verdict only, and writes that are made with any verdict. */
  readonly effects: readonly RuleEffect[];
  readonly trace: readonly RuleResult[];
  readonly postponed: readonly PostponedRule[];
}

/** A write and the rule that asked for it. The rule's name is not enough, because several rules may have the same. */
export interface RuleEffect {
  readonly by: PreparedRule;
  readonly effect: Effect;
}

/** Returns the state before any rule has decided. */
export function startState(restored: Attributes = {}): State {
  const nothing = { findings: freeze({}), effects: [], trace: [], postponed: [] };
  return { verdict: { kind: "continue" }, set: freeze(restored), restored, ...nothing };
}

/** Adds a line to the trace. */
export function addResult(state: State, result: RuleResult): State {
  return { ...state, trace: [...state.trace, result] };
}

/** Returns the decision of a state, without its answer. */
export function toPartialDecision({ trace, postponed }: State, { received, signUp }: Pick<PreparedSignUp, "received" | "signUp">) {
  return { trace, ...(postponed.length > 0 && { postponed: { received, signUp, rules: postponed } }) };
}

/** True if a verdict accepts the sign-up for later. */
function isDeferred(verdict: AnyVerdict): boolean {
  return verdict.kind === "block" && verdict.deferred === true;
}

/** True if a verdict would accept the sign-up for later, although the person still has something to correct. */
export function comesTooEarly(verdict: AnyVerdict, { verdict: before }: State): boolean {
  return isDeferred(verdict) && before.kind === "invalid";
}

/**
 * Adds a verdict. A block ends the sign-up and overrides earlier problems; problems add up; attributes and findings of a "continue" are for
 * the rules that follow.
 */
export function addVerdict(state: State, by: PreparedRule, verdict: AnyVerdict): State {
  const rule = by.rule.name;
  const effects = (verdict.effects ?? []).map((effect) => ({ by, effect }));
  const before = state.verdict;
  switch (verdict.kind) {
    case "block": {
      const deferred = isDeferred(verdict);
      const kept = state.effects.filter(deferred ? ({ effect }) => !effect.onlyIfAdmitted : isUnconditional);
      return { ...state, verdict: toPage(verdict), isDeferred: deferred, decidedBy: rule, effects: [...kept, ...effects] };
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
        set: freeze({ ...state.set, ...verdict.attributes, ...state.restored }),
        findings: freeze({ ...state.findings, ...verdict.findings }),
        effects: [...state.effects, ...(before.kind === "continue" ? effects : effects.filter(isUnconditional))],
      };
  }
}

function isUnconditional({ effect }: RuleEffect): boolean {
  return effect.always ?? false;
}

/** Returns the part of a block that its page shows. */
export function toPage({ kind, reason, message, wording }: Block): Page {
  return { kind, reason, ...(message !== undefined && { message }), ...(wording !== undefined && { wording }) };
}
