import { omit } from "../../engine/objects";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { isPast } from "../../engine/sign-up/time";
import type { Decider } from "./own-request";
import type { Actor, ApprovalRequest, ApprovalState, Approver, ApproverDecision, HistoryEntry, Stored } from "./request";
import { getStateEnd } from "./state-at";

// Common parts of all changes of a request.

const MAX_HISTORY = 50;

export const sweeper: Actor = { kind: "gatehouse", name: "sweeper" };

/** The reason why a change is not made. If the reason is a state, the change is impossible in that state. */
export type Why =
  | ApprovalState
  | "unknown"
  /** The same decision was made before. `decision` has its author and time. */
  | "already"
  | "note-too-long"
  /** The request's personal details were removed. Reopening lets the person ask again. */
  | "stripped"
  /** Too early: before `until`. */
  | "not-yet"
  /** Another worker holds the request until `until`. */
  | "leased"
  /** Another worker has the lease, or the request is no longer in progress. */
  | "lease-lost"
  /** The approval lets the person in at sign-up, so there is no account to make. */
  | "continues"
  /** The request is an invitation: send it again instead. */
  | "invited"
  | "not-invited"
  | "not-asked"
  /** The approver has already voted, at this stage or another. */
  | "voted"
  /** The stage that the approver saw is over. */
  | "stage-passed"
  | "no-stages"
  /** Fewer people would be asked than the stage needs. */
  | "too-few";

export interface Say {
  readonly by: Approver;
  readonly note?: string;
  /** The approver's object id in Entra. */
  readonly account?: string;
  /** The approver's known identity. A request with stages must ask this person. */
  readonly decider?: Decider;
}

export interface Refused {
  readonly ok: false;
  readonly why: Why;
  readonly decision?: ApproverDecision;
  /** ISO 8601, UTC. */
  readonly until?: string;
}

export interface Changed {
  readonly ok: true;
  readonly request: ApprovalRequest;
  readonly condition: "absent" | { readonly turn: number };
}

export type TransitionResult = Changed | Refused;

export type Transition = (request: ApprovalRequest) => ApprovalRequest | Why | { readonly why: Why; readonly until: string };

export function change(storedRequest: Stored, now: Date, note: string | undefined, step: Transition): TransitionResult {
  if (storedRequest === undefined) return { ok: false, why: "unknown" };
  if (note !== undefined && note.length > MAX_TEXT_LENGTH) return { ok: false, why: "note-too-long" };
  const next = step(applyExpiry(storedRequest, now));
  if (typeof next === "string") return refuseChange(storedRequest, next);
  return "why" in next ? { ...refuseChange(storedRequest, next.why), until: next.until } : acceptChange(storedRequest, next);
}

export function acceptChange(storedRequest: ApprovalRequest, request: ApprovalRequest): Changed {
  return { ok: true, request: { ...request, turn: storedRequest.turn + 1 }, condition: buildCondition(storedRequest) };
}

export function refuseChange({ decision }: ApprovalRequest, why: Why): Refused {
  return { ok: false, why, ...(decision !== undefined && { decision }) };
}

export function buildCondition(storedRequest: Stored): Changed["condition"] {
  return storedRequest === undefined ? "absent" : { turn: storedRequest.turn };
}

/** Fields that belong to one state and end with it. */
export type StateFields = Pick<ApprovalRequest, "passUntil" | "retryAt" | "mayAskAgainAt" | "lease" | "failure" | "asked" | "escalatesAt">;

/** Moves a request to another state. Links in earlier mails stop deciding. */
export function changeState(
  request: ApprovalRequest,
  to: ApprovalState,
  { by, note }: { readonly by: Actor; readonly note?: string },
  now: Date,
  fields: StateFields = {},
): ApprovalRequest {
  const keptFields = omit(request, "passUntil", "retryAt", "mayAskAgainAt", "lease", "failure", "asked", "escalatesAt", "mailSecrets");
  const at = now.toISOString();
  const entry: HistoryEntry = { at, from: request.state, to, by, ...buildNoteField(note) };
  return { ...keptFields, ...fields, state: to, changedAt: at, history: limitHistory([...request.history, entry]) };
}

export function buildNoteField(note: string | undefined): { readonly note?: string } {
  return note === undefined || note === "" ? {} : { note };
}

export function limitHistory(history: ApprovalRequest["history"]): ApprovalRequest["history"] {
  return history.slice(-MAX_HISTORY);
}

/** Returns an overdue request as expired, even if the row does not say so yet. */
export function applyExpiry(request: ApprovalRequest, now: Date): ApprovalRequest {
  const end = getStateEnd(request);
  return end !== undefined && isPast(end, now) ? changeState(request, "expired", { by: sweeper }, new Date(end)) : request;
}

/** Actions of approvers. The main action of a request is the first of these that is possible. */
export const decisionActions = ["approve", "retry", "deny", "reopen"] as const;
/** An action on a request. */
export type DecisionAction = (typeof decisionActions)[number];
