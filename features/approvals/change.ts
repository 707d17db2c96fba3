import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import type { Decider } from "./own-request";
import type { Actor, ApprovalRequest, ApprovalState, Approver, ApproverDecision, HistoryEntry, Stored } from "./request";
import { endOf } from "./state-at";
import { isPast } from "./times";

// What all changes of a request have in common: who may make them, what they leave behind.

const MAX_HISTORY = 50;

export const sweeper: Actor = { kind: "gatehouse", name: "sweeper" };

/** Why a change is not made. A state's name means that this change does not start from it. */
export type Why =
  | ApprovalState
  /** There is no such request. */
  | "unknown"
  /** It was decided this way before: `decision` has author and time. */
  | "already"
  | "note-too-long"
  /** What it held of the person is gone: reopened, it lets them ask again. */
  | "stripped"
  /** Not before `until`. */
  | "not-yet"
  /** Another worker has it, until `until`. */
  | "leased"
  /** The worker's lease passed to another, or the request is no longer worked on. */
  | "lease-lost"
  /** Its approval lets the person in at sign-up: there is no account to make. */
  | "continues"
  /** It is an invitation: it is sent again, not asked again. */
  | "invited"
  /** It is no invitation. */
  | "not-invited"
  /** The stage asks other people. */
  | "not-asked"
  /** They voted on it before, at this stage or another one. */
  | "voted"
  /** Another stage is asked now than the one they looked at. */
  | "stage-passed"
  /** It has no stages. */
  | "no-stages"
  /** Too few people would be asked to ever get through the stage. */
  | "too-few";

/** A decision, and what its maker wants kept with it. */
export interface Say {
  readonly by: Approver;
  readonly note?: string;
  /** The approver's object id in Entra. */
  readonly account?: string;
  /** What is known of them: where a request has stages, it has to ask them. */
  readonly decider?: Decider;
}

export interface Refused {
  readonly ok: false;
  readonly why: Why;
  /** The approver, if somebody has decided on the request. */
  readonly decision?: ApproverDecision;
  /** ISO 8601, UTC. */
  readonly until?: string;
}

export interface Changed {
  readonly ok: true;
  readonly request: ApprovalRequest;
  /** What must still be so when it is written. */
  readonly condition: "absent" | { readonly turn: number };
}

export type TransitionResult = Changed | Refused;

/** Comes to a new row, or to why there is none. */
export type Transition = (request: ApprovalRequest) => ApprovalRequest | Why | { readonly why: Why; readonly until: string };

/** One change of the current request. */
export function change(stored: Stored, now: Date, note: string | undefined, step: Transition): TransitionResult {
  if (stored === undefined) return { ok: false, why: "unknown" };
  if (note !== undefined && note.length > MAX_TEXT_LENGTH) return { ok: false, why: "note-too-long" };
  const next = step(lapsed(stored, now));
  if (typeof next === "string") return refused(stored, next);
  return "why" in next ? { ...refused(stored, next.why), until: next.until } : written(stored, next);
}

export function written(stored: ApprovalRequest, request: ApprovalRequest): Changed {
  return { ok: true, request: { ...request, turn: stored.turn + 1 }, condition: conditionOf(stored) };
}

/** With the decision that was made before. */
export function refused({ decision }: ApprovalRequest, why: Why): Refused {
  return { ok: false, why, ...(decision !== undefined && { decision }) };
}

export function conditionOf(stored: Stored): Changed["condition"] {
  return stored === undefined ? "absent" : { turn: stored.turn };
}

/** What belongs to one state and goes with it. */
export type StateFields = Pick<ApprovalRequest, "passUntil" | "retryAt" | "mayAskAgainAt" | "lease" | "failure" | "asked" | "escalatesAt">;

/** The request in another state. Links in mail about the one before no longer decide. */
export function moved(
  request: ApprovalRequest,
  to: ApprovalState,
  { by, note }: { readonly by: Actor; readonly note?: string },
  now: Date,
  fields: StateFields = {},
): ApprovalRequest {
  const {
    passUntil: _,
    retryAt: __,
    mayAskAgainAt: ___,
    lease: ____,
    failure: _____,
    asked: ______,
    escalatesAt: _______,
    mailSecrets: ________,
    ...kept
  } = request;
  const at = now.toISOString();
  const entry: HistoryEntry = { at, from: request.state, to, by, ...noted(note) };
  return { ...kept, ...fields, state: to, changedAt: at, history: bounded([...request.history, entry]) };
}

export function noted(note: string | undefined): { readonly note?: string } {
  return note === undefined || note === "" ? {} : { note };
}

export function bounded(history: ApprovalRequest["history"]): ApprovalRequest["history"] {
  return history.slice(-MAX_HISTORY);
}

/** The request as it would be if its end had been written at once. */
export function lapsed(request: ApprovalRequest, now: Date): ApprovalRequest {
  const end = endOf(request);
  return end !== undefined && isPast(end, now) ? moved(request, "expired", { by: sweeper }, new Date(end)) : request;
}
