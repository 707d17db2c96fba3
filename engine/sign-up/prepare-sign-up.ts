import { freeze } from "../freeze";
import { askForKeys, askToPrepare, type PreparedRule, setAttributes } from "./ask-rule";
import type { Trace } from "./ports";
import type { ShadowRule } from "./rule";
import type { Run } from "./run";
import type { SignUp } from "./sign-up";

/** A sign-up before anything is read. */
export interface PreparedSignUp {
  /** The sign-up as sent. */
  readonly received: SignUp;
  /** The sign-up as the rules' `prepare` has set it. */
  readonly signUp: SignUp;
  /** Rules in the policy's order. Shadowed rules take no part in preparing and reading. */
  readonly rules: readonly (PreparedRule | ShadowRule)[];
}

/** A prepared sign-up with the rows that identify the person. */
export interface TraceableSignUp extends PreparedSignUp {
  readonly trace?: Trace | undefined;
  /** The sign-up of the person whom the trace expects. */
  readonly likely?: PreparedSignUp | undefined;
}

/** Lets each rule reshape the sign-up, and name the rows that it needs. */
export function prepareSignUp(received: SignUp, run: Run): TraceableSignUp {
  const { policy, ports } = run;
  if (policy.rules.length === 0) throw new TypeError("A policy without a rule would let everyone in.");
  const trusted = policy.options.trust === undefined ? received : { ...received, trust: policy.options.trust };
  const trace = ports.tracing?.(trusted, ports);
  return { ...prepareByRules(trusted, run), trace, likely: trace?.maybe && prepareByRules(trace.maybe, run) };
}

/** Asks each rule to prepare a sign-up, and for the keys of its rows. */
export function prepareByRules(received: SignUp, { policy, ports }: Pick<Run, "policy" | "ports">): PreparedSignUp {
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
