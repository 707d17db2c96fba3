import { applyWrites } from "./apply-writes";
import type { Decision } from "./decision";
import { drillPorts, dropOutsideRules, isDrill } from "./drill";
import { identifyPerson } from "./identify-person";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import { prepareSignUp } from "./prepare-sign-up";
import { readRows } from "./read-rows";
import { createRecords, withCurrentRows } from "./records";
import type { Run } from "./run";
import { runRules } from "./run-rules";
import type { SignUp, Step } from "./sign-up";
import { ANSWER_RESERVE_MS, deadlineIn } from "./time";
import { toDecision, toFailedDecision } from "./to-decision";

/**
 * Decides a sign-up. Never rejects: any error blocks the sign-up, or leaves a token without claims. Does not run shadowed rules:
 * `postponed` holds their input. A drill calls no outside system, writes nothing and lets nobody in.
 */
export async function decide<S extends Step>(policy: Policy<S>, received: SignUp, ports: Ports): Promise<Decision> {
  const run = startRun(policy, ports, isDrill(received));
  try {
    const signUp = prepareSignUp(received, run);
    await readRows(signUp, run);
    const person = await identifyPerson(signUp, run);
    for (let timesLost = 0; ; timesLost++) {
      const state = await runRules(person, run);
      const outcome = await applyWrites(state, timesLost, run);
      if (outcome !== "lost") return toDecision(person, outcome, run);
    }
  } catch (error) {
    // Aborts calls that a rule did not await.
    run.deadline.abort();
    return toFailedDecision(error, run);
  } finally {
    run.deadline.clear();
    run.writeDeadline.clear();
  }
}

function startRun(policy: Policy, given: Ports, isDrill: boolean): Run {
  const current = withCurrentRows(given);
  const ports = isDrill ? drillPorts(current, policy.step) : current;
  return {
    policy: isDrill ? dropOutsideRules(policy) : policy,
    ports,
    deadline: deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS, ports.clock),
    writeDeadline: deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS / 4, ports.clock),
    isDrill,
    known: {},
    rows: { records: createRecords([], new Map()) },
    lateCalls: [],
  };
}
