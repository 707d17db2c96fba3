import { changes, withAttributes } from "./changes";
import { checkedAttributes, checkedKeys } from "./checks";
import { guarded } from "./failure";
import type { HashOf } from "./person";
import type { AnyRule, RecordKey, ShadowRule } from "./rule";
import type { Attributes, SignUp } from "./sign-up";

/** A rule, the sign-up it decides on, and what it will look at. */
export interface Prepared {
  readonly rule: AnyRule;
  readonly shadow: boolean;
  /** What the rule's own `prepare` set. */
  readonly set: Attributes;
  readonly needs: readonly RecordKey[];
  /** Why a shadow rule could not be prepared; a rule proper fails the sign-up instead. */
  readonly broken?: true;
}

export interface PreparedPolicy {
  readonly signUp: SignUp;
  readonly rules: readonly Prepared[];
}

/** What every rule sets and needs. A shadow rule sets nothing for the others. */
export function prepareAll(entries: readonly (AnyRule | ShadowRule)[], received: SignUp, hashOf: HashOf): PreparedPolicy {
  let signUp = received;
  const sets = entries.map((entry) => {
    if ("shadow" in entry) return {};
    const set = changes(
      signUp.attributes,
      guarded(entry, () => checkedAttributes(entry.prepare?.(signUp))),
    );
    signUp = withAttributes(signUp, set);
    return set;
  });
  const rules = entries.map((entry, index): Prepared => {
    if ("shadow" in entry) return prepareShadow(entry.shadow, signUp, hashOf);
    return {
      rule: entry,
      shadow: false,
      set: sets[index] as Attributes,
      needs: guarded(entry, () => checkedKeys(entry.needs?.(signUp, hashOf))),
    };
  });
  return { signUp, rules };
}

function prepareShadow(rule: AnyRule, signUp: SignUp, hashOf: HashOf): Prepared {
  try {
    const set = changes(signUp.attributes, checkedAttributes(rule.prepare?.(signUp)));
    return { rule, shadow: true, set, needs: checkedKeys(rule.needs?.(withAttributes(signUp, set), hashOf)) };
  } catch {
    return { rule, shadow: true, set: {}, needs: [], broken: true };
  }
}
