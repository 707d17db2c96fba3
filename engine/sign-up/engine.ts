import { omit } from "../collections";
import { applyWrites } from "./apply-writes";
import { findChanges } from "./attributes";
import type { Answer, Decision, PartialDecision } from "./decision";
import { DRILL, drillPorts, dropOutsideRules, isDrill } from "./drill";
import { answerWithoutRules, FailureError, refusal, toFailure, UNAVAILABLE } from "./failure";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import { type Person, preparePerson, prepareSignUp } from "./prepare-sign-up";
import { distinct, joinRecords, readKeys, withCurrentRows } from "./records";
import type { RecordKey } from "./rule";
import type { Rows, Run } from "./run";
import { runRules, toResults } from "./run-rules";
import type { SignUp, Step } from "./sign-up";
import type { State } from "./state";
import { ANSWER_RESERVE_MS, deadlineIn } from "./time";

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

/** Reads at once rows for the rules, the search for the person, the last rule, and an earlier, identical call. */
export async function readRows(person: Person, run: Run): Promise<Rows> {
  const { policy, ports } = run;
  const { replayLookup = [], lastRule } = ports;
  const { search, likely } = person;
  const searchKeys = search?.keys ?? [];
  const required = [...(lastRule === undefined ? [] : [lastRule.key]), ...(search?.isOptional ? [] : searchKeys)];
  const optional = [...replayLookup, ...(search?.isOptional ? searchKeys : [])];
  const needs = [person, ...(likely === undefined ? [] : [likely])].flatMap(listNeeds);
  const records = await readKeys(distinct([...required, ...needs]), run, { optional });
  const last = lastRule?.activate(records.get(lastRule.key), policy, ports.now);
  const replayed = replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined);
  return { records, last, replayed };
}

/** Adds the rows that the rules of another person than expected need. */
export async function readMissingRows(person: Person, rows: Rows, run: Run): Promise<Rows> {
  const { records } = rows;
  const missing = distinct(listNeeds(person)).filter((key) => !records.has(key));
  return missing.length === 0 ? rows : { ...rows, records: joinRecords(records, await readKeys(missing, run)) };
}

function listNeeds({ rules }: Person): readonly RecordKey[] {
  return rules.flatMap((entry) => ("shadow" in entry ? [] : entry.needs));
}

function toDecision(person: Person, state: State, known: PartialDecision, run: Run): Decision {
  const { decidedBy, trace } = state;
  const decision = { answer: toAnswer(person, state), ...(decidedBy !== undefined && { decidedBy }), trace, replayed: [], ...known };
  return run.isDrill ? refuseDrill(decision, run.policy.step) : decision;
}

/** @param known the parts of the decision that were known before the stage that failed */
function toFailedDecision(error: unknown, known: PartialDecision, run: Run): Decision {
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
