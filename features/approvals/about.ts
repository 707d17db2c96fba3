import { type AboutRule, allSteps, beforeCreation, bothSteps } from "../../engine/about-rule";
import { approvalClaims } from "./approval-claims";
import { approvalStatus } from "./approval-status";
import { approvers, sponsor } from "./approvers";
import { requestApproval } from "./request-approval";

const stateReasons = [
  "approval.pending",
  "approval.waitlisted",
  "approval.denied",
  "approval.approved",
  "approval.provisioned",
  "approval.failed",
] as const;

export const about = [
  {
    order: 88,
    export: "approvalStatus",
    module: "features/approvals/approval-status",
    written: "approvalStatus()",
    does: "shows people the state of their request right after sign-in: [approvals.md](approvals.md)",
    steps: bothSteps,
    reasons: stateReasons,
    findings: ["approval"],
    fullest: approvalStatus(),
  },
  {
    order: 88,
    export: "requestApproval",
    module: "features/approvals/request-approval",
    helpers: ["approvers", "sponsor"],
    written: "requestApproval({ … })",
    does: "refuses everyone until [an approver](approvals.md) approves them",
    steps: beforeCreation,
    reasons: [
      "approval.requested",
      "approval.changed",
      "approval.address-unproven",
      "approval.no-approver",
      "attribute.required",
      "attribute.invalid",
      ...stateReasons,
    ],
    findings: [],
    fullest: requestApproval({
      stages: [{ by: sponsor({ code: "extension_PartnerNumber" as never }), orElse: approvers("Partners"), within: "48h" }],
    }),
  },
  {
    order: 88,
    export: "approvalClaims",
    module: "features/approvals/approval-claims",
    written: 'approvalClaims({ approvedAt: "decidedAt" })',
    does: "adds [claims](tokens.md) about the approval to a token",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: approvalClaims({ approvedAt: "decidedAt" }, { trust: ["mail"] }),
  },
] as const satisfies readonly AboutRule[];
