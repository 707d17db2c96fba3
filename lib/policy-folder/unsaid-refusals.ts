import { admissionFlaw, decidesOnReferred } from "../../engine/sign-up/admits";
import { REFERRED } from "../../engine/sign-up/checks";
import type { AnyRule } from "../../engine/sign-up/rule";
import { answeringRules, type PolicyStep } from "./policy-step";
import { isOwnRule } from "./reasons";

/** Warns if only custom rules decide who gets in, and none declares whom it refuses: they may refuse nobody. */
export function unsaidRefusals(found: PolicyStep): readonly string[] {
  const { step, policy } = found;
  if (step !== "before-create-user") return [];
  const rules = answeringRules(found).filter(({ decide }) => decide !== undefined);
  const open = rules.map((rule) => (isUnsaid(rule) ? { ...rule, admits: "anybody" } : rule));
  if (admissionFlaw(open, policy.options.admitsEverybody) === undefined) return [];
  const own = rules
    .filter(isUnsaid)
    .map(({ name }) => name)
    .join(" and ");
  const refers = rules.some(decidesOnReferred) ? `, that it refers people (requires: ["${REFERRED}"])` : "";
  return [
    `In ${step}, no rule of Gatehouse decides who gets in, and ${own} may let everybody go on. Say in it whom it refuses (refuses: "people outside office hours")${refers} or whom it lets go on (admits: "people of known domains").`,
  ];
}

function isUnsaid(rule: AnyRule): boolean {
  const { admits, refuses, requires = [] } = rule;
  const isSaid = admits !== undefined || (typeof refuses === "string" && refuses.trim() !== "") || requires.includes(REFERRED);
  return isOwnRule(rule) && !isSaid;
}
