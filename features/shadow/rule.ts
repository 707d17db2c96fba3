import type { AnyRule, ShadowRule } from "../../engine/sign-up/rule";

/**
 * Tries a rule on real sign-ups: records its answer and changes nothing. Vendors may charge for its calls.
 *
 * @example
 * beforeCreateUser([accessList(), shadow(onlyDomains(["contoso.com"]))], { trust: ["mail", "google.com"] })
 */
export function shadow(rule: AnyRule): ShadowRule {
  return { shadow: rule };
}
