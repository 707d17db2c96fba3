import type { AccessChanged, AccountArrived } from "../access/event";
import type {
  AccountCreated,
  AccountFailed,
  ApprovalDecided,
  ApprovalEvent,
  ApprovalExpired,
  ApprovalRequested,
  ApprovalStageChanged,
  InvitationSent,
} from "../approvals/event";
import type { SIGN_UP_DECIDED, SignUpDecided } from "../sign-up/event";
import { DEFAULT_GATE } from "../sign-up/gate";
import { failure, gatehouseItself, informational, low, medium, type OcsfForm, operator, otherActivity, otherStatus, success } from "./form";

// What happens to one person.

export interface SignUpEvent {
  readonly type: typeof SIGN_UP_DECIDED;
  readonly detail: SignUpDecided;
  /** The person's, if the caller sent it. It goes out in this form only. */
  readonly ipAddress?: string | undefined;
}

type CaseDetail = (SignUpEvent | ApprovalEvent)["detail"];
type PersonDetail = CaseDetail | AccountArrived | AccessChanged;

export function signUpAnswered({ detail, ipAddress }: SignUpEvent): OcsfForm {
  const { step, source, gate = DEFAULT_GATE, application, verdict, rule, reasons, changed, attributes, terms, policyVersion } = detail;
  const outcomes = {
    continue: { ...success, ...informational },
    block: { ...failure, ...low },
    invalid: { ...otherStatus("Correction asked"), ...informational },
  };
  const [idp] = detail.issuers ?? [];
  const why = reasons.join(", ");
  const said = { continue: "let in", block: "refused", invalid: "asked to correct the form" }[verdict];
  return {
    type: "ocsf.authentication",
    // A sign-up is no logon yet; a token is sent for one.
    activity: step === "before-sending-token" ? [1, "Logon"] : otherActivity("Sign-up"),
    outcome: {
      ...outcomes[verdict],
      ...(reasons[0] !== undefined && { status_code: reasons[0] }),
      ...(why !== "" && { status_detail: rule === undefined ? why : `${rule}: ${why}` }),
    },
    message: `${step}: ${said}${why === "" ? "" : ` (${why})`}`,
    correlationId: detail.correlationId,
    more: {
      ...ofPerson(detail, ipAddress),
      service: { name: "Microsoft Entra sign-up", uid: application ?? gate },
      actor: { user: userOf(detail), ...(idp !== undefined && { idp: { name: idp } }) },
    },
    unmapped: { ...ofCase(detail), step, source, application, verdict, rule, reasons, changed, attributes, terms, policyVersion },
  };
}

export function requestSent(detail: ApprovalRequested): OcsfForm {
  const { requestId, state, onApproval, requestedAt, answerBy, attributes, verifications } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Approval requested"),
    outcome: { ...otherStatus("Pending"), ...informational },
    message: "A person asks to be let in",
    more: { ...ofPerson(detail), actor: { user: userOf(detail) } },
    unmapped: { ...ofCase(detail), requestId, state, onApproval, requestedAt, answerBy, attributes, verifications },
  };
}

export function requestStaged(detail: ApprovalStageChanged): OcsfForm {
  const { requestId, state, onApproval, requestedAt, answerBy, stage, change, by, note } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity(`Approval ${change}`),
    outcome: { ...otherStatus("Pending"), ...informational },
    message: "A request for approval goes on in its stages",
    more: { ...ofPerson(detail), actor: { user: by === undefined ? gatehouseItself : operator(by.name) } },
    unmapped: { ...ofCase(detail), requestId, state, onApproval, requestedAt, answerBy, stage, change, by: by?.kind, note },
  };
}

export function requestDecided(detail: ApprovalDecided): OcsfForm {
  const { requestId, state, onApproval, requestedAt, decision, passUntil } = detail;
  const { verdict, by, note } = decision;
  return {
    type: "ocsf.account_change",
    activity: otherActivity(verdict === "approved" ? "Approved" : "Denied"),
    outcome: { ...(verdict === "approved" ? success : failure), ...informational },
    message: `An approver ${verdict} a request`,
    more: { ...ofPerson(detail), actor: { user: operator(by.name) } },
    unmapped: { ...ofCase(detail), requestId, state, onApproval, requestedAt, decidedBy: by.kind, note, passUntil },
  };
}

export function invitationSent(detail: InvitationSent): OcsfForm {
  const { requestId, state, onApproval, requestedAt, invitedBy, sponsor, passUntil } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Invited"),
    outcome: { ...success, ...informational },
    message: "A person is invited to sign up",
    more: { ...ofPerson(detail), actor: { user: operator(invitedBy.name) } },
    unmapped: { ...ofCase(detail), requestId, state, onApproval, requestedAt, invitedBy: invitedBy.kind, sponsor, passUntil },
  };
}

export function requestOver(detail: ApprovalExpired): OcsfForm {
  const { requestId, state, onApproval, requestedAt, from } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Approval expired"),
    outcome: { ...failure, ...informational },
    message: from === "pending" ? "Nobody answered a request for approval in time" : "A person did not use their approval in time",
    more: ofPerson(detail),
    unmapped: { ...ofCase(detail), requestId, state, onApproval, requestedAt, from },
  };
}

/** Not `redeemUrl`: anybody who reads it can accept the invitation. */
export function accountAttempted(detail: AccountCreated | AccountFailed): OcsfForm {
  const { requestId, state, onApproval, requestedAt } = detail;
  const reason = "failure" in detail ? detail.failure : undefined;
  return {
    type: "ocsf.account_change",
    activity: [1, "Create"],
    outcome: reason
      ? { ...failure, ...medium, status_code: reason.reason, ...(reason.graph !== undefined && { status_detail: reason.graph }) }
      : { ...success, ...informational },
    message: reason ? `The account of an approved person cannot be made: ${reason.reason}` : "An approved person has an account",
    more: { ...ofPerson(detail), actor: { user: gatehouseItself } },
    unmapped: { ...ofCase(detail), requestId, state, onApproval, requestedAt, failure: reason },
  };
}

const accessActivities = {
  ...{ disabled: [5, "Disable"], restored: [2, "Enable"], deleted: [6, "Delete"], gone: [6, "Delete"] },
  ...{
    reminded: otherActivity("Remind"),
    extended: otherActivity("Extend"),
    renewed: otherActivity("Renew"),
    "ended-early": otherActivity("End"),
  },
} as const satisfies Readonly<Record<AccessChanged["what"], OcsfForm["activity"]>>;

export function accessMoved(detail: AccessChanged): OcsfForm {
  const { gate = DEFAULT_GATE, reference, emailProven, what, accountId, sponsor, by, until, deleteAt } = detail;
  return {
    type: "ocsf.account_change",
    activity: accessActivities[what],
    outcome: { ...success, ...informational },
    message: `Access of a person that a gate let in: ${what}`,
    more: { ...ofPerson(detail), actor: { user: by === "worker" ? gatehouseItself : operator(by) } },
    unmapped: { gate, reference, emailProven, what, accountId, sponsor, until, deleteAt },
  };
}

export function accountFound(detail: AccountArrived): OcsfForm {
  const { gate = DEFAULT_GATE, reference, emailProven, userType, sponsor, by } = detail;
  return {
    type: "ocsf.account_change",
    activity: [1, "Create"],
    outcome: { ...success, ...informational },
    message: "The account of a person who was let in is in the directory",
    more: { ...ofPerson(detail), actor: { user: gatehouseItself } },
    unmapped: { gate, reference, emailProven, userType, sponsor, by },
  };
}

/** The account that an event is about. */
function ofPerson(detail: PersonDetail, ipAddress?: string): object {
  const { email } = detail;
  const observables = [
    ...(email === undefined ? [] : [{ name: "user.email_addr", type_id: 5, type: "Email Address", value: email }]),
    ...(ipAddress === undefined ? [] : [{ name: "src_endpoint.ip", type_id: 2, type: "IP Address", value: ipAddress }]),
  ];
  return {
    user: userOf(detail),
    ...(ipAddress !== undefined && { src_endpoint: { ip: ipAddress } }),
    ...(observables.length > 0 && { observables }),
  };
}

function ofCase({ gate = DEFAULT_GATE, reference, issuers, emailProven }: CaseDetail): object {
  return { gate, reference, issuers, emailProven };
}

/** Somebody without an address: a call that could not be read. */
function userOf(detail: PersonDetail): object {
  const { email, personId } = detail;
  if (email === undefined) return { name: "unknown", type_id: 0, type: "Unknown" };
  return {
    name: email,
    email_addr: email,
    type_id: 1,
    type: "User",
    ...(personId !== undefined && { uid: personId }),
    ...("accountId" in detail && { uid_alt: detail.accountId }),
    ...("displayName" in detail && { full_name: detail.displayName }),
  };
}
