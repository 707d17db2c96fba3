import type { Policy } from "../../engine/sign-up/policy";
import type { AnyRule } from "../../engine/sign-up/rule";

/** Returns the rules of a policy that count people who are let in. */
export function selectLimitRules({ rules }: Policy): readonly AnyRule[] {
  return rules.flatMap((entry) => ("shadow" in entry || entry.counts === undefined ? [] : [entry]));
}
