import type { DecisionRecord } from "./record";
import type { AnyRule, RecordKey, Row, ShadowRule } from "./rule";
import type { Step } from "./sign-up";
import type { Block, Continue, Findings } from "./verdict";

/** A rule that the handler adds after the policy's rules. A row decides what the rule does, and whether it does anything. */
export interface LastRule {
  readonly key: RecordKey;
  /**
   * Returns the rule that the row describes. Undefined if this rule would do nothing now.
   * @param row the row under `key`, which is read together with the rows of the other rules
   */
  activate(row: Row | undefined, policy: StepRules, now: Date): ActiveLastRule | undefined;
}

/** The step's rules that run before the last rule. */
export interface StepRules {
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly step: Step;
}

/** A rule that decides after all others, also on people whom other rules make wait. The trace names it only if it stops somebody. */
export interface ActiveLastRule {
  readonly name: string;
  /** Columns of the decision's record. */
  readonly recorded: Partial<DecisionRecord>;
  decide(findings: Findings): Continue | Block;
  /** True if the last rule will stop the person, whatever the other rules answer. Then the other rules do not run. */
  isCertain(findings: Findings): boolean;
  /** Returns the findings that an earlier rule gets in place of `findings`. */
  adjustFindings(rule: AnyRule, findings: Findings): Findings;
}
