import type * as v from "valibot";
import { DEFAULT_GATE } from "../sign-up/gate";

export const EVENT_SOURCE = "gatehouse";

/** Members that the detail of every event has. If an event is sent again, its `id` stays the same. */
interface AnyDetail {
  readonly id: string;
  readonly time: string;
  readonly [member: string]: unknown;
}

export interface DomainEvent<D extends AnyDetail = AnyDetail> {
  readonly type: string;
  readonly detail: D;
  /** The person's IP address, if the caller sent it. Only security tools receive it. */
  readonly ipAddress?: string | undefined;
}

/** One kind of event. Each feature declares its own kinds, and adds them to the list of all kinds. */
export interface EventKind<D extends AnyDetail = AnyDetail> {
  /** The schema of the event's detail, fixed for each version. */
  readonly schema: v.GenericSchema<unknown, D>;
  /** The schema of the part of the detail that mails use. Absent if no mail follows. */
  readonly mail?: v.GenericSchema;
  /** Returns the addresses of a mail's readers, if the person whom the event is about reads none. @default that person is a reader */
  readers?(detail: D): readonly (string | undefined)[];
  ocsf(detail: D, event: DomainEvent): OcsfForm;
}

export type EventKinds = Readonly<Record<string, EventKind>>;

// Events in the words of the Open Cybersecurity Schema Framework, which security tools read: https://schema.ocsf.io/1.1.0.

/** The detail type of an OCSF event on the bus. Each OCSF class has its own type, because a data lake stores each class separately. */
export type OcsfType = "ocsf.authentication" | "ocsf.account_change" | "ocsf.entity_management" | "ocsf.incident_finding";

/** An event without the parts that all OCSF events share. */
export interface OcsfForm {
  readonly type: OcsfType;
  readonly activity: OcsfActivity;
  /** Status and severity. */
  readonly outcome: object;
  readonly message: string;
  /** Fields that only this class or activity has. */
  readonly more: object;
  /** Fields that OCSF does not name. */
  readonly unmapped: object;
  /** The id of the sign-in in Entra's own logs. */
  readonly correlationId?: string | undefined;
}

/** The number and name of an activity: each class has its own numbers. */
type OcsfActivity = readonly [number, string];

export const otherActivity = (name: string): OcsfActivity => [99, name];

export const success = { status_id: 1, status: "Success" };
export const failure = { status_id: 2, status: "Failure" };
export const otherStatus = (status: string) => ({ status_id: 99, status });

export const informational = { severity_id: 1, severity: "Informational" };
export const low = { severity_id: 2, severity: "Low" };
export const medium = { severity_id: 3, severity: "Medium" };

export const operator = (name: string, uid?: string) => ({ name, ...(uid !== undefined && { uid }), type_id: 2, type: "Admin" });
export const gatehouseItself = { name: "Gatehouse", type_id: 3, type: "System" };

/** Differs from `EVENT_SOURCE`: otherwise an EventBridge rule for that source would get each event twice. */
export const OCSF_SOURCE = "gatehouse.ocsf";
/** The version of OCSF. Amazon Security Lake's own sources have the same version. */
const VERSION = "1.1.0";

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

/** Classes in which OCSF has the actor only in the host profile. Events of these classes declare the profile. */
const ofHostProfile: readonly OcsfType[] = ["ocsf.entity_management"];

export function toOcsfEvent(eventCode: string, detail: { readonly id: string; readonly time: string }, form: OcsfForm): OcsfEvent {
  const { type, activity, outcome, message, more, unmapped, correlationId } = form;
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

interface PersonDetail {
  readonly email?: string | undefined;
  readonly personId?: string | undefined;
  readonly accountId?: string;
  readonly displayName?: string | undefined;
}

interface CaseDetail {
  readonly gate?: string | undefined;
  readonly reference: string;
  readonly issuers?: readonly string[] | undefined;
  readonly emailProven?: boolean | undefined;
}

export function toOcsfPerson(detail: PersonDetail, ipAddress?: string): object {
  const { email } = detail;
  const observables = [
    ...(email === undefined ? [] : [{ name: "user.email_addr", type_id: 5, type: "Email Address", value: email }]),
    ...(ipAddress === undefined ? [] : [{ name: "src_endpoint.ip", type_id: 2, type: "IP Address", value: ipAddress }]),
  ];
  return {
    user: buildOcsfUser(detail),
    ...(ipAddress !== undefined && { src_endpoint: { ip: ipAddress } }),
    ...(observables.length > 0 && { observables }),
  };
}

export function toOcsfCase({ gate = DEFAULT_GATE, reference, issuers, emailProven }: CaseDetail): object {
  return { gate, reference, issuers, emailProven };
}

/** The user is unknown if the event has no address, for example because the call could not be read. */
export function buildOcsfUser(detail: PersonDetail): object {
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
