import type { DecisionRecord } from "./record";
import type { AnyRule, RecordKey, Row, ShadowRule } from "./rule";
import type { Step } from "./sign-up";
import type { Block, Continue, Findings } from "./verdict";

/** A rule that the handler adds after the policy's rules. Its effect depends on the row under `key`. */
export interface LastRule {
  readonly key: RecordKey;
  /**
   * Returns the rule to run. Undefined if the rule would do nothing now.
   * @param row the row under `key`, read together with those of the other rules
   */
  activate(row: Row | undefined, policy: StepRules, now: Date): ActiveLastRule | undefined;
}

export interface StepRules {
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly step: Step;
}

/** Decides after all other rules, also on people who wait because of other rules. The trace names it only if it stops somebody. */
export interface ActiveLastRule {
  readonly name: string;
  readonly recorded: Partial<DecisionRecord>;
  decide(findings: Findings): Continue | Block;
  /** True if the last rule will stop the person, whatever the other rules answer. The other rules then do not run. */
  isCertain(findings: Findings): boolean;
  adjustFindings(rule: AnyRule, findings: Findings): Findings;
}
