import type { Identification } from "./ports";
import type { DecisionRecord } from "./record";
import type { Row } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import type { Block, Findings, Problem, RuleResult } from "./verdict";

/** Why a sign-up was blocked, or a token got no claims, though no rule said so. */
export interface Failure {
  readonly why: "rule" | "read" | "write" | "deadline" | "request";
  /** The rule at work. */
  readonly rule?: string;
  readonly error: unknown;
}

/** The step's answer: attributes are those that changed against the request. */
export type Answer =
  | { readonly kind: "continue"; readonly attributes: Attributes }
  | BlockPage
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** The part of a block that the person's page shows. */
export type BlockPage = Pick<Block, "kind" | "reason" | "message" | "wording">;

export interface Decision {
  readonly answer: Answer;
  /** The rule that stopped the sign-up; none where every rule let it pass. */
  readonly decidedBy?: string;
  readonly trace: readonly RuleResult[];
  /** The rows that `Ports.replayLookup` named, as far as there are any. */
  readonly replayed: readonly Row[];
  /** The shadowed rules that are still to be asked; absent where there are none. */
  readonly postponed?: Postponed;
  readonly failure?: Failure;
  /** The sign-up with its person: with the owner of the token's account, or with an address that its provider vouches for. */
  readonly identification?: Identification;
  /** Columns that the last rule adds to the record. */
  readonly recorded?: Partial<DecisionRecord>;
}

/** The parts of a decision that has no answer yet. */
export type PartialDecision = Partial<Omit<Decision, "answer" | "decidedBy" | "failure">>;

/**
 * The shadowed rules that a decision passed by, to be asked once the answer is fixed: see shadows.ts. Plain JSON, so that
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
  /** Set by earlier rules' `decide`. */
  readonly attributes: Attributes;
  readonly findings: Findings;
  /** Results of earlier rules. */
  readonly said: readonly RuleResult[];
}

/** A step's call of the function that runs shadowed rules. */
export interface ShadowCall {
  /** The record to which their results are added. */
  readonly record: Pick<DecisionRecord, "id" | "at" | "reference">;
  readonly postponed: Postponed;
}
