import type { ListEffect } from "../effect";

/** How pages show an effect. */
export const effectLooks = {
  allow: { icon: "allow", outcome: "continue", tone: "good" },
  approval: { icon: "approvals", outcome: "waiting", tone: "asked" },
  deny: { icon: "deny", outcome: "block", tone: "bad" },
} as const satisfies Readonly<Record<ListEffect, object>>;
