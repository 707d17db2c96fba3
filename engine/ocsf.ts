import type { AccountCreated, AccountFailed, ApprovalDecided, ApprovalEvent, ApprovalRequested } from "./approvals/event";
import { ACCOUNT_CREATED, ACCOUNT_FAILED, APPROVAL_DECIDED, APPROVAL_EXPIRED, APPROVAL_REQUESTED } from "./approvals/event";
import { SIGN_UP_DECIDED, type SignUpDecided } from "./sign-up/event";
import { DEFAULT_GATE } from "./sign-up/gate";

// Events in the words of the Open Cybersecurity Schema Framework, which security tools read: https://schema.ocsf.io/1.1.0.

/** Not that of the events themselves: a rule that matches those must not get each twice. */
export const OCSF_SOURCE = "gatehouse.ocsf";
/** Amazon Security Lake's own sources have the same version. */
const VERSION = "1.1.0";

/** An event, with what its record knows beyond it. */
export type OcsfSubject = (ApprovalEvent | { readonly type: typeof SIGN_UP_DECIDED; readonly detail: SignUpDecided }) & {
  /** The person's, if the caller sent it. */
  readonly ipAddress?: string | undefined;
};

/** One event of OCSF: plain JSON. */
export interface OcsfEvent {
  /** What the bus calls its kind: a data lake keeps each class apart. */
  readonly type: "ocsf.authentication" | "ocsf.account_change";
  readonly detail: object;
}

const IAM = { category_uid: 3, category_name: "Identity & Access Management" };
const classes = {
  "ocsf.authentication": { class_uid: 3002, class_name: "Authentication" },
  "ocsf.account_change": { class_uid: 3001, class_name: "Account Change" },
} as const;

const activities = { create: [1, "Create"], logon: [1, "Logon"] } as const;
const other = (name: string) => [99, name] as const;
const success = { status_id: 1, status: "Success" };
const failure = { status_id: 2, status: "Failure" };
const otherStatus = (status: string) => ({ status_id: 99, status });
const informational = { severity_id: 1, severity: "Informational" };
const low = { severity_id: 2, severity: "Low" };
const medium = { severity_id: 3, severity: "Medium" };

/** What an event says, before the parts that all events of OCSF share. */
interface Told {
  readonly type: OcsfEvent["type"];
  readonly activity: readonly [number, string];
  readonly outcome: object;
  readonly message: string;
  /** What only this class or activity has. */
  readonly more?: object;
  /** What OCSF has no name for. */
  readonly unmapped: object;
}

/** The same event as OCSF 1.1.0. It holds no link with which somebody could accept an invitation. */
export function ocsfOf(happening: OcsfSubject): OcsfEvent {
  const { type: eventCode, detail, ipAddress } = happening;
  const { type, activity, outcome, message, more, unmapped } = told(happening);
  const [activityId, activityName] = activity;
  const { class_uid, class_name } = classes[type];
  const { email } = detail;
  const correlationId = "correlationId" in detail ? detail.correlationId : undefined;
  const observables = [
    ...(email === undefined ? [] : [{ name: "user.email_addr", type_id: 5, type: "Email Address", value: email }]),
    ...(ipAddress === undefined ? [] : [{ name: "src_endpoint.ip", type_id: 2, type: "IP Address", value: ipAddress }]),
  ];
  return {
    type,
    detail: {
      class_uid,
      class_name,
      ...IAM,
      activity_id: activityId,
      activity_name: activityName,
      type_uid: class_uid * 100 + activityId,
      type_name: `${class_name}: ${activityName}`,
      time: Date.parse(detail.time),
      ...outcome,
      message,
      metadata: {
        version: VERSION,
        product: { vendor_name: "Gatehouse", name: "Gatehouse" },
        uid: detail.id,
        event_code: eventCode,
        original_time: detail.time,
        ...(correlationId !== undefined && { correlation_uid: correlationId }),
      },
      user: userOf(detail),
      ...(ipAddress !== undefined && { src_endpoint: { ip: ipAddress } }),
      ...more,
      ...(observables.length > 0 && { observables }),
      unmapped: { ...unmapped, gate: detail.gate ?? DEFAULT_GATE, reference: detail.reference, issuers: detail.issuers },
    },
  };
}

function told(happening: OcsfSubject): Told {
  switch (happening.type) {
    case SIGN_UP_DECIDED:
      return authentication(happening.detail);
    case APPROVAL_REQUESTED:
      return requestSent(happening.detail);
    case APPROVAL_DECIDED:
      return requestDecided(happening.detail);
    case APPROVAL_EXPIRED: {
      const { requestId, state, onApproval, requestedAt, from } = happening.detail;
      return {
        type: "ocsf.account_change",
        activity: other("Approval expired"),
        outcome: { ...failure, ...informational },
        message: from === "pending" ? "Nobody answered a request for approval in time" : "A person did not use their approval in time",
        unmapped: { requestId, state, onApproval, requestedAt, from },
      };
    }
    case ACCOUNT_CREATED:
    case ACCOUNT_FAILED:
      return accountMade(happening.detail);
  }
}

function authentication(detail: SignUpDecided): Told {
  const { step, source, gate = DEFAULT_GATE, application, verdict, rule, reasons, changed, attributes, policyVersion } = detail;
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
    activity: step === "before-sending-token" ? activities.logon : other("Sign-up"),
    outcome: {
      ...outcomes[verdict],
      ...(reasons[0] !== undefined && { status_code: reasons[0] }),
      ...(why !== "" && { status_detail: rule === undefined ? why : `${rule}: ${why}` }),
    },
    message: `${step}: ${said}${why === "" ? "" : ` (${why})`}`,
    more: {
      service: { name: "Microsoft Entra sign-up", uid: application ?? gate },
      actor: { user: userOf(detail), ...(idp !== undefined && { idp: { name: idp } }) },
    },
    unmapped: {
      step,
      source,
      application,
      verdict,
      rule,
      reasons,
      changed,
      attributes,
      policyVersion,
    },
  };
}

function requestSent(detail: ApprovalRequested): Told {
  const { requestId, state, onApproval, requestedAt, answerBy, attributes, verifications } = detail;
  return {
    type: "ocsf.account_change",
    activity: other("Approval requested"),
    outcome: { ...otherStatus("Pending"), ...informational },
    message: "A person asks to be let in",
    more: { actor: { user: userOf(detail) } },
    unmapped: { requestId, state, onApproval, requestedAt, answerBy, attributes, verifications },
  };
}

function requestDecided(detail: ApprovalDecided): Told {
  const { requestId, state, onApproval, requestedAt, decision, passUntil } = detail;
  const { verdict, by, note } = decision;
  return {
    type: "ocsf.account_change",
    activity: other(verdict === "approved" ? "Approved" : "Denied"),
    outcome: { ...(verdict === "approved" ? success : failure), ...informational },
    message: `An approver ${verdict} a request`,
    more: { actor: { user: { name: by.name, type_id: 2, type: "Admin" } } },
    unmapped: { requestId, state, onApproval, requestedAt, decidedBy: by.kind, note, passUntil },
  };
}

/** Not `redeemUrl`: anybody who reads it can accept the invitation. */
function accountMade(detail: AccountCreated | AccountFailed): Told {
  const { requestId, state, onApproval, requestedAt } = detail;
  const reason = "failure" in detail ? detail.failure : undefined;
  return {
    type: "ocsf.account_change",
    activity: activities.create,
    outcome: reason
      ? { ...failure, ...medium, status_code: reason.reason, ...(reason.graph !== undefined && { status_detail: reason.graph }) }
      : { ...success, ...informational },
    message: reason ? `The account of an approved person cannot be made: ${reason.reason}` : "An approved person has an account",
    more: { actor: { user: { name: "Gatehouse", type_id: 3, type: "System" } } },
    unmapped: { requestId, state, onApproval, requestedAt, failure: reason },
  };
}

/** Somebody without an address: a call that could not be read. */
function userOf(detail: OcsfSubject["detail"]): object {
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
