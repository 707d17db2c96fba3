import type { Decider } from "../../engine/audited-change";
import { omit } from "../../engine/collections";
import { keepGiven } from "../../engine/json";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { isPast } from "../../engine/sign-up/time";
import type { Actor, ApprovalRequest, ApprovalState, Approver, ApproverDecision, HistoryEntry, Stored } from "./request";
import { getStateEnd } from "./state-at";

const MAX_HISTORY = 50;

export const sweeper: Actor = { kind: "gatehouse", name: "sweeper" };

/** If the reason is a state, the change is impossible in that state. */
export type Why =
  | ApprovalState
  | "unknown"
  /** The same decision was made earlier: `decision` has its author and time. */
  | "already"
  | "note-too-long"
  /** The request's personal details were removed. Reopening lets the person ask again. */
  | "stripped"
  /** Too early: before `until`. */
  | "not-yet"
  | "leased"
  | "lease-lost"
  /** The approval lets the person in at sign-up, so there is no account to make. */
  | "continues"
  /** The request is an invitation: the operator has to send it again instead. */
  | "invited"
  | "not-invited"
  /** Somebody has changed the invitation since the act that is to be undone. */
  | "changed-since"
  /** The invitation was moved to another address. */
  | "moved"
  /** A colleague asked for a guest, and the invitation was sent. It cannot be taken back any more, or not in this way. */
  | "invitation-sent"
  | "not-asked"
  | "voted"
  | "stage-passed"
  | "no-stages"
  /** Fewer people would be asked than the stage needs. */
  | "too-few";

export interface Say {
  readonly by: Approver;
  readonly note?: string;
  /** For the colleague who asked for a guest. */
  readonly reply?: string | undefined;
  /** Object id in Entra. */
  readonly account?: string;
  /** Required for a request with stages. */
  readonly decider?: Decider;
  /** Codes of what spoke against the change. @default nothing */
  readonly concerns?: readonly string[];
  /** The id of the operator's act. @default nobody acts, or the door makes none */
  readonly act?: string | undefined;
  /** True if the act checked, when it began, that the request asks the decider. Only for denials. @default false */
  readonly wasAsked?: boolean;
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
  /**
   * Another row that is written in the same transaction. If its transition refuses, it stays as it is. With `isRequired`, nothing is written
   * then.
   */
  readonly beside?: {
    readonly id: string;
    readonly transition: (storedRequest: Stored) => TransitionResult;
    readonly isRequired?: true;
  };
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
  return { ok: false, why, ...keepGiven({ decision }) };
}

export function buildCondition(storedRequest: Stored): Changed["condition"] {
  return storedRequest === undefined ? "absent" : { turn: storedRequest.turn };
}

export type StateFields = Pick<ApprovalRequest, "passUntil" | "retryAt" | "mayAskAgainAt" | "lease" | "failure" | "asked" | "escalatesAt">;

/** Removes `mailSecrets`, so that links in earlier mails no longer work. */
export function changeState(
  request: ApprovalRequest,
  to: ApprovalState,
  { by, ...say }: { readonly by: Actor } & Pick<Say, "note" | "concerns" | "act">,
  now: Date,
  fields: StateFields = {},
): ApprovalRequest {
  const keptFields = omit(request, "passUntil", "retryAt", "mayAskAgainAt", "lease", "failure", "asked", "escalatesAt", "mailSecrets");
  const at = now.toISOString();
  const entry: HistoryEntry = { at, from: request.state, to, by, ...buildSayFields(say) };
  return { ...keptFields, ...fields, state: to, changedAt: at, history: limitHistory([...request.history, entry]) };
}

export function buildNoteField(note: string | undefined): { readonly note?: string } {
  return note === undefined || note === "" ? {} : { note };
}

export function buildConcernsField(concerns: readonly string[] = []): Pick<HistoryEntry, "concerns"> {
  return concerns.length === 0 ? {} : { concerns };
}

/** The members of a history entry that its author gives. */
export function buildSayFields({
  note,
  concerns,
  act,
}: Pick<Say, "note" | "concerns" | "act">): Pick<HistoryEntry, "note" | "concerns" | "act"> {
  return { ...buildNoteField(note), ...buildConcernsField(concerns), ...keepGiven({ act }) };
}

export function limitHistory(history: ApprovalRequest["history"]): ApprovalRequest["history"] {
  return history.slice(-MAX_HISTORY);
}

/** Returns an overdue request as expired, even if the row does not say so yet. */
export function applyExpiry(request: ApprovalRequest, now: Date): ApprovalRequest {
  const end = getStateEnd(request);
  return end !== undefined && isPast(end, now) ? changeState(request, "expired", { by: sweeper }, new Date(end)) : request;
}

/** The actions by rank: the main action of a request is the first possible one. */
export const decisionActions = ["approve", "retry", "deny", "reopen"] as const;
export type DecisionAction = (typeof decisionActions)[number];

const restore: Actor = { kind: "gatehouse", name: "restore" };

/** The number added to the turn of a request from a backup: event ids contain the turn, and later events may have used the next turns. */
const AHEAD = 1_000;

/**
 * If the account is under way, the request becomes failed: the account may exist by now, so an operator must look before a retry. Links in
 * mail stop working, because a link may have been used since the backup.
 * @param at time of the backup, not of the restore: so a repeated restore gives the same row
 */
export function putBack(request: ApprovalRequest, at: Date): ApprovalRequest {
  const raisedRequest = { ...omit(request, "mailSecrets"), turn: request.turn + AHEAD };
  const isUnderWay = request.state === "provisioning" || (request.state === "approved" && request.onApproval === "provision");
  return isUnderWay ? changeState(raisedRequest, "failed", { by: restore }, at, { failure: { reason: "restored" } }) : raisedRequest;
}
