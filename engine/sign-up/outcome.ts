import type { DecisionRecord } from "./record";

/** Outcomes in the order that charts stack them: let in, asked for approval, asked to correct, refused. */
export const outcomes = ["continue", "waiting", "invalid", "block"] as const;
export type OutcomeKind = (typeof outcomes)[number];
export type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

/** Reasons of people who wait for an approver, or for the approved account. Their sign-up is stopped, but not refused. */
const waitingReasons: readonly (string | undefined)[] = ["approval.requested", "approval.pending", "approval.approved"];

/** @param reason undefined for a decision that was counted without its reason */
export function waitsForApproval(reason: string | undefined): boolean {
  return waitingReasons.includes(reason);
}

/** True if the person has just asked for approval. The request stays stored although the sign-up is stopped. */
export function hasAskedForApproval(reasons: readonly string[]): boolean {
  return reasons.includes("approval.requested");
}

/** True if the approval has created the account: the person signs in with the account. */
export function alreadyHasAccount(reasons: readonly string[]): boolean {
  return reasons.includes("approval.provisioned");
}

export function toOutcomeKind({ verdict, reasons }: Pick<DecisionRecord, "verdict" | "reasons">): OutcomeKind {
  return verdict === "block" && reasons?.some(waitsForApproval) ? "waiting" : verdict;
}

/** Makes one number for each outcome. */
export function eachOutcome(value: (kind: OutcomeKind) => number): OutcomeCounts {
  return { continue: value("continue"), waiting: value("waiting"), invalid: value("invalid"), block: value("block") };
}

/** Adds up several counts, outcome by outcome. */
export function outcomeTotals(all: readonly OutcomeCounts[]): OutcomeCounts {
  return eachOutcome((kind) => all.reduce((sum, counts) => sum + counts[kind], 0));
}

/** Adds up all outcomes. */
export function outcomeSum(counts: Partial<OutcomeCounts>): number {
  return outcomes.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}
