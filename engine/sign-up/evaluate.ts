import { askAgain } from "./ask-again";
import { evaluateRule, type Run } from "./evaluate-rule";
import type { Judgement } from "./judgement";
import { postpone } from "./postponed";
import type { PreparedPolicy } from "./prepare";
import { callsOutside } from "./rule";
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
