import type { DecisionRecord } from "./record";
import type { AnyRule, RecordKey, Row, ShadowRule } from "./rule";
import type { Step } from "./sign-up";
import type { Block, Continue, Findings } from "./verdict";

/** A rule that the handler adds after those of the policy: it depends on a row, and may have nothing to say. */
export interface LastRule {
  readonly key: RecordKey;
  /** Returns what it does now; undefined for nothing. @param row that of `key`, read with those of the other rules */
  activate(row: Row | undefined, policy: StepRules, now: Date): ActiveLastRule | undefined;
}

/** The rules of a step that it comes after. */
export interface StepRules {
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly step: Step;
}

/** Decides after all other rules, also on people that they accept for later. The trace names it only where it stops somebody. */
export interface ActiveLastRule {
  readonly name: string;
  /** Columns of the decision's record. */
  readonly recorded: Partial<DecisionRecord>;
  decide(findings: Findings): Continue | Block;
  /** True once it will stop the person whatever the other rules answer: the rest do not run. */
  isCertain(findings: Findings): boolean;
  /** Returns the findings that a rule before it sees. */
  adjustFindings(rule: AnyRule, findings: Findings): Findings;
}
