import type { Traced } from "./ports";
import type { DecisionRecord } from "./record";
import type { AnyRule, Row } from "./rule";
import type { Attributes, SignUp, Step } from "./sign-up";
import { DeadlineError } from "./time";
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
  | Page
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** A block as far as the person's page goes. */
export type Page = Pick<Block, "kind" | "reason" | "message" | "wording">;

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
  /** The sign-up as traced: with the owner of the token's account, or with an address that its provider vouches for. */
  readonly traced?: Traced;
  /** How the gate was set, unless it was open. */
  readonly posture?: DecisionRecord["posture"];
}

/** What there is of a decision before it has an answer. */
export type PartialDecision = Partial<Omit<Decision, "answer" | "decidedBy" | "failure">>;

/** The reason of every block that a failure of ours causes. */
export const UNAVAILABLE = "gatehouse.unavailable";

/** The decision on a call that no rule got to see. */
export function refusal(reason: string, step: Step): Decision {
  return { answer: withoutRules(reason, step), trace: [], replayed: [] };
}

/** The answer where the rules cannot give one: a block, or at the step that stops nobody a token without claims. */
export function withoutRules(reason: string, step: Step): Answer {
  return step === "before-sending-token" ? { kind: "continue", attributes: {} } : { kind: "block", reason };
}

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
  /** What rules before it set as they decided. */
  readonly attributes: Attributes;
  readonly findings: Findings;
  /** What the rules before it said. */
  readonly said: readonly RuleResult[];
}

/** Ends a sign-up; `decide` turns it into a block. */
export class FailureError extends Error {
  constructor(
    readonly failure: Failure,
    /** What there was of the decision. */
    readonly had: PartialDecision = {},
  ) {
    super(failure.why);
  }
}

/** An error as the failure of a sign-up that had come so far. */
export function failureWith(had: PartialDecision, error: unknown): FailureError {
  if (!(error instanceof FailureError)) return new FailureError({ why: "rule", error }, had);
  return new FailureError(error.failure, { ...had, ...error.had });
}

/** Work whose error carries what there was of the decision before it. */
export async function carrying<T>(had: PartialDecision, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureWith(had, error);
  }
}

/** The decision on a sign-up that ended with an error. */
export function failedDecision(thrown: unknown, step: Step): Decision {
  const { failure, had } = failureWith({}, thrown);
  const by = failure.rule !== undefined && { decidedBy: failure.rule };
  return { ...refusal(UNAVAILABLE, step), ...by, ...had, failure };
}

/** The failure of something done within a deadline. @param rule the one at work */
export function failed(why: "rule" | "read" | "write", error: unknown, rule?: string): FailureError {
  return new FailureError({ why: error instanceof DeadlineError ? "deadline" : why, rule, error });
}

/** What a rule does before it decides, its failure named after it. */
export function guarded<T>(rule: AnyRule, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new FailureError({ why: "rule", rule: rule.name, error });
  }
}

/** What a step hands to the function that asks its shadowed rules. */
export interface ShadowCall {
  /** The record to which their results are added. */
  readonly record: Pick<DecisionRecord, "id" | "at" | "reference">;
  readonly postponed: Postponed;
}
