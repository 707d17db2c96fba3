import type { Attributes, SignUp } from "./sign-up";
import type { Findings, RuleResult } from "./verdict";

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
  /** What the rules before it said. */
  readonly said: readonly RuleResult[];
}
