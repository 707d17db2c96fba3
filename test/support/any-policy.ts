import { beforeCreateUser, ruleOf } from "../../engine/sign-up/policy";

type PolicyEntry = Parameters<typeof ruleOf>[0] & Parameters<typeof beforeCreateUser>[0][number];

/** `beforeCreateUser` for rules on trial, whether or not one of them decides who gets in. */
export function anyPolicy(
  rules: readonly [PolicyEntry, ...PolicyEntry[]],
  options?: Parameters<typeof beforeCreateUser>[1],
): ReturnType<typeof beforeCreateUser> {
  const decides = rules.some((entry) => !("shadow" in entry) && ruleOf(entry).decide !== undefined && ruleOf(entry).admits === undefined);
  return beforeCreateUser(rules, decides ? options : { ...options, admitsEverybody: "These rules are on trial." });
}
