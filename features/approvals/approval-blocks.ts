import type { HashOf } from "../../engine/sign-up/person";
import type { Records } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Block } from "../../engine/sign-up/verdict";
import { approvalTexts } from "./approval-texts";
import { type ApprovalRequest, readRequest, requestId, requestKey } from "./request";
import { stateAt } from "./state-at";

export function findApprovalRequest(signUp: SignUp, records: Records, hashOf: HashOf): ApprovalRequest | undefined {
  const row = records.get(requestKey(requestId(signUp, hashOf)));
  return row && readRequest(row);
}

export function buildStateBlock(request: ApprovalRequest, now: Date): Block {
  const state = stateAt(request, now);
  switch (state) {
    case "denied":
    case "provisioned":
    case "failed":
      return approvalBlock(`approval.${state}`);
    case "approved":
    case "provisioning":
      return approvalBlock("approval.approved");
    default:
      return approvalBlock(request.waitlist === undefined ? "approval.pending" : "approval.waitlisted");
  }
}

export function approvalBlock(reason: keyof typeof approvalTexts): Block {
  return { kind: "block", reason, message: approvalTexts[reason] };
}
