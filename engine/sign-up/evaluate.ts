import { evaluateRule, type Run } from "./evaluate-rule";
import type { PreparedPolicy } from "./prepare";
import { callsOutside } from "./rule";
import { resultOf, resultOfVerdict } from "./rule-result";
import { evaluateShadow, settled } from "./shadows";
import { after, comesTooEarly, initialState, type State } from "./state";

/** Asks the rules in order, up to the first block. */
export async function evaluate({ signUp, rules }: PreparedPolicy, run: Run): Promise<State> {
  let state = initialState(signUp);
  const shadows: Promise<void>[] = [];
  try {
    for (const prepared of rules) {
      if (state.decidedBy !== undefined && callsOutside(prepared.rule)) run.trace.push(resultOf(prepared, "skipped"));
      else if (prepared.shadow) shadows.push(evaluateShadow(prepared, state, run));
      else {
        const verdict = await evaluateRule(prepared, state, run);
        if (comesTooEarly(verdict, state)) {
          run.trace.push(resultOf(prepared, "skipped"));
          continue;
        }
        run.trace.push(resultOfVerdict(prepared, verdict));
        state = after(state, prepared.rule.name, verdict);
        if (verdict.kind === "block") break;
      }
    }
    return state;
  } finally {
    await settled(shadows, run);
  }
}
