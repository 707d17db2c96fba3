import { checkedAttributes } from "./checks";
import { assertNothingLoose, evaluateRule, type Run, resultOf, resultOfVerdict } from "./evaluate-rule";
import { type Prepared, type PreparedPolicy, unlessItNeedsAnAddress } from "./prepare";
import { hashAmong } from "./records";
import type { ShadowRule } from "./rule";
import { callsOutside } from "./rule-marks";
import { changes, guardedAddress } from "./shown";
import type { Attributes } from "./sign-up";
import { after, comesTooEarly, initialState, type State, traced } from "./state";

/** What the last rule is called in traces and records. */
export const LAST_RULE = "posture";

/** Asks the rules in order, up to the first block, and the gate's own rule last. */
export async function evaluate(given: PreparedPolicy, run: Run): Promise<State> {
  const { kept, rules } = restored(given, run);
  let state = initialState(given.signUp, kept);
  for (const prepared of rules) {
    if (state.verdict.kind === "block" || run.last?.isCertain(state.findings)) break;
    state = "shadow" in prepared ? postponing(prepared, state, run) : await asked(prepared, state, run);
  }
  state = withLastWord(state, run);
  assertNothingLoose(run, state);
  return state;
}

/** The policy with what each rule puts back of what was read, and all of that. */
function restored({ signUp, rules }: PreparedPolicy, run: Run): { readonly kept: Attributes; readonly rules: PreparedPolicy["rules"] } {
  const { records, ports } = run;
  const context = { records, received: guardedAddress(run.received), now: new Date(ports.now), hashOf: hashAmong(records, ports) };
  const all = rules.map((prepared) => {
    if ("shadow" in prepared || prepared.lacksAddress || prepared.rule.restore === undefined) return { prepared, kept: {} };
    const { rule } = prepared;
    const kept = unlessItNeedsAnAddress(rule, () => checkedAttributes(rule.restore?.(guardedAddress(signUp), context))) ?? {};
    return { prepared: { ...prepared, set: { ...prepared.set, ...changes(signUp.attributes, kept) } }, kept };
  });
  return { kept: Object.assign({}, ...all.map(({ kept }) => kept)), rules: all.map(({ prepared }) => prepared) };
}

async function asked(prepared: Prepared, state: State, run: Run): Promise<State> {
  const skipped = () => traced(state, resultOf(prepared, "skipped"));
  if (state.decidedBy !== undefined && callsOutside(prepared.rule)) return skipped();
  const verdict = await evaluateRule(prepared, state, run);
  if (comesTooEarly(verdict, state)) return skipped();
  return after(traced(state, resultOfVerdict(prepared, verdict)), prepared, verdict);
}

/** A gate that is not open decides last, whatever the rules said; a block of theirs stands, unless it accepts the person for later. */
function withLastWord(state: State, { last }: Run): State {
  if (last === undefined || (state.verdict.kind === "block" && !state.isDeferred)) return state;
  const verdict = last.decide(state.findings);
  if (verdict.kind === "continue") return state;
  const asRule: Prepared = { rule: { name: LAST_RULE }, set: {}, needs: [] };
  return after(traced(state, resultOfVerdict(asRule, verdict)), asRule, verdict);
}

/** Passes a shadowed rule by, without a call to it. Until it is asked, the trace says that it is unfinished. */
function postponing({ shadow: rule }: ShadowRule, state: State, run: Run): State {
  const { decidedBy, signUp, findings, trace } = state;
  // As for a rule proper: after a problem, a call outside would cost time or money for nothing.
  if (decidedBy !== undefined && callsOutside(rule)) return traced(state, { rule: rule.name, said: "skipped", shadow: true });
  const said = trace.filter(({ shadow }) => !shadow);
  const attributes = changes(run.prepared.attributes, signUp.attributes);
  const postponed = [...state.postponed, { rule: rule.name, place: trace.length, attributes, findings, said }];
  return traced({ ...state, postponed }, { rule: rule.name, said: "unfinished", shadow: true });
}
