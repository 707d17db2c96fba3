import type { AnyRule, Rule, ShadowRule } from "./rule";
import type { DecidingStep, Trust } from "./sign-up";

/** A rule of one step, in a list that both steps of a sign-up share: made by `admit`. */
export interface SharedRule<S extends DecidingStep = DecidingStep> {
  /** The only step whose policy takes it. */
  readonly step: S;
  readonly rule: Rule<S>;
  /** The trust of the steps that take it. */
  readonly trust?: Trust;
  /** It ends the policy, whatever is written after it. */
  readonly isLast?: true;
}

/** One of either step. */
export type AnyShared = { readonly [S in DecidingStep]: SharedRule<S> }[DecidingStep];

/** An entry of a policy, as it is written. */
export type PolicyEntry = AnyRule | ShadowRule | AnyShared;
