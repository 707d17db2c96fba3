import type { Identification } from "./ports";
import type { DecisionRecord } from "./record";
import type { Row } from "./rule";
import type { Attributes, SignUp } from "./sign-up";
import type { Block, Findings, Problem, RuleResult } from "./verdict";

/** Why a sign-up was blocked, or a token got no claims, although no rule decided so. */
export interface Failure {
  readonly why: "rule" | "read" | "write" | "deadline" | "request";
  /** The rule that was running. */
  readonly rule?: string;
  readonly error: unknown;
}

/** The step's answer. `attributes` has only attributes that differ from the request. */
export type Answer =
  | { readonly kind: "continue"; readonly attributes: Attributes }
  | BlockPage
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** The part of a block that the person's page shows. */
export type BlockPage = Pick<Block, "kind" | "reason" | "message" | "wording">;

export interface Decision {
  readonly answer: Answer;
  /** The rule that stopped the sign-up; absent if every rule let it pass. */
  readonly decidedBy?: string;
  readonly trace: readonly RuleResult[];
  /** The rows that `Ports.replayLookup` named, if they exist. */
  readonly replayed: readonly Row[];
  /** The shadowed rules that still have to run; absent if there are none. */
  readonly postponed?: Postponed;
  readonly failure?: Failure;
  /** The result of the search for the person: the owner of the token's account, or an address that the person's provider vouches for. */
  readonly identification?: Identification;
  /** Columns that the last rule adds to the record. */
  readonly recorded?: Partial<DecisionRecord>;
}

/** The parts of a decision that may be known before its answer. */
export type PartialDecision = Partial<Omit<Decision, "answer" | "decidedBy" | "failure">>;

/** The results of the rules that have run. */
export type RuleResults = Pick<PartialDecision, "trace" | "postponed">;

/** Shadowed rules of a decision. They run once the answer is final (shadows.ts). Plain JSON, so that another process can run them. */
export interface Postponed {
  /** The sign-up that Entra sent. */
  readonly received: SignUp;
  /** The sign-up after all rules have prepared it. */
  readonly signUp: SignUp;
  readonly rules: readonly PostponedRule[];
}

/** A shadowed rule, with the input that the rule would have outside shadow. */
export interface PostponedRule {
  readonly rule: string;
  /** The position of the rule in the policy and in the trace. */
  readonly place: number;
  /** Attributes set by earlier rules' `decide`. */
  readonly attributes: Attributes;
  readonly findings: Findings;
  /** Results of earlier rules. */
  readonly said: readonly RuleResult[];
}

/** The input of the function that runs shadowed rules. */
export interface ShadowCall {
  /** The record to which the results of the shadowed rules are added. */
  readonly record: Pick<DecisionRecord, "id" | "at" | "reference">;
  readonly postponed: Postponed;
}
