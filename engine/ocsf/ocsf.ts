import { ACCESS_CHANGED, ACCOUNT_ARRIVED, type AccountEvent } from "../access/event";
import {
  ACCOUNT_CREATED,
  ACCOUNT_FAILED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
  APPROVAL_STAGE,
  type ApprovalEvent,
  INVITATION_SENT,
} from "../approvals/event";
import { INCIDENT_ACTED, INCIDENT_OPENED, INCIDENT_UNDONE, type IncidentEvent } from "../incidents/event";
import { PARTNER_CHANGED, type PartnerEvent } from "../partners/event";
import { POSTURE_CHANGED, type PostureEvent } from "../posture/event";
import { SIGN_UP_DECIDED } from "../sign-up/event";
import { TASK_ASSIGNED, type TaskEvent } from "../tasks/event";
import type { OcsfForm, OcsfType } from "./form";
import { incidentStep, partnerInState, postureSet, taskGiven } from "./operators";
import {
  accessMoved,
  accountAttempted,
  accountFound,
  invitationSent,
  requestDecided,
  requestOver,
  requestSent,
  requestStaged,
  type SignUpEvent,
  signUpAnswered,
} from "./people";

// Events in the words of the Open Cybersecurity Schema Framework, which security tools read: https://schema.ocsf.io/1.1.0.

/** Every event that leaves for the bus. A new one does not compile before it has an OCSF form below. */
export type GatehouseEvent = SignUpEvent | ApprovalEvent | AccountEvent | IncidentEvent | PartnerEvent | PostureEvent | TaskEvent;

/** A source of its own, so that a rule that matches our events does not get each twice. */
export const OCSF_SOURCE = "gatehouse.ocsf";
/** Amazon Security Lake's own sources have the same version. */
const VERSION = "1.1.0";

/** One event of OCSF: plain JSON. */
export interface OcsfEvent {
  readonly type: OcsfType;
  readonly detail: object;
}

const iam = { category_uid: 3, category_name: "Identity & Access Management" };
const findings = { category_uid: 2, category_name: "Findings" };
const classes = {
  "ocsf.account_change": { class_uid: 3001, class_name: "Account Change", ...iam },
  "ocsf.authentication": { class_uid: 3002, class_name: "Authentication", ...iam },
  "ocsf.entity_management": { class_uid: 3004, class_name: "Entity Management", ...iam },
  "ocsf.incident_finding": { class_uid: 2005, class_name: "Incident Finding", ...findings },
} as const satisfies Readonly<Record<OcsfType, object>>;

/** In these classes the actor is an attribute of the host profile only. */
const ofHostProfile: readonly OcsfType[] = ["ocsf.entity_management"];

/** The same event as OCSF 1.1.0. It holds no link with which somebody could accept an invitation. */
export function ocsfOf(event: GatehouseEvent): OcsfEvent {
  const { type: eventCode, detail } = event;
  const { type, activity, outcome, message, more, unmapped, correlationId } = formOf(event);
  const [activityId, activityName] = activity;
  const ofClass = classes[type];
  return {
    type,
    detail: {
      ...ofClass,
      activity_id: activityId,
      activity_name: activityName,
      type_uid: ofClass.class_uid * 100 + activityId,
      type_name: `${ofClass.class_name}: ${activityName}`,
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
        ...(ofHostProfile.includes(type) && { profiles: ["host"] }),
      },
      ...more,
      unmapped,
    },
  };
}

function formOf(event: GatehouseEvent): OcsfForm {
  switch (event.type) {
    case SIGN_UP_DECIDED:
      return signUpAnswered(event);
    case APPROVAL_REQUESTED:
      return requestSent(event.detail);
    case APPROVAL_STAGE:
      return requestStaged(event.detail);
    case APPROVAL_DECIDED:
      return requestDecided(event.detail);
    case INVITATION_SENT:
      return invitationSent(event.detail);
    case APPROVAL_EXPIRED:
      return requestOver(event.detail);
    case ACCOUNT_CREATED:
    case ACCOUNT_FAILED:
      return accountAttempted(event.detail);
    case ACCESS_CHANGED:
      return accessMoved(event.detail);
    case ACCOUNT_ARRIVED:
      return accountFound(event.detail);
    case INCIDENT_OPENED:
    case INCIDENT_ACTED:
    case INCIDENT_UNDONE:
      return incidentStep(event);
    case POSTURE_CHANGED:
      return postureSet(event.detail);
    case PARTNER_CHANGED:
      return partnerInState(event.detail);
    case TASK_ASSIGNED:
      return taskGiven(event.detail);
  }
}
