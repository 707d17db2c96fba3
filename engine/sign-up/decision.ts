import type { Postponed } from "./postponed";
import type { Row } from "./rule";
import type { Attributes, Step } from "./sign-up";
import type { Block, Problem, RuleResult } from "./verdict";

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
export type Page = Pick<Block, "kind" | "reason" | "message">;

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
}

/** The reason of every block that stands for a failure of ours. */
export const UNAVAILABLE = "gatehouse.unavailable";

/** The decision on a call that no rule got to see. */
export function refusal(reason: string, step: Step): Decision {
  return { answer: withoutRules(reason, step), trace: [], replayed: [] };
}

/** The answer where the rules cannot give one: a block, or at the step that stops nobody a token without claims. */
export function withoutRules(reason: string, step: Step): Answer {
  return step === "before-sending-token" ? { kind: "continue", attributes: {} } : { kind: "block", reason };
}
