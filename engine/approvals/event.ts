import { digestOf } from "../sign-up/person";
import { issuersOf } from "../sign-up/sign-up";
import type { ApprovalRequest, ApprovalState, ApproverDecision, OnApproval, ProvisioningFailure, Stored } from "./request";

// What other systems learn of a request. The shapes are fixed for each version: docs/events.md has the schemas.

/** Somebody asks, or a request was reopened: it waits for an answer. */
export const APPROVAL_REQUESTED = "approval.requested.v1";
/** An approver said yes or no, or took a yes back. */
export const APPROVAL_DECIDED = "approval.decided.v1";
/** Nobody answered in time, or the person did not use their pass in time. */
export const APPROVAL_EXPIRED = "approval.expired.v1";
/** The account is there. */
export const ACCOUNT_CREATED = "account.created.v1";
/** The account cannot be made as things are. */
export const ACCOUNT_FAILED = "account.failed.v1";

/** What all of them say. Of what the person typed, nothing but the name that approvers see. */
interface Told {
  /** The event's own: the same however often it is sent. */
  readonly id: string;
  readonly time: string;
  /** The request's: what `approvals approve` and the HTTP route take. */
  readonly requestId: string;
  /** The code that people can quote. */
  readonly reference: string;
  readonly state: ApprovalState;
  readonly onApproval: OnApproval;
  readonly email: string;
  readonly emailProven: boolean;
  readonly issuers: readonly string[];
  readonly locales: readonly string[];
  readonly requestedAt: string;
}

export interface ApprovalRequested extends Told {
  readonly answerBy: string;
  /** As the person typed it. */
  readonly displayName?: string;
}

export interface ApprovalDecided extends Told {
  readonly decision: ApproverDecision;
  /** Approved, then "continue": the person may sign up until then. */
  readonly passUntil?: string;
}

export interface ApprovalExpired extends Told {
  /** What it was till then: never answered, or approved and not used. */
  readonly from: "pending" | "approved";
}

export interface AccountCreated extends Told {
  /** The account's object id in Entra. */
  readonly accountId: string;
  /** Where an invited person accepts, if Microsoft sends them no mail of its own. Whoever has it can accept. */
  readonly redeemUrl?: string;
}

export interface AccountFailed extends Told {
  readonly failure: ProvisioningFailure;
}

export type ApprovalEvent =
  | { readonly type: typeof APPROVAL_REQUESTED; readonly detail: ApprovalRequested }
  | { readonly type: typeof APPROVAL_DECIDED; readonly detail: ApprovalDecided }
  | { readonly type: typeof APPROVAL_EXPIRED; readonly detail: ApprovalExpired }
  | { readonly type: typeof ACCOUNT_CREATED; readonly detail: AccountCreated }
  | { readonly type: typeof ACCOUNT_FAILED; readonly detail: AccountFailed };

/**
 * The event of one write. Undefined for a write that others need not hear of: a worker's lease, a try given back, values
 * forgotten, a person let through at sign-up (the decision on that is an event already). A row that appears in any state
 * but pending was put back from a backup: nothing happened to its person.
 */
export function approvalEvent(before: Stored, after: ApprovalRequest): ApprovalEvent | undefined {
  switch (after.state) {
    case "pending":
      return before?.state !== "pending" || lastChange(before) !== lastChange(after) ? requested(after) : undefined;
    case "approved":
      return before?.state === "pending" ? decided(after) : undefined;
    case "denied":
      return before !== undefined && deniable.has(before.state) ? decided(after) : undefined;
    case "expired":
      return before?.state === "pending" || before?.state === "approved" ? expired(after, before.state) : undefined;
    case "provisioned":
      return before?.state === "provisioning" ? created(after) : undefined;
    case "failed":
      return before?.state === "provisioning" ? failed(after) : undefined;
    default:
      return undefined;
  }
}

/** From where a person is turned away; an approval that nothing has come of yet is taken back. */
const deniable: ReadonlySet<ApprovalState> = new Set(["pending", "approved", "failed"]);

/** Tells a new or reopened request from the same one written again. */
function lastChange({ history }: ApprovalRequest): string | undefined {
  return history.at(-1)?.at;
}

function requested(request: ApprovalRequest): ApprovalEvent {
  const { displayName } = request.attributes;
  const named = typeof displayName === "string" && { displayName };
  return { type: APPROVAL_REQUESTED, detail: { ...toldOf(request), answerBy: request.answerBy, ...named } };
}

function decided(request: ApprovalRequest): ApprovalEvent | undefined {
  const { decision, passUntil } = request;
  if (decision === undefined) return undefined;
  return { type: APPROVAL_DECIDED, detail: { ...toldOf(request), decision, ...(passUntil !== undefined && { passUntil }) } };
}

function expired(request: ApprovalRequest, from: "pending" | "approved"): ApprovalEvent {
  return { type: APPROVAL_EXPIRED, detail: { ...toldOf(request), from } };
}

function created(request: ApprovalRequest): ApprovalEvent | undefined {
  if (request.account === undefined) return undefined;
  const { id, redeemUrl } = request.account;
  return { type: ACCOUNT_CREATED, detail: { ...toldOf(request), accountId: id, ...(redeemUrl !== undefined && { redeemUrl }) } };
}

function failed(request: ApprovalRequest): ApprovalEvent | undefined {
  return request.failure && { type: ACCOUNT_FAILED, detail: { ...toldOf(request), failure: request.failure } };
}

function toldOf(request: ApprovalRequest): Told {
  const { id, turn, changedAt, reference, state, onApproval, email, emailProven, locales, requestedAt } = request;
  return {
    id: digestOf(`${id}/${turn}`),
    time: changedAt,
    requestId: id,
    reference,
    state,
    onApproval,
    email,
    emailProven,
    issuers: issuersOf(request),
    locales,
    requestedAt,
  };
}
