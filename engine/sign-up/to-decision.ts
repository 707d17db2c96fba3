import { findChanges } from "./ask-rule";
import type { Answer, Decision } from "./decision";
import { DRILL } from "./drill";
import { FailureError, refusal, UNAVAILABLE, withoutRules } from "./failure";
import type { PreparedSignUp } from "./prepare-sign-up";
import type { Run } from "./run";
import type { Attributes, Step } from "./sign-up";
import type { State } from "./state";

/** Builds the decision from the rules' state after their writes. */
export function toDecision(person: PreparedSignUp, state: State, run: Run): Decision {
  const by = state.decidedBy !== undefined && { decidedBy: state.decidedBy };
  const decision = { answer: toAnswer(person, state), ...by, trace: state.trace, replayed: [], ...run.known };
  return run.isDrill ? refuseDrill(decision, run.policy.step) : decision;
}

/** Builds the decision on a sign-up that ended with an error, from what was known by then. */
export function toFailedDecision(error: unknown, run: Run): Decision {
  const failure = error instanceof FailureError ? error.failure : { why: "rule" as const, error };
  const by = failure.rule !== undefined && { decidedBy: failure.rule };
  const decision = { ...refusal(UNAVAILABLE, run.policy.step), ...by, ...run.known, failure };
  return run.isDrill ? refuseDrill(decision, run.policy.step) : decision;
}

function toAnswer({ received, signUp }: PreparedSignUp, { verdict, set, trace }: State): Answer {
  // Before a token is sent, a block of `onConflict` is ignored.
  const stopsNobody = received.step === "before-sending-token";
  if (verdict.kind !== "continue" && !stopsNobody) return verdict;
  const attributes = { ...signUp.attributes, ...set };
  // Claims that rules set are sent even if unchanged: an application's claim must not depend on what the directory has.
  if (stopsNobody)
    return { kind: "continue", attributes: pickAttributes(attributes, new Set(trace.flatMap((result) => result.set ?? []))) };
  return { kind: "continue", attributes: findChanges(received.attributes, attributes) };
}

function pickAttributes(attributes: Attributes, names: ReadonlySet<string>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name)));
}

/** Refuses a drill, or gives it a token without claims, whatever the rules say. A failure is reported as for any sign-up. */
function refuseDrill({ postponed: _, decidedBy, ...decision }: Decision, step: Step): Decision {
  const trace = decision.trace.filter(({ shadow }) => !shadow);
  if (decision.failure !== undefined) return { ...decision, ...(decidedBy !== undefined && { decidedBy }), trace };
  return { ...decision, answer: withoutRules(DRILL, step), trace };
}
