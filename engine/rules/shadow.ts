import type { AnyRule, ShadowRule } from "../sign-up/rule";

/** Tries a rule on real sign-ups: what it would have said is recorded, and changes nothing. */
export function shadow(rule: AnyRule): ShadowRule {
  return { shadow: rule };
}
