import type { Row } from "../sign-up/rule";
import type { AuditDetails } from "./entry";
import type { TableChange } from "./table-change";

/** Who decided on a request, as far as its row tells: nobody, where the person or a worker of ours moved it on. */
export type RequestChange =
  | { readonly kind: "none" }
  /** By hand, past every way that there is. */
  | { readonly kind: "unexplained"; readonly details: AuditDetails }
  | { readonly kind: "decided"; readonly by: string; readonly how: string; readonly action: string; readonly details: AuditDetails };

interface HistoryStep {
  readonly to?: string;
  readonly from?: string;
  readonly at?: string;
  readonly by?: { readonly kind?: string; readonly name?: string };
}

/** What became of a request, without what the person typed: whose request it is stays with the request. */
export function requestChange({ before, after }: Pick<TableChange, "before" | "after">): RequestChange {
  const details = {
    subject: String(after?.reference ?? before?.reference ?? ""),
    ...(before && { before: shownOf(before) }),
    ...(after && { after: shownOf(after) }),
  };
  // From a backup: what its history tells was told when it happened.
  const restored = after !== undefined && after.restored !== before?.restored;
  if (after === undefined || restored) return { kind: "unexplained", details };
  const step = lastStep(after);
  const moved = step !== undefined && JSON.stringify(step) !== JSON.stringify(before && lastStep(before));
  // A worker that gives a request back takes its step out of the history: each write by us counts the turn on.
  if (!moved)
    return before !== undefined && Number(after.turn) === Number(before.turn) ? { kind: "unexplained", details } : { kind: "none" };
  const { kind = "", name = "" } = step.by ?? {};
  if (kind === "gatehouse") return { kind: "none" };
  const action = actionOfStep(step);
  return action === undefined || name === "" ? { kind: "unexplained", details } : { kind: "decided", by: name, how: kind, action, details };
}

function lastStep({ history }: Row): HistoryStep | undefined {
  return Array.isArray(history) ? (history.at(-1) as HistoryStep) : undefined;
}

function actionOfStep({ from, to }: HistoryStep): string | undefined {
  if (to === "denied") return "approvals.deny";
  if (to === "approved") return from === "failed" ? "approvals.retry" : "approvals.approve";
  return to === "pending" || to === "expired" ? "approvals.reopen" : undefined;
}

function shownOf({ state, email, personId }: Row): Row {
  return Object.fromEntries(Object.entries({ state, email, personId }).filter(([, value]) => value !== undefined));
}
