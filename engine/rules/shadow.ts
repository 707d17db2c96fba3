import type { AnyRule, ShadowRule } from "../sign-up/rule";

/**
 * Tries a rule on real sign-ups: records what the rule would have said, and changes nothing. A vendor that the rule
 * calls is called and may charge for it.
 *
 * @example
 * beforeCreateUser([accessList(), shadow(onlyDomains(["contoso.com"]))])
 */
export function shadow(rule: AnyRule): ShadowRule {
  return { shadow: rule };
}
