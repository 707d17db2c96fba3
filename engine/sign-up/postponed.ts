import { changes } from "./changes";
import type { Run } from "./evaluate-rule";
import { callsOutside, type ShadowRule } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import type { State } from "./state";
import type { Findings } from "./verdict";

/**
 * The shadowed rules that a decision passed by, to be asked once the answer stands: see shadows.ts. Plain JSON, so that
 * another process can ask them.
 */
export interface Postponed {
  /** As it came. */
  readonly received: SignUp;
  /** As it was prepared. */
  readonly signUp: SignUp;
  readonly rules: readonly PostponedRule[];
}

/** A shadowed rule, and what it would have been shown in its turn. */
export interface PostponedRule {
  readonly rule: string;
  /** Its place among the policy's rules and in the trace. */
  readonly place: number;
  /** What rules before it set as they decided. */
  readonly attributes: Attributes;
  readonly findings: Findings;
}

/** Passes a shadowed rule by, without a call to it. Until it is asked, the trace says that it is unfinished. */
export function postpone({ shadow: rule }: ShadowRule, { decidedBy, signUp, findings }: State, run: Run): void {
  // As for a rule proper: after a problem, a call outside would cost time or money for nothing.
  const isSkipped = decidedBy !== undefined && callsOutside(rule);
  const place = run.trace.push({ rule: rule.name, said: isSkipped ? "skipped" : "unfinished", shadow: true }) - 1;
  if (isSkipped) return;
  run.postponed.push({ rule: rule.name, place, attributes: changes(run.prepared.attributes, signUp.attributes), findings });
}
