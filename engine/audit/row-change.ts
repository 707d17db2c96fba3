import { PROPOSALS } from "../access-list/proposal";
import type { Row } from "../sign-up/rule";
import { canonicalJson } from "./chain";
import type { AuditDetails } from "./entry";
import type { TableChange } from "./table-change";

/** The author of a decision on a request, if its row names one. It names nobody if the person or a worker of ours moved it on. */
type RequestChange =
  | { readonly kind: "none" }
  /** By hand, past every way that there is. */
  | { readonly kind: "unexplained"; readonly details: AuditDetails }
  | { readonly kind: "decided"; readonly by: string; readonly how: string; readonly action: string; readonly details: AuditDetails };

interface HistoryStep {
  readonly to?: string;
  readonly from?: string;
  readonly at?: string;
  readonly what?: string;
  readonly by?: { readonly kind?: string; readonly name?: string };
}

/** What became of a request, without what the person typed: whose request it is stays with the request. */
export function requestChange({ before, after }: Pick<TableChange, "before" | "after">): RequestChange {
  const details = {
    subject: String(after?.reference ?? before?.reference ?? ""),
    ...(before && { before: shownOfRequest(before) }),
    ...(after && { after: shownOfRequest(after) }),
  };
  // From a backup: its history was recorded when it happened.
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

/** What people do to a request that waits and has stages. */
const stageActions: Readonly<Record<string, string>> = {
  voted: "approvals.approve",
  passed: "approvals.approve",
  reassigned: "approvals.reassign",
  reminded: "approvals.remind",
};

function actionOfStep({ from, to, what }: HistoryStep): string | undefined {
  if (what !== undefined) return stageActions[what];
  if (to === "denied") return "approvals.deny";
  // Only invitations are approved unasked, or again.
  if (to === "approved") return from === "pending" ? "approvals.approve" : from === "failed" ? "approvals.retry" : "approvals.invite";
  return to === "pending" || to === "expired" ? "approvals.reopen" : undefined;
}

function shownOfRequest({ state, email, personId }: Row): Row {
  return Object.fromEntries(Object.entries({ state, email, personId }).filter(([, value]) => value !== undefined));
}

/** What happened to an edit that waits for a second person. */
interface ProposalChange {
  readonly action: string;
  readonly details: AuditDetails;
}

/** What deciding on a proposal writes. */
const settlement = ["state", "settledAt", "settledBy", "settledName", "changeSet"] as const;

/** Where a proposal's row is, as a stream calls it. */
export function proposalSubject(id: string): string {
  return `${PROPOSALS}/${id}`;
}

/** Undefined where nothing of it changed. Without the rows that it would write: its own page shows them. */
export function proposalChange({ before, after }: Pick<TableChange, "before" | "after">): ProposalChange | undefined {
  const id = String((after ?? before)?.part ?? "");
  const details = { subject: id, ...(before && { before: shownOfProposal(before) }), ...(after && { after: shownOfProposal(after) }) };
  if (after === undefined) return { action: "access-list.proposal-removed", details };
  if (before === undefined) return { action: "access-list.proposed", details };
  if (canonicalJson(before) === canonicalJson(after)) return undefined;
  const isSettled = before.state === "open" && ["confirmed", "rejected"].includes(String(after.state)) && isSameEdit(before, after);
  if (!isSettled) {
    const rows = canonicalJson(before.rows) === canonicalJson(after.rows) ? {} : { rows: "changed" };
    return { action: "access-list.proposal-changed", details: { ...details, after: { ...shownOfProposal(after), ...rows } } };
  }
  return { action: `access-list.proposal-${after.state}`, details };
}

function isSameEdit(before: Row, after: Row): boolean {
  const edit = (row: Row) => Object.fromEntries(Object.entries(row).filter(([name]) => !(settlement as readonly string[]).includes(name)));
  return canonicalJson(edit(before)) === canonicalJson(edit(after));
}

function shownOfProposal(row: Row): Row {
  const { set: _, part: __, rows: ___, expires: ____, ...shown } = row;
  return shown;
}
