import * as v from "valibot";
import {
  type EventKinds,
  gatehouseItself,
  informational,
  type OcsfForm,
  operator,
  otherActivity,
  success,
  toOcsfPerson,
} from "../../engine/events/event-kind";
import { amount, anyText, createChoiceSchema, createListSchema, instant, time, withMeaning } from "../../engine/fields";
import { keepGiven } from "../../engine/json";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { emailProvenInEvent } from "../decisions/events";
import { type AccountRow, arrivalWays, endReasons } from "./account";
import { buildEventId, hasNewEntry, SPONSOR_CHANGED, type SponsorEvent, sponsorChangedKind, sponsorEvent } from "./sponsor-event";

// Each version of an event has a fixed shape.

/** A reminder was sent, or access was extended, ended or given back. */
export const ACCESS_CHANGED = "access.changed.v1";
export const ACCOUNT_ARRIVED = "account.arrived.v1";

const arrivedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When Gatehouse learnt of the account: ISO 8601, UTC, milliseconds."),
    accountId: anyText("The account's object id in Entra."),
    reference: anyText("The code of the decision or the request that let the person in."),
    gate: v.optional(anyText("The gate, unless it is the default one.")),
    personId: anyText("The person: the same for all spellings of their mailbox, in every event and log line."),
    email: anyText("The person's address, in lower case."),
    emailProven: emailProvenInEvent,
    userType: v.optional(createChoiceSchema(["Guest", "Member"], "What the account is in Entra, where that is known.")),
    sponsor: v.optional(anyText("Who answers for the person: an address.")),
    by: createChoiceSchema(
      arrivalWays,
      "How Gatehouse learnt of it. token: the person's first token. graph: a search in the directory. provisioning: Gatehouse made the account.",
    ),
  }),
  "The account of a person who was let in is in Entra.",
);
/** The detail of the event account.arrived.v1: docs/events.md. */
export type AccountArrived = Readonly<v.InferOutput<typeof arrivedEvent>>;

const changes = ["reminded", "extended", "renewed", "ended-early", "disabled", "restored", "deleted", "gone"] as const;

const changedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened: ISO 8601, UTC, milliseconds."),
    accountId: anyText("The account's object id in Entra."),
    what: createChoiceSchema(changes, "What happened. gone: somebody else deleted the account."),
    reference: anyText("The code of the decision or the request that let the person in."),
    gate: v.optional(anyText("The gate, unless it is the default one.")),
    personId: anyText("The person: the same for all spellings of their mailbox, in every event and log line."),
    email: anyText("The person's address, in lower case."),
    emailProven: emailProvenInEvent,
    locales: v.optional(createListSchema(v.string(), "The person's languages, first choice first: BCP 47 tags.")),
    sponsor: v.optional(anyText("Who answers for the person: an address.")),
    renew: v.optional(
      createChoiceSchema(
        ["approvers", "nobody"],
        "Whose mail says how to renew, where that is not the sponsor's. nobody: the sponsor lets access end.",
      ),
    ),
    days: v.optional(amount("For how many days the policy gives access: what a renewal would ask for.")),
    by: anyText(
      "Who did it: an AWS identity, the name of an account of the console, the address of a sponsor who answered from mail, or `worker`.",
    ),
    until: v.optional(instant("When access ends, or ended. Absent: it has no end.")),
    reason: v.optional(
      createChoiceSchema(endReasons, "Why access ends, or ended, before its day: nobody signed in, or redeemed the invitation."),
    ),
    deleteAt: v.optional(instant("Of a disabled account: it is not deleted before.")),
  }),
  "Access was extended, ended or given back, or a reminder of its end was sent.",
);
/** The detail of the event access.changed.v1: docs/events.md. */
export type AccessChanged = Readonly<v.InferOutput<typeof changedEvent>>;

export interface AccessEvent {
  readonly type: typeof ACCESS_CHANGED;
  readonly detail: AccessChanged;
}
export type AccountEvent = AccessEvent | SponsorEvent | { readonly type: typeof ACCOUNT_ARRIVED; readonly detail: AccountArrived };

/** Undefined if other systems need no event. An adopted account has none, because it existed long before. */
export function accountEvent(before: AccountRow | undefined, after: AccountRow): AccountEvent | undefined {
  if (before !== undefined) return changedSince(before, after) ?? sponsorEvent(before, after);
  const { id, turn, arrivedAt, reference, gate, personId, email, userType, sponsor, by } = after;
  if (by === undefined || turn !== 1) return undefined;
  return {
    type: ACCOUNT_ARRIVED,
    detail: {
      id: buildEventId(after),
      time: arrivedAt,
      accountId: id,
      reference,
      ...(gate !== undefined && { gate }),
      personId,
      email,
      emailProven: after.emailProven === true,
      ...keepGiven({ userType, sponsor }),
      by,
    },
  };
}

/** Returns whose mail says how to renew. Undefined if it is the sponsor's. */
export function findRenewer({ renew, sponsorLost }: Pick<AccountRow, "renew" | "sponsorLost">): AccountRow["renew"] {
  return renew ?? (sponsorLost === undefined ? undefined : "approvers");
}

function changedSince(before: AccountRow, after: AccountRow): AccountEvent | undefined {
  const last = after.history.at(-1);
  const what = changes.find((each) => each === last?.what);
  if (after.turn === before.turn || last === undefined || what === undefined) return undefined;
  // A write that only stored the hash of a link in a mail, or a sign-in, is no event.
  const leftNoEntry =
    before.renewalLink?.hash !== after.renewalLink?.hash ||
    (["checkedAt", "askedAt", "seenAt"] as const).some((column) => before[column] !== after[column]);
  if (leftNoEntry && !hasNewEntry(before, after)) return undefined;
  const { id, reference, gate, personId, email, locales, sponsor, days, deleteAt } = after;
  const { until, reason } = findToldEnd(before, after);
  const renew = findRenewer(after);
  return {
    type: ACCESS_CHANGED,
    detail: {
      ...{ id: buildEventId(after), time: last.at, accountId: id, what, reference, personId, email, by: last.by.name },
      emailProven: after.emailProven === true,
      ...keepGiven({ gate, locales, sponsor, renew, days }),
      ...(until !== undefined && { until: new Date(until).toISOString() }),
      ...keepGiven({ reason }),
      ...(deleteAt !== undefined && { deleteAt: new Date(deleteAt).toISOString() }),
    },
  };
}

/** One mail names one end: a reminder of an earlier end names that one, while the day of `until` may still come. */
function findToldEnd(
  before: AccountRow,
  { until, idleEnd, endReason, idleReminded = [] }: AccountRow,
): Pick<AccessChanged, "until" | "reason"> {
  if (idleEnd === undefined) return { until, reason: endReason };
  return idleReminded.length > (before.idleReminded?.length ?? 0) ? { until: idleEnd, reason: endReason } : { until };
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

function toAccessForm(detail: AccessChanged): OcsfForm {
  const { gate = DEFAULT_GATE, reference, emailProven, what, accountId, sponsor, by, until, reason, deleteAt } = detail;
  return {
    type: "ocsf.account_change",
    activity: accessActivities[what],
    outcome: { ...success, ...informational },
    message: `Access of a person that a gate let in: ${what}`,
    more: { ...toOcsfPerson(detail), actor: { user: by === "worker" ? gatehouseItself : operator(by) } },
    unmapped: { gate, reference, emailProven, what, accountId, sponsor, until, reason, deleteAt },
  };
}

function toArrivalForm(detail: AccountArrived): OcsfForm {
  const { gate = DEFAULT_GATE, reference, emailProven, userType, sponsor, by } = detail;
  return {
    type: "ocsf.account_change",
    activity: [1, "Create"],
    outcome: { ...success, ...informational },
    message: "The account of a person who was let in is in the directory",
    more: { ...toOcsfPerson(detail), actor: { user: gatehouseItself } },
    unmapped: { gate, reference, emailProven, userType, sponsor, by },
  };
}

const mailedFields = v.object({
  id: v.string(),
  what: v.string(),
  reference: v.string(),
  email: v.string(),
  locales: v.optional(v.array(v.string())),
  sponsor: v.optional(v.string()),
  until: v.optional(time()),
  reason: v.optional(v.picklist(endReasons)),
  deleteAt: v.optional(time()),
});

export const events = {
  [ACCESS_CHANGED]: { schema: changedEvent, mail: mailedFields, ocsf: toAccessForm },
  [ACCOUNT_ARRIVED]: { schema: arrivedEvent, ocsf: toArrivalForm },
  [SPONSOR_CHANGED]: sponsorChangedKind,
} satisfies EventKinds;
