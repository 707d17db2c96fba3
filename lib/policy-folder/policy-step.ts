import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule, Use } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";

/** One file of a policy folder. */
export interface StepFile {
  readonly step: Step;
  /** Absolute path. */
  readonly file: string;
}

/** A step with its file in the policy folder. */
export interface PolicyStep extends StepFile {
  readonly policy: Policy;
}

/** Returns everything that the rules of a step use, without repetition. Includes shadowed rules. */
export function listStepUses({ policy }: PolicyStep): readonly Use[] {
  return usesOfRules(policy.rules.map(unwrapRule));
}

/** Returns everything that these rules use, without repetition. */
export function usesOfRules(rules: readonly AnyRule[]): readonly Use[] {
  const all = rules.flatMap((rule) => rule.uses ?? []).flatMap(withNeeds);
  return [...new Map(all.map((use) => [JSON.stringify(use), use])).values()];
}

/** Returns a use without `call` and `hashed`, then the uses in its `needs`. */
function withNeeds(use: Use): readonly Use[] {
  if ("files" in use) {
    const { hashed: _, ...plain } = use;
    return [plain];
  }
  if (!("service" in use)) return [use];
  const { call: _, needs = [], ...plain } = use;
  return [plain, ...needs];
}

/** Returns the rules that make a step's answer. */
export function answeringRules({ policy }: PolicyStep): readonly AnyRule[] {
  return policy.rules.flatMap((entry) => ("shadow" in entry ? [] : [entry]));
}

/** Returns the rules that run after the answer. */
export function shadowedRules({ policy }: PolicyStep): readonly AnyRule[] {
  return policy.rules.flatMap((entry) => ("shadow" in entry ? [entry.shadow] : []));
}

/** Returns the names of the workers that act on results of the policy's rules. */
export function listWorkers(policy: readonly PolicyStep[]): ReadonlySet<string> {
  return new Set(policy.flatMap(listStepUses).flatMap((use) => ("worker" in use ? [use.worker] : [])));
}
