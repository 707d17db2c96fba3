import { changes } from "./changes";
import { deadlineIn } from "./deadline";
import { type Answer, type Decision, type Failure, UNAVAILABLE } from "./decision";
import { applyEffects } from "./effects";
import { evaluate } from "./evaluate";
import { FailureError } from "./failure";
import { frozen } from "./frozen";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import type { PostponedRule } from "./postponed";
import { prepareAll } from "./prepare";
import { readAll } from "./read";
import type { Row } from "./rule";
import type { SignUp, Step } from "./sign-up";
import type { State } from "./state";
import type { RuleResult } from "./verdict";

/** Kept back from the rules for effects and the answer. */
const ANSWER_RESERVE_MS = 400;

/**
 * The whole way from a sign-up to its answer: prepare, one read, decide in order, effects. Never rejects; whatever goes
 * wrong blocks the sign-up. Shadowed rules are passed by: `postponed` says what they are to be asked.
 */
export async function decide<S extends Step>(policy: Policy<S>, signUp: SignUp, ports: Ports): Promise<Decision> {
  const forRules = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS, ports.clock);
  const forAll = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS / 4, ports.clock);
  const trace: RuleResult[] = [];
  const postponed: PostponedRule[] = [];
  let asPrepared = signUp;
  let replayed: readonly Row[] = [];
  const left = () => postponed.length > 0 && { postponed: { received: signUp, signUp: asPrepared, rules: postponed } };
  try {
    if (policy.rules.length === 0) throw new TypeError("A policy without a rule would let everyone in.");
    const received = frozen(signUp);
    const prepared = prepareAll(policy.rules, received, ports.hashOf);
    asPrepared = prepared.signUp;
    const records = await readAll(prepared, ports, forRules);
    replayed = (ports.replayLookup ?? []).map((key) => records.get(key)).filter((row) => row !== undefined);
    const run = { records, received, prepared: asPrepared, ports, deadline: forRules, step: policy.step, trace, postponed };
    const state = await evaluate(prepared, run);
    const lost = await applyEffects(state.effects, ports, forAll);
    return { ...withChanges(signUp, { ...state, ...lost }), trace, replayed, ...left() };
  } catch (error) {
    const failure: Failure = error instanceof FailureError ? error.failure : { why: "rule", error };
    return {
      answer: { kind: "block", reason: UNAVAILABLE },
      ...(failure.rule !== undefined && { decidedBy: failure.rule }),
      trace,
      replayed,
      ...left(),
      failure,
    };
  } finally {
    forRules.clear();
    forAll.clear();
  }
}

function withChanges(received: SignUp, { verdict, decidedBy, signUp }: State): Pick<Decision, "answer" | "decidedBy"> {
  const answer: Answer =
    verdict.kind === "continue" ? { kind: "continue", attributes: changes(received.attributes, signUp.attributes) } : verdict;
  return { answer, ...(decidedBy !== undefined && { decidedBy }) };
}
