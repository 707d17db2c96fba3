import { askAgain } from "./ask-again";
import { changes } from "./changes";
import { evaluateRule, type Run } from "./evaluate-rule";
import type { Judgement } from "./judgement";
import type { PreparedPolicy } from "./prepare";
import { callsOutside, type ShadowRule } from "./rule";
import { resultOf, resultOfVerdict } from "./rule-result";
import { after, comesTooEarly, initialState, type State } from "./state";

/** Asks the rules in order, up to the first block, and again where a later rule changed what an earlier one judged. */
export async function evaluate({ signUp, rules }: PreparedPolicy, run: Run): Promise<State> {
  let state = initialState(signUp);
  const judgements: Judgement[] = [];
  for (const prepared of rules) {
    if ("shadow" in prepared) postpone(prepared, state, run);
    else if (state.decidedBy !== undefined && callsOutside(prepared.rule)) run.trace.push(resultOf(prepared, "skipped"));
    else {
      const { verdict, looked } = await evaluateRule(prepared, state, run);
      if (comesTooEarly(verdict, state)) {
        run.trace.push(resultOf(prepared, "skipped"));
        continue;
      }
      const place = run.trace.push(resultOfVerdict(prepared, verdict)) - 1;
      const { findings } = state;
      state = after(state, prepared, verdict);
      judgements.push({ prepared, verdict, looked, place, findings, left: state.signUp.attributes });
      if (verdict.kind === "block") break;
    }
  }
  return await askAgain(state, judgements, run);
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
