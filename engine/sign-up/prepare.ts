import { changes, withAttributes } from "./changes";
import { checkedAttributes, checkedKeys } from "./checks";
import { guarded } from "./failure";
import type { HashOf } from "./person";
import type { AnyRule, RecordKey, ShadowRule } from "./rule";
import type { Attributes, SignUp } from "./sign-up";

/** A rule and what it will look at. */
export interface Prepared {
  readonly rule: AnyRule;
  /** What the rule's own `prepare` set. */
  readonly set: Attributes;
  readonly needs: readonly RecordKey[];
}

export interface PreparedPolicy {
  readonly signUp: SignUp;
  /** In the policy's order. A shadowed rule has no part in what is prepared and read. */
  readonly rules: readonly (Prepared | ShadowRule)[];
}

/** What every rule sets and needs. */
export function prepareAll(entries: readonly (AnyRule | ShadowRule)[], received: SignUp, hashOf: HashOf): PreparedPolicy {
  let signUp = received;
  const sets = entries.map((entry) => {
    if ("shadow" in entry) return {};
    const set = guarded(entry, () => setBy(entry, signUp));
    signUp = withAttributes(signUp, set);
    return set;
  });
  const rules = entries.map((entry, index) => {
    if ("shadow" in entry) return entry;
    return { rule: entry, set: sets[index] as Attributes, needs: guarded(entry, () => needsOf(entry, signUp, hashOf)) };
  });
  return { signUp, rules };
}

/** The attributes that a rule's `prepare` changes. */
export function setBy(rule: AnyRule, signUp: SignUp): Attributes {
  return changes(signUp.attributes, checkedAttributes(rule.prepare?.(signUp)));
}

/** The rows that a rule will look at. */
export function needsOf(rule: AnyRule, signUp: SignUp, hashOf: HashOf): readonly RecordKey[] {
  return checkedKeys(rule.needs?.(signUp, hashOf));
}
