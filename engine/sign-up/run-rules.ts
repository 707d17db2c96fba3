import type { PreparedRule } from "./ask-rule";
import { askToDecide, askToRestore, guardAddress } from "./ask-rule";
import { findChanges, setAttributes } from "./attributes";
import { callsOutside } from "./checks";
import type { RuleResults } from "./decision";
import { FailureError, withResults } from "./failure";
import type { ActiveLastRule } from "./ports";
import type { Person } from "./prepare-sign-up";
import { hashAmong, type ReadRecords } from "./records";
import type { AnyRule } from "./rule";
import type { Rows, Run } from "./run";
import type { Attributes } from "./sign-up";
import { addResult, addVerdict, defersDespiteProblems, describeFailure, type State, startState, toResult, toVerdictResult } from "./state";
import type { AnyVerdict } from "./verdict";

/**
 * Runs rules until one blocks, or until `last` is certain to stop the person. Then runs `last`. A service call after a rule's turn fails
 * the sign-up.
 */
export async function runRules(person: Person, { records, last }: Rows, run: Run): Promise<State> {
  const { attributes, rules } = restoreAttributes(person, records, run);
  const { received, signUp: prepared } = person;
  let state = startState(attributes);
  for (const entry of rules) {
    if (state.verdict.kind === "block" || last?.isCertain(state.findings)) break;
    if ("shadow" in entry) {
      state = postponeShadow(entry.shadow, findChanges(prepared, state.attributes), state);
      continue;
    }
    if (state.decidedBy !== undefined && callsOutside(entry.rule)) {
      state = addResult(state, toResult(entry, "skipped"));
      continue;
    }
    const signUp = setAttributes(prepared, state.attributes);
    const findings = last?.adjustFindings(entry.rule, state.findings) ?? state.findings;
    const turn = { received, signUp, hasChanged: signUp !== prepared, records, findings, earlierResults: listProperResults(state) };
    const verdict = await askToDecide(entry, turn, run).catch((error: unknown) => {
      throw withResults(error, toResults(person, addResult(state, toResult(entry, "failed", describeFailure(error)))));
    });
    state = addRuleVerdict(state, entry, verdict);
  }
  state = runLastRule(last, state);
  const [late] = run.lateCalls;
  if (late === undefined) return state;
  const failed = addResult(state, { rule: late.rule, said: "failed", ...describeFailure(late.error) });
  throw new FailureError({ why: "rule", ...late }, toResults(person, failed));
}

function restoreAttributes(person: Person, records: ReadRecords, { ports }: Run): Pick<Person, "rules"> & Pick<State, "attributes"> {
  const { now } = ports;
  const hashOf = hashAmong(records, ports);
  const all = person.rules.map((entry) => {
    if ("shadow" in entry || entry.lacksAddress) return { entry, attributes: {} };
    const received = guardAddress(person.received);
    const attributes = askToRestore(entry.rule, person.signUp, { records, received, now: new Date(now), hashOf }) ?? {};
    return { entry: { ...entry, set: { ...entry.set, ...findChanges(person.signUp, attributes) } }, attributes };
  });
  return { attributes: Object.assign({}, ...all.map(({ attributes }) => attributes)), rules: all.map(({ entry }) => entry) };
}

/** The rules' results, as a decision has them. */
export function toResults({ received, signUp }: Person, { trace, postponed }: State): RuleResults {
  return { trace, ...(postponed.length > 0 && { postponed: { received, signUp, rules: postponed } }) };
}

function listProperResults({ trace }: State): State["trace"] {
  return trace.filter(({ shadow }) => !shadow);
}

function addRuleVerdict(state: State, entry: PreparedRule, verdict: AnyVerdict): State {
  if (defersDespiteProblems(verdict, state)) return addResult(state, toResult(entry, "skipped"));
  return addVerdict(addResult(state, toVerdictResult(entry, verdict)), entry, verdict);
}

/** Runs also if the block only defers the sign-up, because an approver decides later. */
function runLastRule(last: ActiveLastRule | undefined, state: State): State {
  if (last === undefined || (state.verdict.kind === "block" && !state.isDeferred)) return state;
  const verdict = last.decide(state.findings);
  if (verdict.kind === "continue") return state;
  return addRuleVerdict(state, { rule: { name: last.name }, set: {}, needs: [] }, verdict);
}

/** The rule runs after the answer. Until then, its result is "unfinished". */
function postponeShadow(rule: AnyRule, attributes: Attributes, state: State): State {
  const { decidedBy, findings, trace } = state;
  // If a rule has already found a problem, a rule that calls outside is skipped: the call would cost time or money for nothing.
  if (decidedBy !== undefined && callsOutside(rule)) return addResult(state, { rule: rule.name, said: "skipped", shadow: true });
  const shadow = { rule: rule.name, place: trace.length, attributes, findings, said: listProperResults(state) };
  return addResult({ ...state, postponed: [...state.postponed, shadow] }, { rule: rule.name, said: "unfinished", shadow: true });
}
