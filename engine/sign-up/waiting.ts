import type { AnyRule, ShadowRule } from "./rule";
import type { Step, Trust } from "./sign-up";

// Refuses people who would wait for an approval. Every step's function loads this file, so it contains no checks of policies.

/** The part of a step's policy that decides whether people wait. */
export interface RulesOfStep {
  readonly step: Step;
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly options: { readonly trust?: Trust };
}

/**
 * Returns the rule for a policy without a later approval: `decideWithoutApproval` replaces `decide`. A rule with `isOwn` is only marked
 * `isLastToRefer`.
 */
export function refuseReferred(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  if (!("shadow" in entry) && entry.isOwn) return { ...entry, isLastToRefer: true };
  const { decideWithoutApproval: decide, ...rule } = "shadow" in entry ? entry.shadow : entry;
  if (decide === undefined) return entry;
  return "shadow" in entry ? { shadow: { ...rule, decide } } : { ...rule, decide };
}

/** The policy for a gate where no step asks for approval: people who would wait are refused. */
export function refuseWaiting<P extends RulesOfStep>(policy: P): P {
  return { ...policy, rules: policy.rules.map(refuseReferred) };
}
