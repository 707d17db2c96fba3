import type { DecisionRecord } from "./record";
import type { AnyRule, RecordKey, Row, ShadowRule } from "./rule";
import type { Step } from "./sign-up";
import type { Block, Continue, Findings } from "./verdict";

/** A gate's posture. It adds a last rule to the gate's policies. */
export interface GatePosture {
  /** The row that says how, read with those of the rules. */
  readonly key: RecordKey;
  /** Undefined where the gate is open. */
  ruleFor(row: Row | undefined, policy: StepRules, now: Date): LastRule | undefined;
}

/** The rules of a step that it comes after. */
export interface StepRules {
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly step: Step;
}

/** Decides after all other rules, also on people that they accept for later. The trace names it only where it stops somebody. */
export interface LastRule {
  readonly posture: DecisionRecord["posture"];
  decide(findings: Findings): Continue | Block;
  /** True once it will stop the person whatever the other rules answer: the rest do not run. */
  isCertain(findings: Findings): boolean;
  /** The findings that a rule before it sees. */
  findingsFor(rule: AnyRule, findings: Findings): Findings;
}
