import type { Decision, Postponed, PostponedRule } from "../../engine/sign-up/decision";
import { assertNothingLoose, behindFailure, evaluateRule, resultOf, resultOfVerdict } from "../../engine/sign-up/evaluate-rule";
import { AddressNeededError, FailureError, withoutAddress } from "../../engine/sign-up/failure";
import { eachHash } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { Ports } from "../../engine/sign-up/ports";
import { needsOf, setBy } from "../../engine/sign-up/prepare";
import { distinct, recordsOf, withCurrentRows } from "../../engine/sign-up/records";
import type { Run } from "../../engine/sign-up/run";
import { frozen, initialState, type Prepared, withAttributes } from "../../engine/sign-up/state";
import { deadlineIn } from "../../engine/sign-up/time";
import type { RuleResult } from "../../engine/sign-up/verdict";

/** A shadowed rule's result for a sign-up, without any effect. Never rejects. */
export async function evaluateShadow(
  policy: Policy,
  signUps: Omit<Postponed, "rules">,
  postponed: PostponedRule,
  given: Ports,
): Promise<RuleResult> {
  const ports = withCurrentRows(given);
  const entry = policy.rules[postponed.place];
  // Another build of the policy than the one that decided.
  if (entry === undefined || !("shadow" in entry) || entry.shadow.name !== postponed.rule) return unfinished(postponed.rule);
  const deadline = deadlineIn(ports.remainingMs, ports.clock);
  let prepared: Prepared = { rule: entry.shadow, set: {}, needs: [] };
  try {
    const { received, signUp } = frozen(signUps);
    prepared = { ...prepared, set: setBy(entry.shadow, signUp) };
    const shown = withAttributes(withAttributes(signUp, postponed.attributes), prepared.set);
    const needs = distinct(needsOf(entry.shadow, shown, eachHash(ports), ports.now));
    const found = needs.length === 0 ? new Map() : frozen(await deadline.hold(() => ports.read(needs, deadline.signal)));
    const run: Run = {
      received,
      prepared: shown,
      records: recordsOf(needs, found),
      ports,
      deadline,
      // Whatever it says, legal at this step or not, is worth recording.
      step: "before-create-user",
      loose: [],
    };
    const state = { ...initialState(shown), findings: frozen(postponed.findings), trace: postponed.said };
    const verdict = await evaluateRule(prepared, state, run);
    assertNothingLoose(run, state, postponed.rule);
    return { ...resultOfVerdict(prepared, verdict), shadow: true };
  } catch (error) {
    if (deadline.signal.aborted) return unfinished(postponed.rule);
    deadline.abort();
    const cause = error instanceof FailureError ? error.failure.error : error;
    if (cause instanceof AddressNeededError) return { ...resultOfVerdict(prepared, withoutAddress(signUps.signUp.step)), shadow: true };
    return { ...resultOf(prepared, "failed", behindFailure(cause)), shadow: true };
  } finally {
    deadline.clear();
  }
}

/** Adds the results of the shadowed rules that the decision skipped. */
export async function withShadows(decision: Decision, policy: Policy, ports: Ports): Promise<Decision> {
  const { postponed } = decision;
  if (postponed === undefined) return decision;
  const results = await Promise.all(postponed.rules.map((each) => evaluateShadow(policy, postponed, each, ports)));
  return { ...decision, trace: withResults(decision.trace, postponed, results) };
}

function withResults(trace: Decision["trace"], { rules }: Postponed, results: readonly RuleResult[]): Decision["trace"] {
  const said = new Map(rules.map(({ place }, index) => [place, results[index]]));
  return trace.map((result, place) => said.get(place) ?? result);
}

function unfinished(rule: string): RuleResult {
  return { rule, said: "unfinished", shadow: true };
}
