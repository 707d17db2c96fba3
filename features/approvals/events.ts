import * as v from "valibot";
import {
  buildOcsfUser,
  type EventKinds,
  failure,
  gatehouseItself,
  informational,
  medium,
  type OcsfForm,
  operator,
  otherActivity,
  otherStatus,
  success,
  toOcsfCase,
  toOcsfPerson,
} from "../../engine/events/event-kind";
import { time } from "../../engine/fields";
import {
  ACCOUNT_CREATED,
  ACCOUNT_FAILED,
  type AccountCreated,
  type AccountFailed,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
  APPROVAL_STAGE,
  type ApprovalDecided,
  type ApprovalExpired,
  type ApprovalRequested,
  type ApprovalStageChanged,
  approvalEvents,
  INVITATION_SENT,
  type InvitationSent,
} from "./build-event";

function toRequestForm(detail: ApprovalRequested): OcsfForm {
  const { requestId, state, onApproval, requestedAt, answerBy, attributes, verifications } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Approval requested"),
    outcome: { ...otherStatus("Pending"), ...informational },
    message: "A person asks to be let in",
    more: { ...toOcsfPerson(detail), actor: { user: buildOcsfUser(detail) } },
    unmapped: { ...toOcsfCase(detail), requestId, state, onApproval, requestedAt, answerBy, attributes, verifications },
  };
}

function toStageForm(detail: ApprovalStageChanged): OcsfForm {
  const { requestId, state, onApproval, requestedAt, answerBy, stage, change, by, note } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity(`Approval ${change}`),
    outcome: { ...otherStatus("Pending"), ...informational },
    message: "A request for approval goes on in its stages",
    more: { ...toOcsfPerson(detail), actor: { user: by === undefined ? gatehouseItself : operator(by.name) } },
    unmapped: { ...toOcsfCase(detail), requestId, state, onApproval, requestedAt, answerBy, stage, change, by: by?.kind, note },
  };
}

function toDecisionForm(detail: ApprovalDecided): OcsfForm {
  const { requestId, state, onApproval, requestedAt, decision, passUntil } = detail;
  const { verdict, by, note } = decision;
  return {
    type: "ocsf.account_change",
    activity: otherActivity(verdict === "approved" ? "Approved" : "Denied"),
    outcome: { ...(verdict === "approved" ? success : failure), ...informational },
    message: `An approver ${verdict} a request`,
    more: { ...toOcsfPerson(detail), actor: { user: operator(by.name) } },
    unmapped: { ...toOcsfCase(detail), requestId, state, onApproval, requestedAt, decidedBy: by.kind, note, passUntil },
  };
}

function toInvitationForm(detail: InvitationSent): OcsfForm {
  const { requestId, state, onApproval, requestedAt, invitedBy, sponsor, passUntil } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Invited"),
    outcome: { ...success, ...informational },
    message: "A person is invited to sign up",
    more: { ...toOcsfPerson(detail), actor: { user: operator(invitedBy.name) } },
    unmapped: { ...toOcsfCase(detail), requestId, state, onApproval, requestedAt, invitedBy: invitedBy.kind, sponsor, passUntil },
  };
}

function requestOver(detail: ApprovalExpired): OcsfForm {
  const { requestId, state, onApproval, requestedAt, from } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Approval expired"),
    outcome: { ...failure, ...informational },
    message: from === "pending" ? "Nobody answered a request for approval in time" : "A person did not use their approval in time",
    more: toOcsfPerson(detail),
    unmapped: { ...toOcsfCase(detail), requestId, state, onApproval, requestedAt, from },
  };
}

/** Omits `redeemUrl`: anyone who reads it can accept the invitation. */
function toAccountForm(detail: AccountCreated | AccountFailed): OcsfForm {
  const { requestId, state, onApproval, requestedAt } = detail;
  const reason = "failure" in detail ? detail.failure : undefined;
  return {
    type: "ocsf.account_change",
    activity: [1, "Create"],
    outcome: reason
      ? { ...failure, ...medium, status_code: reason.reason, ...(reason.graph !== undefined && { status_detail: reason.graph }) }
      : { ...success, ...informational },
    message: reason ? `The account of an approved person cannot be made: ${reason.reason}` : "An approved person has an account",
    more: { ...toOcsfPerson(detail), actor: { user: gatehouseItself } },
    unmapped: { ...toOcsfCase(detail), requestId, state, onApproval, requestedAt, failure: reason },
  };
}

const common = {
  id: v.string(),
  requestId: v.string(),
  reference: v.string(),
  email: v.string(),
  emailProven: v.boolean(),
  issuers: v.array(v.string()),
  locales: v.array(v.string()),
  requestedAt: time(),
};
const requestedFields = {
  ...common,
  answerBy: time(),
  displayName: v.optional(v.string()),
  askedOf: v.optional(v.string()),
  waitlist: v.optional(v.boolean()),
  reopened: v.optional(v.string()),
  renews: v.optional(v.object({ since: time(), endedAt: time(), how: v.string(), by: v.optional(v.string()) })),
  attributes: v.optional(v.record(v.string(), v.unknown())),
  verifications: v.optional(v.array(v.object({ vendor: v.string(), outcome: v.string() }))),
};
const stage = v.object({ number: v.number(), of: v.number(), asked: v.array(v.string()) });
const decision = v.object({ verdict: v.picklist(["approved", "denied"]), at: time() });
const redeemUrl = v.pipe(v.string(), v.url(), v.startsWith("https://"));
const sponsor = v.optional(v.string());

export const events = {
  [ACCOUNT_CREATED]: {
    schema: approvalEvents[ACCOUNT_CREATED],
    mail: v.object({ ...common, redeemUrl: v.optional(redeemUrl) }),
    ocsf: toAccountForm,
  },
  [ACCOUNT_FAILED]: { schema: approvalEvents[ACCOUNT_FAILED], ocsf: toAccountForm },
  [APPROVAL_DECIDED]: {
    schema: approvalEvents[APPROVAL_DECIDED],
    mail: v.object({ ...common, decision, passUntil: v.optional(time()) }),
    readers: ({ ask }: ApprovalDecided) => [ask?.address],
    ocsf: toDecisionForm,
  },
  [APPROVAL_EXPIRED]: {
    schema: approvalEvents[APPROVAL_EXPIRED],
    mail: v.object({ ...common, sponsor }),
    readers: ({ ask, sponsor: address }: ApprovalExpired) => [ask?.address ?? address],
    ocsf: requestOver,
  },
  [APPROVAL_REQUESTED]: {
    schema: approvalEvents[APPROVAL_REQUESTED],
    mail: v.object({ ...requestedFields, stage: v.optional(stage) }),
    readers: ({ askedOf, stage: current }: ApprovalRequested) => current?.asked ?? [askedOf],
    ocsf: toRequestForm,
  },
  [APPROVAL_STAGE]: {
    schema: approvalEvents[APPROVAL_STAGE],
    mail: v.object({
      ...requestedFields,
      stage,
      change: v.string(),
      escalatedTo: v.optional(v.array(v.string())),
      news: v.optional(v.boolean()),
    }),
    readers: ({ news, escalatedTo, stage: { asked } }: ApprovalStageChanged) => (news ? [] : (escalatedTo ?? asked)),
    ocsf: toStageForm,
  },
  [INVITATION_SENT]: {
    schema: approvalEvents[INVITATION_SENT],
    mail: v.object({ ...common, sponsor, passUntil: time() }),
    ocsf: toInvitationForm,
  },
} satisfies EventKinds;
