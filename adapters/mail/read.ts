import * as v from "valibot";
import { ACCESS_CHANGED, type AccessChanged } from "../../engine/access/event";
import {
  ACCOUNT_CREATED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
  APPROVAL_STAGE,
  type ApprovalEvent,
  INVITATION_SENT,
} from "../../engine/approvals/event";
import { PARTNER_CHANGED, type PartnerEvent } from "../../engine/partners/event";
import { TASK_ASSIGNED, type TaskEvent } from "../../engine/tasks/event";

const time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);
const url = v.pipe(v.string(), v.url(), v.startsWith("https://"));
/** What mails need of every event. */
const common = {
  id: v.string(),
  requestId: v.string(),
  reference: v.string(),
  email: v.string(),
  emailProven: v.boolean(),
  issuers: v.array(v.string()),
  locales: v.array(v.string()),
  requestedAt: time,
};
const requested = {
  ...common,
  answerBy: time,
  displayName: v.optional(v.string()),
  askedOf: v.optional(v.string()),
  waitlist: v.optional(v.boolean()),
  renews: v.optional(v.looseObject({ since: time, endedAt: time, how: v.string(), by: v.optional(v.string()) })),
  attributes: v.optional(v.record(v.string(), v.unknown())),
  verifications: v.optional(v.array(v.looseObject({ vendor: v.string(), outcome: v.string() }))),
};
const stage = v.looseObject({ number: v.number(), of: v.number(), asked: v.array(v.string()) });
const eventSchema = v.variant("detail-type", [
  v.object({ "detail-type": v.literal(APPROVAL_REQUESTED), detail: v.looseObject({ ...requested, stage: v.optional(stage) }) }),
  v.object({
    "detail-type": v.literal(APPROVAL_STAGE),
    detail: v.looseObject({ ...requested, stage, change: v.string(), news: v.optional(v.boolean()) }),
  }),
  v.object({
    "detail-type": v.literal(APPROVAL_DECIDED),
    detail: v.looseObject({
      ...common,
      decision: v.looseObject({ verdict: v.picklist(["approved", "denied"]), at: time }),
      passUntil: v.optional(time),
    }),
  }),
  v.object({
    "detail-type": v.literal(TASK_ASSIGNED),
    detail: v.looseObject({
      id: v.string(),
      subject: v.string(),
      reference: v.optional(v.string()),
      to: v.looseObject({ id: v.string(), name: v.string(), email: v.optional(v.string()) }),
      by: v.looseObject({ name: v.string() }),
    }),
  }),
  v.object({
    "detail-type": v.literal(INVITATION_SENT),
    detail: v.looseObject({ ...common, sponsor: v.optional(v.string()), passUntil: time }),
  }),
  v.object({
    "detail-type": v.literal(PARTNER_CHANGED),
    detail: v.looseObject({ id: v.string(), domain: v.string(), state: v.string(), until: v.optional(time) }),
  }),
  v.object({
    "detail-type": v.literal(ACCESS_CHANGED),
    detail: v.looseObject({
      id: v.string(),
      what: v.string(),
      reference: v.string(),
      email: v.string(),
      locales: v.optional(v.array(v.string())),
      sponsor: v.optional(v.string()),
      until: v.optional(time),
      deleteAt: v.optional(time),
    }),
  }),
  v.object({ "detail-type": v.literal(APPROVAL_EXPIRED), detail: v.looseObject({ ...common, sponsor: v.optional(v.string()) }) }),
  v.object({ "detail-type": v.literal(ACCOUNT_CREATED), detail: v.looseObject({ ...common, redeemUrl: v.optional(url) }) }),
]);

interface AccessEvent {
  readonly type: typeof ACCESS_CHANGED;
  readonly detail: AccessChanged;
}

/** What mails are made of. */
export type MailEvent = AccessEvent | ApprovalEvent | TaskEvent | PartnerEvent;

/** The event in a message of the queue; undefined for what no mail can be made of. Other fields are ignored. */
export function readEvent(body: string): MailEvent | undefined {
  const read = v.safeParse(eventSchema, jsonOf(body));
  return read.success ? ({ type: read.output["detail-type"], detail: read.output.detail } as unknown as MailEvent) : undefined;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
