import { guardedAddress } from "./address";
import { changes } from "./changes";
import { checkedAttributes } from "./checks";
import { evaluateRule, type Run, resultOf, resultOfVerdict } from "./evaluate-rule";
import { stopsEarly, underGuard } from "./guard";
import { type PreparedPolicy, unlessItNeedsAnAddress } from "./prepare";
import { hashAmong } from "./records";
import { callsOutside, type ShadowRule } from "./rule";
import type { Attributes } from "./sign-up";
import { after, comesTooEarly, initialState, isDeferred, type State } from "./state";

/** Asks the rules in order, up to the first block. */
export async function evaluate(given: PreparedPolicy, run: Run): Promise<State> {
  const { kept, rules } = restored(given, run);
  let state = initialState(given.signUp, kept);
  let deferred = false;
  for (const prepared of rules) {
    if (stopsEarly(run.guard, state)) break;
    if ("shadow" in prepared) postpone(prepared, state, run);
    else if (state.decidedBy !== undefined && callsOutside(prepared.rule)) run.trace.push(resultOf(prepared, "skipped"));
    else {
      const verdict = await evaluateRule(prepared, state, run);
      if (comesTooEarly(verdict, state)) {
        run.trace.push(resultOf(prepared, "skipped"));
        continue;
      }
      run.trace.push(resultOfVerdict(prepared, verdict));
      state = after(state, prepared, verdict);
      deferred = isDeferred(verdict);
      if (verdict.kind === "block") break;
    }
  }
  return withGuard(state, deferred, run);
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

/** A gate that is not open decides last. */
function withGuard(before: State, deferred: boolean, { guard, trace }: Run): State {
  const { state, said } = underGuard(before, guard, deferred);
  if (said !== undefined) trace.push(said);
  return state;
}

/** Passes a shadowed rule by, without a call to it. Until it is asked, the trace says that it is unfinished. */
function postpone({ shadow: rule }: ShadowRule, { decidedBy, signUp, findings }: State, run: Run): void {
  // As for a rule proper: after a problem, a call outside would cost time or money for nothing.
  const isSkipped = decidedBy !== undefined && callsOutside(rule);
  const said = run.trace.filter(({ shadow }) => !shadow);
  const place = run.trace.push({ rule: rule.name, said: isSkipped ? "skipped" : "unfinished", shadow: true }) - 1;
  if (isSkipped) return;
  run.postponed.push({ rule: rule.name, place, attributes: changes(run.prepared.attributes, signUp.attributes), findings, said });
}
