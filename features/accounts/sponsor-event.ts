import * as v from "valibot";
import {
  gatehouseItself,
  informational,
  type OcsfForm,
  operator,
  otherActivity,
  success,
  toOcsfPerson,
} from "../../engine/events/event-kind";
import { anyText, createChoiceSchema, instant, withMeaning } from "../../engine/fields";
import { keepGiven } from "../../engine/json";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { emailProvenInEvent } from "../decisions/events";
import type { AccountChange, AccountRow } from "./account";

/** A guest was offered to a colleague, or has another sponsor. */
export const SPONSOR_CHANGED = "sponsor.changed.v1";

const changes = ["offered", "accepted", "refused", "withdrawn", "lapsed", "given"] as const;

const whatOf: Partial<Record<AccountChange, (typeof changes)[number]>> = {
  ...{ offered: "offered", sponsored: "given", "offer-accepted": "accepted" },
  ...{ "offer-refused": "refused", "offer-withdrawn": "withdrawn", "offer-lapsed": "lapsed" },
};

const sponsorChangedEvent = withMeaning(
  v.object({
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When it happened: ISO 8601, UTC, milliseconds."),
    accountId: anyText("The account's object id in Entra."),
    what: createChoiceSchema(
      changes,
      "What happened. offered: the sponsor offers the guest to a colleague, who accepts, refuses, or lets it lapse. given: an operator named the sponsor.",
    ),
    reference: anyText("The code of the decision or the request that let the person in."),
    gate: v.optional(anyText("The gate, unless it is the default one.")),
    personId: anyText("The person: the same for all spellings of their mailbox, in every event and log line."),
    email: anyText("The person's address, in lower case."),
    emailProven: emailProvenInEvent,
    sponsor: v.optional(anyText("Who answers for the person from then on: an address.")),
    from: v.optional(anyText("Of accepted and given: who answered before.")),
    to: v.optional(anyText("Of the others: the colleague to whom the guest was offered.")),
    until: v.optional(instant("Of offered: until when the colleague can accept.")),
    by: anyText("Who did it: an AWS identity, the name of an account of the console, or `worker`."),
  }),
  "A sponsor offered a guest to a colleague, or the guest has another sponsor.",
);
/** The detail of the event sponsor.changed.v1: docs/events.md. */
export type SponsorChanged = Readonly<v.InferOutput<typeof sponsorChangedEvent>>;

export interface SponsorEvent {
  readonly type: typeof SPONSOR_CHANGED;
  readonly detail: SponsorChanged;
}

/** Undefined if the sponsor is the same, and nobody offered the guest. What the worker does in Entra is no event. */
export function sponsorEvent(before: AccountRow, after: AccountRow): SponsorEvent | undefined {
  const last = after.history.at(-1);
  const what = last && whatOf[last.what];
  if (last === undefined || what === undefined || !hasNewEntry(before, after)) return undefined;
  if (what === "given" && before.sponsor === after.sponsor) return undefined;
  const { id, reference, gate, personId, email, sponsor, offeredUntil } = after;
  const isChanged = what === "given" || what === "accepted";
  return {
    type: SPONSOR_CHANGED,
    detail: {
      ...{ id: buildEventId(after), time: last.at, accountId: id, what, reference, personId, email, by: last.by.name },
      emailProven: after.emailProven === true,
      ...keepGiven({ gate, sponsor }),
      ...keepGiven(isChanged ? { from: before.sponsor } : { to: after.offeredTo ?? before.offeredTo }),
      ...(what === "offered" && keepGiven({ until: offeredUntil })),
    },
  };
}

function toOcsf(detail: SponsorChanged): OcsfForm {
  const { gate = DEFAULT_GATE, reference, emailProven, what, accountId, sponsor, from, to, until, by } = detail;
  return {
    type: "ocsf.account_change",
    activity: otherActivity("Sponsor"),
    outcome: { ...success, ...informational },
    message: `Sponsor of a person that a gate let in: ${what}`,
    more: { ...toOcsfPerson(detail), actor: { user: by === "worker" ? gatehouseItself : operator(by) } },
    unmapped: { gate, reference, emailProven, what, accountId, sponsor, from, to, until },
  };
}

const mailedFields = v.object({
  id: v.string(),
  what: v.string(),
  accountId: v.string(),
  email: v.string(),
  sponsor: v.optional(v.string()),
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  until: v.optional(v.string()),
});

/** Returns who reads a mail about the change. */
function listReaders({ what, sponsor, from, to }: SponsorChanged): readonly (string | undefined)[] {
  switch (what) {
    case "offered":
      return [to];
    case "accepted":
      return [from];
    case "given":
      return [sponsor, from];
    default:
      return [sponsor];
  }
}

export const sponsorChangedKind = { schema: sponsorChangedEvent, mail: mailedFields, readers: listReaders, ocsf: toOcsf };

/** The id contains `arrivedAt`. After an erasure, a new row of the account may have the same `id` and the same `turn`. */
export function buildEventId({ id, arrivedAt, turn }: AccountRow): string {
  return `${id}.${Date.parse(arrivedAt).toString(36)}.${turn}`;
}

/** False if a write left no entry in the history, such as one that stored a sign-in. */
export function hasNewEntry(before: Pick<AccountRow, "history">, after: Pick<AccountRow, "history">): boolean {
  const [one, other] = [before.history.at(-1), after.history.at(-1)];
  return other !== undefined && !(one?.at === other.at && one.what === other.what && one.by.name === other.by.name);
}
