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
 * Never rejects: any error blocks the sign-up, or leaves a token without claims. Shadowed rules do not run: `postponed` holds their input.
 * A drill calls no outside system, writes nothing and lets nobody in.
 */
export async function decide<S extends Step>(policy: Policy<S>, received: SignUp, ports: Ports): Promise<Decision> {
  const run = startRun(policy, received, ports);
  try {
    let person = prepareSignUp(received, run);
    await readRows(person, run);
    person = await identifyPerson(person, run);
    for (let timesLost = 0; ; timesLost++) {
      const state = await applyWrites(await runRules(person, run), timesLost, run);
      if (!state.mustRunAgain) return toDecision(person, state, run);
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

function startRun(policy: Policy, received: SignUp, outside: Ports): Run {
  const isOnTrial = isDrill(received);
  const current = withCurrentRows(outside);
  const ports = isOnTrial ? drillPorts(current, policy.step) : current;
  return {
    policy: isOnTrial ? dropOutsideRules(policy) : policy,
    ports,
    deadline: deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS, ports.clock),
    writeDeadline: deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS / 4, ports.clock),
    isDrill: isOnTrial,
    known: {},
    rows: { records: createRecords([], new Map()) },
    lateCalls: [],
  };
}
