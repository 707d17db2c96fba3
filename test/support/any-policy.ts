import { beforeCreateUser, unwrapRule } from "../../engine/sign-up/policy";

type PolicyEntry = Parameters<typeof unwrapRule>[0] & Parameters<typeof beforeCreateUser>[0][number];

/** `beforeCreateUser` for rules on trial, whether or not one of them decides who gets in. Without `trust`, every provider's word counts. */
export function anyPolicy(
  rules: readonly [PolicyEntry, ...PolicyEntry[]],
  options?: Parameters<typeof beforeCreateUser>[1],
): ReturnType<typeof beforeCreateUser> {
  const decides = rules.some(
    (entry) => !("shadow" in entry) && unwrapRule(entry).decide !== undefined && unwrapRule(entry).admits === undefined,
  );
  const goesByAddress = rules.some((entry) => unwrapRule(entry).byAddress);
  return beforeCreateUser(rules, {
    ...(goesByAddress && { trust: "any" }),
    ...options,
    ...(!decides && { admitsEverybody: "These rules are on trial." }),
  });
}
