import { unwrapRule } from "../../engine/sign-up/policy";
import type { Step } from "../../engine/sign-up/sign-up";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { ruleRegistry } from "../../features/rules";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";

export interface Reached {
  readonly step: Step;
  readonly trace: readonly RuleResult[];
  readonly reasons: readonly string[];
}

/** Rules and reasons that the cases of a policy have missed, in the policy's order. */
export interface Coverage {
  readonly rules: readonly Missed[];
  /** Reasons of the rules and of the step's `messages` that no case's outcome has. */
  readonly reasons: readonly Missed[];
}

export interface Missed {
  readonly step: Step;
  /** A rule's name, or a reason. */
  readonly name: string;
}

/**
 * Finds the rules that no case reached, and the reasons that no case's outcome has. For a rule that is not Gatehouse's, only the reasons in
 * the step's `messages` are known.
 */
export function computeCoverage(policy: readonly PolicyStep[], reachedSteps: readonly Reached[]): Coverage {
  const perStep = policy.map(({ step, policy: { rules, options } }) => {
    const cases = reachedSteps.filter((each) => each.step === step);
    const isReached = (place: number) => cases.some(({ trace }) => trace[place] !== undefined && trace[place].said !== "skipped");
    const seenReasons = new Set(cases.flatMap(({ reasons }) => reasons));
    const knownReasons = [
      ...rules.flatMap((entry) => {
        if ("shadow" in entry) return [];
        const { name, excludedReasons = [] } = entry;
        const reasons = ruleRegistry.find(({ fullest }) => fullest.name === name)?.reasons ?? [];
        return reasons.filter((reason) => !excludedReasons.includes(reason));
      }),
      ...Object.keys(options.messages ?? {}),
    ];
    return {
      rules: rules.flatMap((entry, place) => (isReached(place) ? [] : [{ step, name: unwrapRule(entry).name }])),
      reasons: [...new Set(knownReasons)]
        .filter((reason) => !seenReasons.has(reason) && !elsewhere.has(reason))
        .map((name) => ({ step, name })),
    };
  });
  return { rules: perStep.flatMap(({ rules }) => rules), reasons: perStep.flatMap(({ reasons }) => reasons) };
}

const elsewhere = new Set(["gatehouse.block-title", "gatehouse.unavailable", "gatehouse.blocked"]);
