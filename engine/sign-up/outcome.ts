import type { DecisionRecord } from "./record";

/** The outcomes, in the order that charts stack them: let in, asked for approval, asked to correct, refused. */
export const outcomes = ["continue", "waiting", "invalid", "block"] as const;
export type OutcomeKind = (typeof outcomes)[number];
export type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

/** Reasons of people whose sign-up is stopped, but not refused. */
const waitingReasons: readonly (string | undefined)[] = ["approval.requested", "approval.pending", "approval.approved"];

/** @param reason undefined for a decision that was counted without its reason */
export function waitsForApproval(reason: string | undefined): boolean {
  return waitingReasons.includes(reason);
}

/** True if the person has just asked. The request stays stored although the sign-up is stopped. */
export function hasAskedForApproval(reasons: readonly string[]): boolean {
  return reasons.includes("approval.requested");
}

export function alreadyHasAccount(reasons: readonly string[]): boolean {
  return reasons.includes("approval.provisioned");
}

export function toOutcomeKind({ verdict, reasons }: Pick<DecisionRecord, "verdict" | "reasons">): OutcomeKind {
  return verdict === "block" && reasons?.some(waitsForApproval) ? "waiting" : verdict;
}

export function eachOutcome(value: (kind: OutcomeKind) => number): OutcomeCounts {
  return { continue: value("continue"), waiting: value("waiting"), invalid: value("invalid"), block: value("block") };
}

export function outcomeTotals(all: readonly OutcomeCounts[]): OutcomeCounts {
  return eachOutcome((kind) => all.reduce((sum, counts) => sum + counts[kind], 0));
}

export function outcomeSum(counts: Partial<OutcomeCounts>): number {
  return outcomes.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}
