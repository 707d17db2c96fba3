import { omit } from "../omit";
import type { PreparedRule } from "./ask-rule";
import { askToDecide, askToRestore, findChanges, guardAddress, setAttributes } from "./ask-rule";
import { callsOutside } from "./checks";
import { FailureError } from "./failure";
import type { ActiveLastRule } from "./last-rule";
import type { PreparedSignUp } from "./prepare-sign-up";
import { hashAmong } from "./records";
import type { AnyRule } from "./rule";
import { describeFailure, toResult, toVerdictResult } from "./rule-results";
import type { Run } from "./run";
import type { Attributes } from "./sign-up";
import { addResult, addVerdict, comesTooEarly, type State, startState, toPartialDecision } from "./state";
import type { AnyVerdict } from "./verdict";

/** Runs the rules in order, up to the first block, then the last rule. A call that a rule makes after its verdict fails the sign-up. */
export async function runRules(person: PreparedSignUp, run: Run): Promise<State> {
  const { received, signUp } = person;
  const { records, last } = run.rows;
  const { restored, rules } = restoreAttributes(person, run);
  const keepKnown = (known: State) => {
    run.known = { ...run.known, ...toPartialDecision(known, person) };
  };
  run.known = omit(run.known, "trace", "postponed");
  let state = startState(restored);
  for (const entry of rules) {
    if (state.verdict.kind === "block" || last?.isCertain(state.findings)) break;
    const current = setAttributes(signUp, state.set);
    if ("shadow" in entry) {
      state = postponeShadow(entry.shadow, findChanges(signUp.attributes, current.attributes), state);
      continue;
    }
    if (state.decidedBy !== undefined && callsOutside(entry.rule)) {
      state = addResult(state, toResult(entry, "skipped"));
      continue;
    }
    const findings = last?.adjustFindings(entry.rule, state.findings) ?? state.findings;
    const said = state.trace.filter(({ shadow }) => !shadow);
    const turn = { received, signUp: current, hasChanged: current !== signUp, records, findings, said };
    const verdict = await askToDecide(entry, turn, run).catch((error: unknown) => {
      keepKnown(addResult(state, toResult(entry, "failed", describeFailure(error))));
      throw error;
    });
    state = addRuleVerdict(state, entry, verdict);
  }
  state = runLastRule(last, state);
  const [late] = run.lateCalls;
  keepKnown(late === undefined ? state : addResult(state, { rule: late.rule, said: "failed", ...describeFailure(late.error) }));
  if (late !== undefined) throw new FailureError({ why: "rule", ...late });
  return state;
}

/** Lets each rule restore attributes from the rows. Returns the rules with the attributes that each set, and all restored attributes. */
function restoreAttributes(person: PreparedSignUp, run: Run): { readonly restored: Attributes; readonly rules: PreparedSignUp["rules"] } {
  const { signUp } = person;
  const { ports } = run;
  const { records } = run.rows;
  const context = { records, received: guardAddress(person.received), now: new Date(ports.now), hashOf: hashAmong(records, ports) };
  const all = person.rules.map((entry) => {
    if ("shadow" in entry || entry.lacksAddress) return { entry, restored: {} };
    const restored = askToRestore(entry.rule, signUp, context) ?? {};
    return { entry: { ...entry, set: { ...entry.set, ...findChanges(signUp.attributes, restored) } }, restored };
  });
  return { restored: Object.assign({}, ...all.map(({ restored }) => restored)), rules: all.map(({ entry }) => entry) };
}

function addRuleVerdict(state: State, entry: PreparedRule, verdict: AnyVerdict): State {
  if (comesTooEarly(verdict, state)) return addResult(state, toResult(entry, "skipped"));
  return addVerdict(addResult(state, toVerdictResult(entry, verdict)), entry, verdict);
}

/** Runs the last rule, unless a rule has blocked the sign-up. It also runs after a deferral, because an approver decides later. */
function runLastRule(last: ActiveLastRule | undefined, state: State): State {
  if (last === undefined || (state.verdict.kind === "block" && !state.isDeferred)) return state;
  const verdict = last.decide(state.findings);
  if (verdict.kind === "continue") return state;
  return addRuleVerdict(state, { rule: { name: last.name }, set: {}, needs: [] }, verdict);
}

/** Skips a shadowed rule without calling it. Until the rule has run, the trace says that it is unfinished. */
function postponeShadow(rule: AnyRule, attributes: Attributes, state: State): State {
  const { decidedBy, findings, trace } = state;
  // The same as for an ordinary rule: after a problem, an outside call would cost time or money for nothing.
  if (decidedBy !== undefined && callsOutside(rule)) return addResult(state, { rule: rule.name, said: "skipped", shadow: true });
  const said = trace.filter(({ shadow }) => !shadow);
  const postponed = [...state.postponed, { rule: rule.name, place: trace.length, attributes, findings, said }];
  return addResult({ ...state, postponed }, { rule: rule.name, said: "unfinished", shadow: true });
}
