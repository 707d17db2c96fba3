import type { DecisionRecord } from "./record";

/** Outcomes in the order that charts stack them: let in, asked for approval, asked to correct, refused. */
export const outcomes = ["continue", "waiting", "invalid", "block"] as const;
export type OutcomeKind = (typeof outcomes)[number];
export type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

/** Reasons of people who wait for an approver, or for the account that was approved. Their sign-up is stopped, but not refused. */
const waitingReasons: readonly (string | undefined)[] = ["approval.requested", "approval.pending", "approval.approved"];

/** @param reason undefined for one that was counted without its name */
export function waitsForApproval(reason: string | undefined): boolean {
  return waitingReasons.includes(reason);
}

/** True if the person has just asked for approval: their request stands although they are stopped. */
export function hasAskedForApproval(reasons: readonly string[]): boolean {
  return reasons.includes("approval.requested");
}

/** True if the approval has created the account: the person signs in with it. */
export function alreadyHasAccount(reasons: readonly string[]): boolean {
  return reasons.includes("approval.provisioned");
}

export function toOutcomeKind({ verdict, reasons }: Pick<DecisionRecord, "verdict" | "reasons">): OutcomeKind {
  return verdict === "block" && reasons?.some(waitsForApproval) ? "waiting" : verdict;
}

/** One number an outcome. */
export function eachOutcome(value: (kind: OutcomeKind) => number): OutcomeCounts {
  return { continue: value("continue"), waiting: value("waiting"), invalid: value("invalid"), block: value("block") };
}

/** Several counts together. */
export function outcomeTotals(all: readonly OutcomeCounts[]): OutcomeCounts {
  return eachOutcome((kind) => all.reduce((sum, counts) => sum + counts[kind], 0));
}

/** All outcomes together. */
export function outcomeSum(counts: Partial<OutcomeCounts>): number {
  return outcomes.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}
