import { applyWrites } from "./apply-writes";
import type { Decision, PartialDecision } from "./decision";
import { drillPorts, dropOutsideRules, isDrill } from "./drill";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import { preparePerson, prepareSignUp } from "./prepare-sign-up";
import { readMissingRows, readRows } from "./read-rows";
import { withCurrentRows } from "./records";
import type { Run } from "./run";
import { runRules, toResults } from "./run-rules";
import type { SignUp, Step } from "./sign-up";
import { ANSWER_RESERVE_MS, deadlineIn } from "./time";
import { toDecision, toFailedDecision } from "./to-decision";

/**
 * Never rejects: any error blocks the sign-up, or leaves a token without claims. Shadowed rules do not run: `postponed` holds their input.
 * A drill calls no outside system, writes nothing and lets nobody in.
 */
export async function decide<S extends Step>(policy: Policy<S>, received: SignUp, ports: Ports): Promise<Decision> {
  const run = startRun(policy, received, ports);
  let known: PartialDecision = {};
  try {
    let person = prepareSignUp(received, run);
    let rows = await readRows(person, run);
    const { replayed, last } = rows;
    known = { replayed, ...(last && { recorded: last.recorded }) };
    const identification = await person.search?.identify(rows.records, run.ports, run.deadline);
    if (identification !== undefined) {
      known = { ...known, identification };
      person = preparePerson(person, identification.signUp, run);
      rows = await readMissingRows(person, rows, run);
    }
    const beforeRules = known;
    for (let timesLost = 0; ; timesLost++) {
      known = beforeRules;
      const state = await runRules(person, rows, run);
      known = { ...beforeRules, ...toResults(person, state) };
      const applied = await applyWrites(state, rows, timesLost, run);
      if (applied.takenRows === undefined) return toDecision(person, applied.state, known, run);
      rows = applied.takenRows;
    }
  } catch (error) {
    // Aborts calls that a rule did not await.
    run.deadline.abort();
    return toFailedDecision(error, known, run);
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
    lateCalls: [],
  };
}
