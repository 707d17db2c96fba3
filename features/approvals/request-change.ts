import type { AuditDetails, AuditSource, TableChange } from "../../engine/audited-change";
import { keepGiven } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { noteOfAsk, noteOfTransfer } from "./invite-person";

/** `decided`: the row names the person. `none`: the sign-up or a worker made the change, which has no author. */
type RequestChange =
  | { readonly kind: "none" }
  /** No decision in the row explains the change: the row was edited by hand, removed, or restored from a backup. */
  | { readonly kind: "unexplained"; readonly details: AuditDetails }
  | {
      readonly kind: "decided";
      readonly by: string;
      readonly how: string;
      readonly action: string;
      readonly act?: string;
      /** The change along with which this one was written. */
      readonly along?: AuditSource;
      readonly details: AuditDetails;
    };

interface HistoryStep {
  readonly to?: string;
  readonly from?: string;
  readonly at?: string;
  readonly what?: string;
  readonly concerns?: readonly string[];
  readonly act?: string;
  readonly note?: string;
  readonly by?: { readonly kind?: string; readonly name?: string };
}

/** `details` omit the person's input, because the input stays with the request. */
export function classifyChange({ before, after }: Pick<TableChange, "before" | "after">): RequestChange {
  const details = {
    subject: String(after?.reference ?? before?.reference ?? ""),
    ...keepGiven({ before: before && selectShownFields(before), after: after && selectShownFields(after) }),
  };
  // A removal or a restore is no decision. The decisions of a restored request were recorded when they were made.
  const isRestored = after !== undefined && after.restored !== before?.restored;
  if (after === undefined || isRestored) return { kind: "unexplained", details };
  const step = lastStep(after);
  const hasMoved = step !== undefined && JSON.stringify(step) !== JSON.stringify(before && lastStep(before));
  // After a release, the approval is the last step again, but no new decision.
  // A release removes the worker's step from the history.
  if (!hasMoved || (before?.state === "provisioning" && after.state === "approved" && listSteps(after).length < listSteps(before).length))
    // Each write of Gatehouse increments the turn: with the same turn, the row was changed by hand.
    return before !== undefined && Number(after.turn) === Number(before.turn) ? { kind: "unexplained", details } : { kind: "none" };
  const { kind = "", name = "" } = step.by ?? {};
  if (kind === "gatehouse") return { kind: "none" };
  const action = toAction(step, after);
  if (action === undefined || name === "") return { kind: "unexplained", details };
  const { concerns, act } = step;
  const more = keepGiven({
    concerns: concerns && [...concerns],
    // Tells a revoked invitation from a denied request.
    invitation: (action === "approvals.deny" && after.invitation !== undefined) || undefined,
  });
  const detailsOfStep = Object.keys(more).length === 0 ? details : { ...details, after: { ...details.after, ...more } };
  const along = findSource(step, before && lastStep(before));
  return {
    ...{ kind: "decided", by: name, how: kind, action, details: detailsOfStep },
    ...keepGiven({ act: typeof act === "string" ? act : undefined, along }),
  };
}

/** Finds the change that wrote an invitation along: its note names the other row. */
function findSource({ to, note }: HistoryStep, last: HistoryStep | undefined): AuditSource | undefined {
  if (to === "denied") {
    const taken = readReference(last?.note, noteOfAsk(""));
    return taken === undefined ? undefined : { action: "approvals.reopen", subject: taken };
  }
  const asked = readReference(note, noteOfAsk(""));
  if (asked !== undefined) return { action: "approvals.approve", subject: asked };
  const moved = readReference(note, noteOfTransfer(""));
  return moved === undefined ? undefined : { action: "approvals.deny", subject: moved };
}

function readReference(note: string | undefined, before: string): string | undefined {
  return note?.startsWith(before) ? note.slice(before.length) : undefined;
}

function lastStep(row: Row): HistoryStep | undefined {
  return listSteps(row).at(-1);
}

function listSteps({ history }: Row): readonly HistoryStep[] {
  return Array.isArray(history) ? (history as HistoryStep[]) : [];
}

const stageActions: Readonly<Record<string, string>> = {
  voted: "approvals.approve",
  passed: "approvals.approve",
  withdrawn: "approvals.reopen",
  reassigned: "approvals.reassign",
  reminded: "approvals.remind",
};

function toAction({ from, to, what, at }: HistoryStep, { invitation, ask, requestedAt }: Row): string | undefined {
  if (ask !== undefined && to === "pending" && at === requestedAt) return "approvals.ask";
  if (what !== undefined) return stageActions[what];
  if (to === "denied") return "approvals.deny";
  // An approval from any other state is an invitation. It needs no request and can be sent again.
  if (to === "approved" && from === "pending") return "approvals.approve";
  if (to === "approved")
    return from === "failed" || (from === "approved" && invitation === undefined) ? "approvals.retry" : "approvals.invite";
  return to === "pending" || to === "expired" ? "approvals.reopen" : undefined;
}

function selectShownFields({ state, email, personId }: Row): Row {
  return Object.fromEntries(Object.entries({ state, email, personId }).filter(([, value]) => value !== undefined));
}
