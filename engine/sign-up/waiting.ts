import type { AnyRule, ShadowRule } from "./rule";
import type { Step, Trust } from "./sign-up";
import { ruleTrust } from "./trust";

// Refuses people who would wait for an approval.

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

// No step's bundle contains what follows.

/** True if a rule makes people wait. Before the account is created, a rule does so only if a later rule asks for approval. */
export function hasPeopleWait({ rules }: Pick<RulesOfStep, "rules">): boolean {
  return rules.some(isWaiting);
}

function isWaiting(entry: AnyRule | ShadowRule): entry is AnyRule {
  return !("shadow" in entry) && entry.decideWithoutApproval !== undefined;
}

/** True if no list makes people wait at `after-sign-in` who do not wait at `before-create-user`: see `matchesNoMore`. */
export function haveStepsPeopleWait(policies: readonly RulesOfStep[]): boolean {
  const rulesAt = (step: Step) =>
    policies.flatMap((policy) => (policy.step === step ? policy.rules.map((entry) => ({ entry, trust: policy.options.trust })) : []));
  const waiting = rulesAt("before-create-user").flatMap(({ entry, trust }) => (isWaiting(entry) ? [toList(entry, trust)] : []));
  const lists = rulesAt("after-sign-in").flatMap(({ entry, trust }) =>
    "shadow" in entry || !entry.byEntries ? [] : [toList(entry, trust)],
  );
  return waiting.length > 0 && lists.every((list) => waiting.some((next) => matchesNoMore(list, next)));
}

interface ListAtStep {
  readonly classes: readonly string[];
  readonly trust: Trust;
}

function toList(rule: AnyRule, trust: Trust | undefined): ListAtStep {
  const classes = rule.uses?.flatMap((use) => ("data" in use ? [use.data] : [])) ?? [];
  return { classes, trust: ruleTrust(rule, trust) };
}

function matchesNoMore(first: ListAtStep, next: ListAtStep): boolean {
  const { trust } = first;
  const trustsNoMore = trust === "any" || (next.trust !== "any" && next.trust.every((name) => trust.includes(name)));
  return trustsNoMore && first.classes.every((name) => next.classes.includes(name));
}

/** If `haveStepsPeopleWait` is false, the policy after sign-in refuses the people who would have to wait. */
export function joinSteps<P extends RulesOfStep>(policies: readonly P[]): readonly P[] {
  if (haveStepsPeopleWait(policies)) return policies;
  return policies.map((policy) => (policy.step === "after-sign-in" ? refuseWaiting(policy) : policy));
}
