import type { Child } from "hono/jsx";
import type { DecisionRecord } from "../../engine/sign-up/record";

/** How a sign-up came out, from the bottom of a stacked bar to its top: let in, asked for approval, asked to correct, refused. */
export const outcomes = ["continue", "waiting", "invalid", "block"] as const;
export type OutcomeKind = (typeof outcomes)[number];

/** Who asked for approval and waits got an answer that stops the sign-up, but no refusal. */
export const waitingReasons: readonly string[] = ["approval.requested", "approval.pending", "approval.approved"];

export function outcomeOfAnswer({ verdict, reasons }: Pick<DecisionRecord, "verdict" | "reasons">): OutcomeKind {
  return verdict === "block" && reasons.some((reason) => waitingReasons.includes(reason)) ? "waiting" : verdict;
}

/** A dot in the outcome's colour before its word. */
export function Outcome({ kind, children }: { readonly kind: OutcomeKind; readonly children?: Child }) {
  return <span class={`outcome ${kind}`}>{children}</span>;
}
