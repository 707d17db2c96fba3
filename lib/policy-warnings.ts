import { type Policy, ruleOf } from "../lambda/sign-up/policy";
import type { Step } from "../lambda/sign-up/sign-up";
import type { PolicyStep } from "./policy-folder";

/** What looks like a mistake, in a sentence each. */
export function policyWarnings(found: readonly PolicyStep[]): readonly string[] {
  const at = (step: Step) => found.find((each) => each.step === step);
  const first = at("after-sign-in");
  const last = at("before-create-user");
  const hasList = (each: PolicyStep | undefined) =>
    each?.policy.rules.some((entry) => ruleOf(entry).name === "access-list" && !("shadow" in entry));
  return [
    ...(hasList(first) && !hasList(last)
      ? ["The access list is used only after sign-in. Local accounts skip that step: use it before-create-user too."]
      : []),
    ...(last === undefined ? ["There is no before-create-user step: whoever skips the first step is not checked at all."] : []),
    ...found.flatMap((each) => [...nobodyRefused(each), ...slowBeforeCheap(each)]),
  ];
}

function nobodyRefused({ step, policy }: PolicyStep): readonly string[] {
  return policy.rules.some((entry) => !("shadow" in entry) && ruleOf(entry).decide !== undefined)
    ? []
    : [`No rule of ${step} can refuse anyone.`];
}

function slowBeforeCheap({ step, policy }: PolicyStep): readonly string[] {
  const slow = policy.rules.findIndex((entry) => ruleOf(entry).uses?.some((use) => "service" in use));
  const cheap = policy.rules.findLastIndex((entry) => {
    const rule = ruleOf(entry);
    return rule.decide !== undefined && !rule.uses?.some((use) => "service" in use);
  });
  if (slow < 0 || cheap < slow) return [];
  const name = (index: number) => ruleOf(policy.rules[index] as Policy["rules"][number]).name;
  return [`In ${step}, ${name(slow)} calls a system outside before ${name(cheap)} has had its cheaper say: put it last.`];
}
