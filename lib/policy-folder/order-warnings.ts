import { decidesOnReferrals } from "../../engine/sign-up/admits";
import { findSharedAttribute } from "../../engine/sign-up/checks";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import { answeringRules, type PolicyStep } from "./policy-folder";

/** Warns of rules in the wrong order, one sentence each. */
export function orderWarnings(step: PolicyStep): readonly string[] {
  return [...slowBeforeCheap(step), ...approverAskedFirst(step), ...looksAtNothing(step), ...setBeforeAssigned(step)];
}

function slowBeforeCheap({ step, policy }: PolicyStep): readonly string[] {
  // Shadowed rules run after the answer, so no person waits for them.
  const slow = policy.rules.findIndex((entry) => !("shadow" in entry) && entry.uses?.some((use) => "service" in use));
  const calling = unwrapRule(policy.rules[Math.max(slow, 0)] as Policy["rules"][number]);
  const cheap = policy.rules.findLastIndex((rule) => {
    // A rule that judges what the slow rule sets must come after the slow rule.
    if ("shadow" in rule || findSharedAttribute(rule, calling) !== undefined) return false;
    // A rule that judges by findings must come after the rules that make the findings.
    return rule.decide !== undefined && rule.consumes === undefined && !rule.uses?.some((use) => "service" in use);
  });
  if (slow < 0 || cheap < slow) return [];
  const name = (index: number) => unwrapRule(policy.rules[index] as Policy["rules"][number]).name;
  return [`In ${step}, ${name(slow)} calls another system before ${name(cheap)}, which is cheaper, decides: put it last.`];
}

/** The account of an approved person is made through Graph, so no later rule can refuse this person. */
function approverAskedFirst(policyStep: PolicyStep): readonly string[] {
  const rules = answeringRules(policyStep);
  const [asking, ...rest] = rules.slice(Math.max(rules.findIndex(decidesOnReferrals), 0));
  const later = rest.filter(({ decide }) => decide !== undefined).map(({ name }) => name);
  if (asking === undefined || !decidesOnReferrals(asking) || later.length === 0) return [];
  return [`In ${policyStep.step}, ${asking.name} asks an approver about people that ${later.join(" or ")} may refuse: put it last.`];
}

/** Every `prepare` runs before any `decide`, so the earlier rule's value stays. */
function setBeforeAssigned(policyStep: PolicyStep): readonly string[] {
  const rules = answeringRules(policyStep);
  return rules.flatMap((rule, index) =>
    rule.decide !== undefined || rule.prepare === undefined
      ? []
      : rules.slice(0, index).flatMap(({ name, decide, sets = [] }) => {
          const both = decide === undefined ? [] : sets.filter((each) => rule.sets?.includes(each));
          return both.map(
            (attribute) =>
              `In ${policyStep.step}, ${rule.name} runs before ${name}, wherever you put it, so ${attribute} keeps the value that ${name} sets. Take ${attribute} out of one of them.`,
          );
        }),
  );
}

/** The rule that keeps an attribute out of records empties it before any rule can read it. */
function looksAtNothing(policyStep: PolicyStep): readonly string[] {
  const rules = answeringRules(policyStep);
  return rules.flatMap((rule) => {
    const unrecordedAttributes = (rule.uses ?? []).flatMap((use) => ("unrecorded" in use ? [use.unrecorded] : []));
    return unrecordedAttributes.flatMap((attribute) =>
      rules
        .filter(({ name, asks = [], reads = [] }) => name !== rule.name && [...asks, ...reads].includes(attribute))
        .map(
          ({ name }) =>
            `In ${policyStep.step}, ${name} looks at ${attribute}, which ${rule.name} empties before any other rule sees it: take it out there, or set keep: true on ${rule.name}.`,
        ),
    );
  });
}
