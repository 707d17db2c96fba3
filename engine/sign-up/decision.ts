import type { Row } from "./rule";
import type { Attributes } from "./sign-up";
import type { UpstreamFailure } from "./upstream";
import type { Block, Evidence, Findings, Problem } from "./verdict";

/** What one rule said, for the log and the record. */
export interface RuleResult {
  readonly rule: string;
  readonly said: "continue" | "block" | "invalid" | "failed" | "unfinished" | "skipped";
  /** The rule only reports: what it said changed nothing. */
  readonly shadow?: true;
  /** It was asked once more, as a later rule had changed what it judged: this is what it said then. */
  readonly again?: true;
  readonly reasons?: readonly string[];
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** The call outside that failed it, or that it did without. */
  readonly upstreamFailure?: UpstreamFailure;
  /** Names of the attributes it set. */
  readonly set?: readonly string[];
}

/** Why a sign-up was blocked though no rule said so. */
export interface Failure {
  readonly why: "rule" | "read" | "write" | "deadline";
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
  readonly failure?: Failure;
}

/** The reason of every block that stands for a failure of ours. */
export const UNAVAILABLE = "gatehouse.unavailable";

/** The decision on a call that no rule got to see. */
export function refusal(reason: string): Decision {
  return { answer: { kind: "block", reason }, trace: [], replayed: [] };
}
