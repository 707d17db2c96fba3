import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DomainEvent, type EventKinds, toOcsfEvent } from "../../engine/events/event-kind";
import { ACCESS_CHANGED, ACCOUNT_ARRIVED, type AccessChanged } from "../../features/accounts/events";
import {
  ACCOUNT_CREATED,
  ACCOUNT_FAILED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_STAGE,
  type ApprovalStageChanged,
  buildApprovalEvent,
  INVITATION_SENT,
} from "../../features/approvals/build-event";
import { invitePerson } from "../../features/approvals/invite-person";
import { buildSignUpDecided, SIGN_UP_DECIDED } from "../../features/decisions/events";
import { WORKS_AGAIN } from "../../features/inbox/events";
import { INCIDENT_ACTED, INCIDENT_OPENED, INCIDENT_UNDONE, type IncidentEvent } from "../../features/incidents/events";
import { events as eventKinds } from "../../features/lists/events";
import { PARTNER_CHANGED, type PartnerChanged } from "../../features/partners/events";
import { POSTURE_CHANGED, type PostureChanged } from "../../features/posture/events";
import { TASK_ASSIGNED, type TaskAssigned } from "../../features/tasks/events";
import { packageRoot } from "../../lib/app-root";
import { decision } from "../events/records";
import { alice, approved, at, pending, rowOf } from "../features/approvals/requests";
import { hashOf, NOW } from "./sign-up/people";

/** Of OCSF 1.1.0, what the classes and their objects have that is used here: required names end in "!". */
const base =
  "activity_id! activity_name category_name category_uid! class_name class_uid! message metadata! observables severity severity_id! status status_code status_detail status_id time! type_name type_uid! unmapped";
const attributes: Readonly<Record<string, string>> = {
  "2005": `${base} assignee finding_info_list! status_id!`,
  "3001": `${base} user! actor src_endpoint`,
  "3002": `${base} user! actor src_endpoint service`,
  "3004": `${base} actor comment entity!`,
  metadata: "correlation_uid event_code original_time product! profiles uid version!",
  assignee: "name type type_id uid",
  entity: "name type uid",
  finding_info_list: "title! uid!",
  product: "name vendor_name! version",
  user: "email_addr full_name name type type_id uid uid_alt",
  actor: "user idp",
  idp: "name uid",
  service: "name uid",
  src_endpoint: "ip",
  observables: "name! type type_id! value",
};
/** Of these objects one of these is needed; of an actor the user. */
const oneOf: Readonly<Record<string, readonly string[]>> = {
  "2005": ["assignee"],
  user: ["name", "uid"],
  entity: ["name", "uid"],
  service: ["name", "uid"],
  actor: ["user"],
};
const enums: Readonly<Record<string, readonly unknown[]>> = {
  "3002.activity_id": [1, 99],
  "3001.activity_id": [1, 2, 5, 6, 99],
  "2005.activity_id": [1, 2, 3],
  "3004.activity_id": [1, 3, 4],
  "2005.status_id": [1, 4, 5],
  severity_id: [1, 2, 3],
  status_id: [1, 2, 99],
  "user.type_id": [0, 1, 2, 3],
  "observables.type_id": [2, 5],
};

function flaws(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => flaws(name, each));
  if (name === "unmapped" || typeof value !== "object" || value === null) return [];
  const given = value as Readonly<Record<string, unknown>>;
  const known = (attributes[name] ?? "").split(" ");
  const missing = known.filter((each) => each.endsWith("!") && given[each.slice(0, -1)] === undefined);
  const ofChoice = oneOf[name]?.some((each) => given[each] !== undefined) === false ? [`${name}: none of ${oneOf[name]}`] : [];
  const odd = Object.entries(given).flatMap(([each, its]) => {
    if (!known.includes(each) && !known.includes(`${each}!`)) return [`${name}.${each} is unknown`];
    const values = enums[`${name}.${each}`] ?? enums[each];
    return values === undefined || values.includes(its) ? flaws(each, its) : [`${name}.${each} is ${its}`];
  });
  return [...missing.map((each) => `${name} lacks ${each}`), ...ofChoice, ...odd];
}

const asOcsf = (event: DomainEvent) => {
  const kind = (eventKinds as EventKinds)[event.type];
  if (kind === undefined) throw new Error(`No kind is ${event.type}.`);
  return toOcsfEvent(event.type, event.detail, kind.ocsf(event.detail, event));
};

const decided = (change: Partial<typeof decision> = {}, ipAddress?: string): DomainEvent => ({
  type: SIGN_UP_DECIDED,
  detail: buildSignUpDecided({ ...decision, personId: "p", ...change }),
  ipAddress,
});
const { email: _, issuers: __, ...unread } = decision;
const letIn = { verdict: "continue" as const, reasons: [], rule: undefined } as unknown as Partial<typeof decision>;
const of = { id: "e", time: decision.at };
const incident = {
  ...of,
  incident: "i",
  by: "arn:aws:sts::111111111111:assumed-role/ops/kim",
  people: 3,
  selection: { from: "a", to: "b" },
};
const step = (type: IncidentEvent["type"], outcome?: object) =>
  ({ type, detail: { ...incident, ...(outcome && { outcome }) } }) as unknown as DomainEvent;
const partner = (change: Pick<PartnerChanged, "state"> & Partial<PartnerChanged>): DomainEvent => ({
  type: PARTNER_CHANGED,
  detail: { ...of, domain: "contoso.com", ...change },
});
const posture = (change: Partial<PostureChanged>): DomainEvent => ({
  type: POSTURE_CHANGED,
  detail: { ...of, gate: "suppliers", posture: "closed", ...change },
});
const to = { id: "o2", name: "Lee", email: "lee@contoso.com" };
const assigned: TaskAssigned = { ...of, subject: "domain/relay.example", to, by: { id: "o1", name: "Kim" } };
const NOW_TEXT = new Date(NOW).toISOString();
const person = { personId: "p", email: "kim@contoso.com", emailProven: false, reference: "R-1", accountId: "a" };
const access = (what: AccessChanged["what"], by: string, more: Partial<AccessChanged> = {}): DomainEvent => ({
  type: ACCESS_CHANGED,
  detail: { ...of, ...person, what, by, ...more },
});
const happened = (before: Parameters<typeof buildApprovalEvent>[0], after: Parameters<typeof buildApprovalEvent>[1]) =>
  buildApprovalEvent(before, after) as DomainEvent;

/** A request goes on in its stages. */
function staged(more: Pick<ApprovalStageChanged, "change"> & Partial<ApprovalStageChanged>): DomainEvent {
  const { type: _, detail } = happened(undefined, pending()) as { type: string; detail: ApprovalStageChanged };
  const stage = { number: 1, of: 2, need: 2, votes: 1, asked: ["role:Security"] };
  return { type: APPROVAL_STAGE, detail: { ...detail, stage, ...more } };
}

/** Each event as it leaves, whole. Others read them: what changes here changes for them. */
const whole = new Map<string, object>(
  readFileSync(join(packageRoot, "test", "engine", "ocsf.events.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => Object.entries(JSON.parse(line))[0] as [string, object]),
);

it.each<{ given: string; happening: DomainEvent; type: string; detail: object }>([
  {
    given: "a refusal",
    happening: decided({}, "192.0.2.7"),
    type: "ocsf.authentication",
    detail: {
      class_uid: 3002,
      category_uid: 3,
      type_uid: 300_299,
      activity_name: "Sign-up",
      time: Date.parse(decision.at),
      status_id: 2,
      severity_id: 2,
      status_code: "access-list.denied",
      metadata: { uid: `${decision.id}.0`, version: "1.1.0", event_code: SIGN_UP_DECIDED },
      user: { email_addr: "kim@contoso.com", uid: "p" },
      actor: { idp: { name: "google.com" } },
      src_endpoint: { ip: "192.0.2.7" },
      observables: [{ value: "kim@contoso.com" }, { value: "192.0.2.7" }],
    },
  },
  {
    given: "somebody let in",
    happening: decided(letIn),
    type: "ocsf.authentication",
    detail: { status_id: 1, severity_id: 1, observables: [{ type_id: 5 }] },
  },
  {
    given: "somebody who goes on to the form",
    happening: decided({ ...letIn, step: "after-sign-in" }),
    type: "ocsf.authentication",
    detail: { status_id: 1, message: "after-sign-in: went on to the form" },
  },
  {
    given: "somebody who waits for an approver",
    happening: decided({ rule: "request-approval", reasons: ["approval.requested"] }),
    type: "ocsf.authentication",
    detail: { status_id: 99, status: "Pending", severity_id: 1, message: "before-create-user: asked for approval (approval.requested)" },
  },
  {
    given: "a form sent back",
    happening: decided({ verdict: "invalid" }),
    type: "ocsf.authentication",
    detail: { status_id: 99, status: "Correction asked" },
  },
  {
    given: "a token",
    happening: decided({ ...letIn, step: "before-sending-token" }),
    type: "ocsf.authentication",
    detail: { type_uid: 300_201 },
  },
  {
    given: "a call that could not be read",
    happening: { type: SIGN_UP_DECIDED, detail: buildSignUpDecided(unread) },
    type: "ocsf.authentication",
    detail: { user: { name: "unknown", type_id: 0 } },
  },
  {
    given: "a request",
    happening: happened(undefined, pending()),
    type: "ocsf.account_change",
    detail: { type_uid: 300_199, status: "Pending", user: { full_name: "Kim" } },
  },
  {
    given: APPROVAL_DECIDED,
    happening: happened(pending(), approved),
    type: "ocsf.account_change",
    detail: { activity_name: "Approved", status_id: 1, actor: { user: { type_id: 2 } } },
  },
  {
    given: INVITATION_SENT,
    happening: happened(
      undefined,
      rowOf(invitePerson(undefined, { email: "kim@contoso.com" }, { by: alice, code: "c", days: 1 }, hashOf, NOW)),
    ),
    type: "ocsf.account_change",
    detail: { activity_name: "Invited", status_id: 1, user: { email_addr: "kim@contoso.com" }, actor: { user: { type_id: 2 } } },
  },
  { given: APPROVAL_EXPIRED, happening: happened(at.pending, at.expired), type: "ocsf.account_change", detail: { status_id: 2 } },
  {
    given: ACCOUNT_CREATED,
    happening: happened(at.provisioning, at.provisioned),
    type: "ocsf.account_change",
    detail: { type_uid: 300_101, status_id: 1 },
  },
  {
    given: ACCOUNT_FAILED,
    happening: happened(at.provisioning, at.failed),
    type: "ocsf.account_change",
    detail: { type_uid: 300_101, status_id: 2, severity_id: 3 },
  },
  {
    given: INCIDENT_OPENED,
    happening: step(INCIDENT_OPENED),
    type: "ocsf.incident_finding",
    detail: {
      ...{ class_uid: 2005, category_uid: 2, type_uid: 200_501, status: "New", severity_id: 3, message: expect.stringContaining("3") },
      ...{ finding_info_list: [{ uid: "i" }], assignee: { name: incident.by }, unmapped: { people: 3, selection: { from: "a" } } },
    },
  },
  {
    given: INCIDENT_ACTED,
    happening: step(INCIDENT_ACTED, { disabled: 2, none: 1 }),
    type: "ocsf.incident_finding",
    detail: { type_uid: 200_502, status_id: 4, status_detail: "disabled 2, none 1", unmapped: { outcome: { disabled: 2 } } },
  },
  {
    given: INCIDENT_UNDONE,
    happening: step(INCIDENT_UNDONE, { enabled: 2 }),
    type: "ocsf.incident_finding",
    detail: { type_uid: 200_503, status_id: 5, severity_id: 1 },
  },
  {
    given: "a gate that somebody closed",
    happening: posture({ reason: "bots", by: "Kim", until: "2030-01-01T00:00:00.000Z" }),
    type: "ocsf.entity_management",
    detail: {
      ...{ class_uid: 3004, type_uid: 300_403, entity: { name: "suppliers", type: "gate" }, comment: "bots" },
      ...{ actor: { user: { name: "Kim", type_id: 2 } }, metadata: { profiles: ["host"] }, unmapped: { posture: "closed" } },
    },
  },
  {
    given: "a gate that a surge set",
    happening: posture({ posture: "approval", by: "Gatehouse" }),
    type: "ocsf.entity_management",
    detail: { actor: { user: { name: "Gatehouse", type_id: 3 } } },
  },
  {
    given: "a gate that nobody says who scheduled",
    happening: posture({ posture: "open", scheduled: { posture: "listed", from: "2030-01-01T00:00:00.000Z" } }),
    type: "ocsf.entity_management",
    detail: { message: "The gate suppliers is set to open, and to listed from 2030-01-01T00:00:00.000Z" },
  },
  {
    given: "a partner whose record is gone",
    happening: partner({ before: "proven", state: "stale", look: "missing", until: "2030-01-01T00:00:00.000Z" }),
    type: "ocsf.entity_management",
    detail: { type_uid: 300_403, severity_id: 3, entity: { name: "contoso.com", type: "partner domain" }, unmapped: { before: "proven" } },
  },
  {
    given: "a partner who was added",
    happening: partner({ state: "pending" }),
    type: "ocsf.entity_management",
    detail: { type_uid: 300_401, severity_id: 1 },
  },
  {
    given: "a partner who was removed",
    happening: partner({ before: "lapsed", state: "removed" }),
    type: "ocsf.entity_management",
    detail: { type_uid: 300_404 },
  },
  {
    given: "a call without an address that an application's flow made",
    happening: decided({ ...letIn, application: "app", issuers: undefined, correlationId: "c" } as never),
    type: "ocsf.authentication",
    detail: { service: { uid: "app" }, metadata: { correlation_uid: "c" } },
  },
  {
    given: "a refusal that no rule made",
    happening: decided({ rule: undefined, reasons: ["a", "b"] } as never),
    type: "ocsf.authentication",
    detail: { status_code: "a", status_detail: "a, b" },
  },
  {
    given: "a denial",
    happening: happened(at.pending, at.denied),
    type: "ocsf.account_change",
    detail: { activity_name: "Denied", status_id: 2 },
  },
  {
    given: "an approver's vote at a stage",
    happening: staged({ change: "voted", by: { kind: "cli", name: "alice" }, note: "known" }),
    type: "ocsf.account_change",
    detail: { activity_name: "Approval voted", status: "Pending", actor: { user: { name: "alice", type_id: 2 } } },
  },
  {
    given: "a stage that asks more people as time went by",
    happening: staged({ change: "escalated" }),
    type: "ocsf.account_change",
    detail: { activity_name: "Approval escalated", actor: { user: { type_id: 3 } } },
  },
  {
    given: "an approval that nobody used in time",
    happening: happened(at.approved, at.expired),
    type: "ocsf.account_change",
    detail: { status_id: 2, message: "A person did not use their approval in time" },
  },
  {
    given: "an account that Graph refused",
    happening: happened(at.provisioning, { ...at.failed, failure: { reason: "request-refused", graph: "400 Request_BadRequest" } }),
    type: "ocsf.account_change",
    detail: { status_code: "request-refused", status_detail: "400 Request_BadRequest" },
  },
  {
    given: "a partner whose record stayed away",
    happening: partner({ before: "stale", state: "lapsed", look: "missing" }),
    type: "ocsf.entity_management",
    detail: { type_uid: 300_403, severity_id: 3 },
  },
  {
    given: "an account that arrived",
    happening: { type: ACCOUNT_ARRIVED, detail: { ...of, ...person, by: "token", sponsor: "lee@contoso.com", userType: "Guest" } },
    type: "ocsf.account_change",
    detail: { user: { email_addr: "kim@contoso.com" } },
  },
  ...(
    [
      ["disabled", 5],
      ["restored", 2],
      ["deleted", 6],
      ["gone", 6],
      ["reminded", 99],
      ["extended", 99],
      ["renewed", 99],
      ["ended-early", 99],
    ] as const
  ).map(([what, activity]) => ({
    given: `access that was ${what}`,
    happening: access(
      what,
      what === "renewed" ? "lee@contoso.com" : "worker",
      what === "gone" ? { gate: "suppliers" } : { until: NOW_TEXT },
    ),
    type: "ocsf.account_change",
    detail: { activity_id: activity, actor: { user: { type_id: what === "renewed" ? 2 : 3 } } },
  })),
  {
    given: TASK_ASSIGNED,
    happening: { type: TASK_ASSIGNED, detail: assigned },
    type: "ocsf.entity_management",
    detail: { type_uid: 300_403, entity: { uid: assigned.subject, type: "task" }, actor: { user: { uid: "o1" } }, unmapped: { to } },
  },
  {
    given: WORKS_AGAIN,
    happening: {
      type: WORKS_AGAIN,
      detail: { ...of, ...person, mailing: "mailing/idology/t", decision: "d", service: "idology", locales: ["ko"], by: "o1" },
    },
    type: "ocsf.account_change",
    detail: { user: { email_addr: "kim@contoso.com" }, actor: { user: { name: "o1" } } },
  },
])("$given is a valid event of OCSF 1.1.0", ({ given, happening, type, detail }) => {
  const told = asOcsf(happening);
  expect(told).toMatchObject({ type, detail });
  const sent = JSON.parse(JSON.stringify(told.detail)) as Record<string, unknown>;
  expect(sent).toEqual(whole.get(given));
  expect(flaws(String(sent.class_uid), sent)).toEqual([]);
});

it("no event contains the link by which an invitation can be accepted", () => {
  const redeemUrl = "https://login.microsoftonline.com/redeem?rd=x";
  const { account } = at.provisioned;
  const invited = { ...at.provisioned, ...(account && { account: { ...account, redeemUrl } }) };
  const happening = happened(at.provisioning, invited);
  expect(JSON.stringify(happening)).toContain(redeemUrl);
  expect(JSON.stringify(asOcsf(happening))).not.toContain(redeemUrl);
});
