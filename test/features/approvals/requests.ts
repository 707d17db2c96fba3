import type { TransitionResult } from "../../../features/approvals/change";
import type { ApprovalRequest, ApprovalState, Approver } from "../../../features/approvals/request";
import {
  approve,
  claim,
  complete,
  deny,
  expire,
  fail,
  hashCall,
  type Submission,
  submit,
  usePass,
} from "../../../features/approvals/transitions";
import { hashOf, NOW, person } from "../../engine/sign-up/people";

export const APP = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const alice: Approver = { kind: "cli", name: "alice" };
export const bob: Approver = { kind: "iam", name: "arn:aws:iam::111111111111:role/ServiceNow" };

export const kim = person({
  identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" }],
  attributes: { displayName: "Kim", extension_Tier: "gold" },
  longNames: { extension_Tier: `extension_${APP}_Tier` },
});

/** A moment so long after the suites' now. */
export function later(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

export function asking(changes: Partial<Submission> = {}): Submission {
  return {
    signUp: kim,
    hashOf,
    emailProven: true,
    onApproval: "provision",
    answerWithinDays: 14,
    askAgainAfterDays: "never",
    passDays: 7,
    ...changes,
  };
}

/** The row that a change leads to. */
export function rowOf(outcome: TransitionResult): ApprovalRequest {
  if (!outcome.ok) throw new Error(`Refused: ${outcome.why}`);
  return outcome.request;
}

/** A request made now. */
export function pending(changes: Partial<Submission> = {}): ApprovalRequest {
  return rowOf(submit(undefined, asking(changes), NOW));
}

export const lease = { holder: "worker-1", leaseMs: 5 * MINUTE };
export const account = { id: "a1b2" };
export const failure = { reason: "permission-missing" };

export const approved = rowOf(approve(pending(), { by: alice, note: "known" }, NOW));
export const provisioning = rowOf(claim(approved, lease, NOW));
export const pass = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));

/** A request in each state, reached now. */
export const at: Readonly<Record<ApprovalState, ApprovalRequest>> = {
  pending: pending(),
  approved,
  denied: rowOf(deny(pending(), { by: alice }, NOW)),
  expired: rowOf(expire(pending({ answerWithinDays: 0 }), NOW)),
  provisioning,
  provisioned: rowOf(complete(provisioning, lease.holder, account, NOW)),
  failed: rowOf(fail(provisioning, lease.holder, failure, NOW)),
  admitted: rowOf(usePass(pass, hashCall(kim, hashOf), NOW)),
};
