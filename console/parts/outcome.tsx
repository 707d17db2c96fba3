import type { Child } from "hono/jsx";

/** How a sign-up came out, from the bottom of a stacked bar to its top: let in, asked for approval, asked to correct, refused. */
export const outcomes = ["continue", "waiting", "invalid", "block"] as const;
export type OutcomeKind = (typeof outcomes)[number];

/** A dot in the outcome's colour before its word. */
export function Outcome({ kind, children }: { readonly kind: OutcomeKind; readonly children?: Child }) {
  return <span class={`outcome ${kind}`}>{children}</span>;
}
