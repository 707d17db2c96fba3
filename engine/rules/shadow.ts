import type { AnyRule, ShadowRule } from "../sign-up/rule";

/**
 * Refuses no one: tries a rule on real sign-ups. What it would have said is recorded, and changes nothing. A vendor that it asks
 * is asked, and may charge for it.
 *
 * @example
 * beforeCreateUser([accessList(), shadow(onlyDomains(["contoso.com"]))])
 */
export function shadow(rule: AnyRule): ShadowRule {
  return { shadow: rule };
}
