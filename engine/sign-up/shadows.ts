import { withAttributes } from "./changes";
import { within } from "./deadline";
import { evaluateRule, type Run } from "./evaluate-rule";
import { FailureError } from "./failure";
import type { Prepared } from "./prepare";
import { resultOf, resultOfVerdict } from "./rule-result";
import type { State } from "./state";
import { UpstreamError } from "./upstream";
import type { RuleResult } from "./verdict";

/** How long an answer waits for shadow rules that are still at work. */
const SHADOW_GRACE_MS = 500;

/** Lets a shadow rule speak beside the others. Never rejects. */
export async function evaluateShadow(prepared: Prepared, state: State, run: Run): Promise<void> {
  const place = run.trace.push(resultOf(prepared, prepared.broken ? "failed" : "unfinished")) - 1;
  if (prepared.broken) return;
  const say = (result: RuleResult) => {
    run.trace[place] = result;
  };
  try {
    // Whatever it would say, legal at this step or not, is worth recording.
    const beside: Run = { ...run, records: await run.forShadows, step: "before-create-user", trace: [] };
    const shown = { ...state, signUp: withAttributes(state.signUp, prepared.set) };
    say(resultOfVerdict(prepared, (await evaluateRule(prepared, shown, beside)).verdict));
  } catch (error) {
    const cause = error instanceof FailureError ? error.failure.error : error;
    say(resultOf(prepared, "failed", cause instanceof UpstreamError ? { upstreamFailure: cause.failure } : {}));
  }
}

/** Gives shadow rules a last moment: an answer does not wait for a rule that changes nothing. */
export async function settled(shadows: readonly Promise<void>[], run: Run): Promise<void> {
  if (shadows.length === 0) return;
  try {
    await run.deadline.hold(() => within(SHADOW_GRACE_MS, run.ports.clock, () => Promise.all(shadows)));
  } catch {
    // Their results stay "unfinished".
  }
}
