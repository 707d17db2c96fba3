import { freeze } from "../../engine/collections";
import type { PreparedRule } from "../../engine/sign-up/ask-rule";
import { askForKeys, askToDecide, askToPrepare } from "../../engine/sign-up/ask-rule";
import { setAttributes } from "../../engine/sign-up/attributes";
import type { Decision, Postponed, PostponedRule } from "../../engine/sign-up/decision";
import { decide } from "../../engine/sign-up/engine";
import { AddressNeededError, FailureError, refuseWithoutAddress } from "../../engine/sign-up/failure";
import type { Policy } from "../../engine/sign-up/policy";
import type { Ports } from "../../engine/sign-up/ports";
import { distinct, readKeys, withCurrentRows } from "../../engine/sign-up/records";
import type { Run } from "../../engine/sign-up/run";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { describeFailure, toResult, toVerdictResult } from "../../engine/sign-up/state";
import { deadlineIn } from "../../engine/sign-up/time";
import type { RuleResult } from "../../engine/sign-up/verdict";

/** Decides, and asks the shadowed rules, for callers that do not have to answer fast. */
export async function decideFully(policy: Policy, signUp: SignUp, ports: Ports): Promise<Decision> {
  return await withShadows(await decide(policy, signUp, ports), policy, ports);
}

/** Has no effects. Never rejects. */
export async function evaluateShadow(
  policy: Policy,
  signUps: Omit<Postponed, "rules">,
  postponedRule: PostponedRule,
  givenPorts: Ports,
): Promise<RuleResult> {
  const ports = withCurrentRows(givenPorts);
  const entry = policy.rules[postponedRule.place];
  // If the rule is not at its place in the policy, another build of the policy made the decision.
  if (entry === undefined || !("shadow" in entry) || entry.shadow.name !== postponedRule.rule)
    return buildUnfinishedResult(postponedRule.rule);
  const deadline = deadlineIn(ports.remainingMs, ports.clock);
  // Every verdict is worth recording, even one that the step does not allow. `before-create-user` allows every verdict.
  const everything = { ...policy, step: "before-create-user" } as const;
  const run: Run = {
    policy: everything,
    ports,
    deadline,
    writeDeadline: deadline,
    isDrill: false,
    lateCalls: [],
  };
  let preparedRule: PreparedRule = { rule: entry.shadow, set: {}, needs: [] };
  try {
    const { received, signUp: asPrepared } = freeze(signUps);
    preparedRule = { ...preparedRule, set: orFail(askToPrepare(entry.shadow, asPrepared)) };
    const signUp = setAttributes(setAttributes(asPrepared, postponedRule.attributes), preparedRule.set);
    const records = await readKeys(distinct(orFail(askForKeys(entry.shadow, signUp, ports, ports.now))), run);
    const turn = {
      received,
      signUp,
      hasChanged: false,
      records,
      findings: freeze(postponedRule.findings),
      earlierResults: postponedRule.said,
    };
    const verdict = await askToDecide(preparedRule, turn, run);
    const [late] = run.lateCalls;
    if (late !== undefined) throw late.error;
    return { ...toVerdictResult(preparedRule, verdict), shadow: true };
  } catch (error) {
    if (deadline.signal.aborted) return buildUnfinishedResult(postponedRule.rule);
    deadline.abort();
    const cause = error instanceof FailureError ? error.failure.error : error;
    if (cause instanceof AddressNeededError)
      return { ...toVerdictResult(preparedRule, refuseWithoutAddress(signUps.signUp.step)), shadow: true };
    return { ...toResult(preparedRule, "failed", describeFailure(cause)), shadow: true };
  } finally {
    deadline.clear();
  }
}

export async function withShadows(decision: Decision, policy: Policy, ports: Ports): Promise<Decision> {
  const { postponed } = decision;
  if (postponed === undefined) return decision;
  const results = await Promise.all(postponed.rules.map((each) => evaluateShadow(policy, postponed, each, ports)));
  return { ...decision, trace: withResults(decision.trace, postponed, results) };
}

function withResults(trace: Decision["trace"], { rules }: Postponed, results: readonly RuleResult[]): Decision["trace"] {
  const resultsByPlace = new Map(rules.map(({ place }, index) => [place, results[index]]));
  return trace.map((result, place) => resultsByPlace.get(place) ?? result);
}

/** Throws AddressNeededError if there is no answer: then the rule needs an address that the sign-up lacks. */
function orFail<T>(answer: T | undefined): T {
  if (answer === undefined) throw new AddressNeededError();
  return answer;
}

function buildUnfinishedResult(rule: string): RuleResult {
  return { rule, said: "unfinished", shadow: true };
}
