import { omit } from "../collections";
import { findChanges } from "./attributes";
import type { Answer, Decision, PartialDecision } from "./decision";
import { DRILL } from "./drill";
import { answerWithoutRules, FailureError, refusal, toFailure, UNAVAILABLE } from "./failure";
import type { Person } from "./prepare-sign-up";
import type { Run } from "./run";
import type { Step } from "./sign-up";
import type { State } from "./state";

export function toDecision(person: Person, state: State, known: PartialDecision, run: Run): Decision {
  const { decidedBy, trace } = state;
  const decision = { answer: toAnswer(person, state), ...(decidedBy !== undefined && { decidedBy }), trace, replayed: [], ...known };
  return run.isDrill ? refuseDrill(decision, run.policy.step) : decision;
}

/** @param known the parts of the decision that were known before the stage that failed */
export function toFailedDecision(error: unknown, known: PartialDecision, run: Run): Decision {
  const failure = toFailure(error);
  const decidedBy = failure.rule;
  const results = error instanceof FailureError ? error.results : {};
  const refused = { ...refusal(UNAVAILABLE, run.policy.step), ...(decidedBy !== undefined && { decidedBy }) };
  const decision = { ...refused, ...known, ...results, failure };
  return run.isDrill ? refuseDrill(decision, run.policy.step) : decision;
}

function toAnswer(person: Person, state: State): Answer {
  const { received, signUp } = person;
  const attributes = { ...signUp.attributes, ...state.attributes };
  // Before a token is sent, even a block from `onConflict` does not stop the token. Sends all claims that rules set, even unchanged:
  // otherwise, an application would get a claim only if its value differs from the directory's.
  if (received.step === "before-sending-token") {
    const names = new Set(state.trace.flatMap((result) => result.set ?? []));
    return { kind: "continue", attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name))) };
  }
  return state.verdict.kind === "continue" ? { kind: "continue", attributes: findChanges(received, attributes) } : state.verdict;
}

/** A failure is kept, because it is reported as for any sign-up. */
function refuseDrill(decision: Decision, step: Step): Decision {
  const trace = decision.trace.filter(({ shadow }) => !shadow);
  if (decision.failure !== undefined) return { ...omit(decision, "postponed"), trace };
  return { ...omit(decision, "postponed", "decidedBy"), answer: answerWithoutRules(DRILL, step), trace };
}
