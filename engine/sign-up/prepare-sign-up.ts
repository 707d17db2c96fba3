import { freeze } from "../collections";
import { askForKeys, askToPrepare, type PreparedRule } from "./ask-rule";
import { setAttributes } from "./attributes";
import type { PersonSearch } from "./ports";
import type { ShadowRule } from "./rule";
import type { Run } from "./run";
import type { SignUp } from "./sign-up";

export interface Person {
  /** The sign-up as received, with the step's trust. */
  readonly received: SignUp;
  /** The sign-up after the `prepare` of all rules. */
  readonly signUp: SignUp;
  /** The rules, in the policy's order. Shadowed rules take no part in preparing and reading. */
  readonly rules: readonly (PreparedRule | ShadowRule)[];
  /** Absent if the sign-up names its person. */
  readonly search?: PersonSearch | undefined;
  readonly likely?: Person | undefined;
}

export function prepareSignUp(received: SignUp, run: Run): Person {
  const { policy, ports } = run;
  if (policy.rules.length === 0) throw new TypeError("A policy without a rule would let everyone in.");
  const signUp = policy.options.trust === undefined ? received : { ...received, trust: policy.options.trust };
  const person = { ...prepareByRules(signUp, run), search: ports.beginSearch?.(signUp, ports) };
  return { ...person, likely: person.search?.likely && prepareByRules(person.search.likely, run) };
}

/** Returns the person whom a search found, with the rules of their sign-up: external tenants do not always name the person. */
export function preparePerson(person: Person, signUp: SignUp, run: Run): Person {
  return [person, person.likely].find((each) => each?.received === signUp) ?? prepareByRules(signUp, run);
}

export function prepareByRules(received: SignUp, { policy, ports }: Pick<Run, "policy" | "ports">): Person {
  let signUp = freeze(received);
  const sets = policy.rules.map((entry) => {
    const set = "shadow" in entry ? {} : askToPrepare(entry, signUp);
    signUp = setAttributes(signUp, set ?? {});
    return set;
  });
  const rules = policy.rules.map((entry, index) => {
    if ("shadow" in entry) return entry;
    const needs = askForKeys(entry, signUp, ports, ports.now);
    const lacksAddress = needs === undefined || sets[index] === undefined;
    return { rule: entry, set: sets[index] ?? {}, needs: needs ?? [], ...(lacksAddress && { lacksAddress: true as const }) };
  });
  return { received, signUp, rules };
}
