import { anyText, instant, object, oneOf, optional, type TypeOf } from "../schema";
import { type AccountRow, arrivalWays } from "./account";

// What other systems learn of the accounts that gates let in. The shapes are fixed for each version.

/** The account of a person who was let in is there. */
export const ACCOUNT_ARRIVED = "account.arrived.v1";

const arrivedEvent = object(
  {
    id: anyText("The event's id: the same each time it is sent."),
    time: instant("When Gatehouse learnt of the account: ISO 8601, UTC, milliseconds."),
    accountId: anyText("The account's object id in Entra."),
    reference: anyText("The code of the decision or the request that let the person in."),
    gate: optional(anyText("The gate, unless it is the default one.")),
    personId: anyText("The person: the same for all spellings of their mailbox, in every event and log line."),
    email: anyText("The person's address, in lower case."),
    userType: optional(oneOf(["Guest", "Member"], "What the account is in Entra, where that is known.")),
    sponsor: optional(anyText("Who answers for the person: an address.")),
    by: oneOf(
      arrivalWays,
      "How Gatehouse learnt of it. token: the person's first token. graph: a search in the directory. provisioning: Gatehouse made the account.",
    ),
  },
  "The account of a person who was let in is in the directory.",
);
/** The detail of the event account.arrived.v1: the account of a person who was let in is there. Its fields: docs/events.md. */
export type AccountArrived = TypeOf<typeof arrivedEvent>;

/** The detail of each event, by its type. */
export const accountEvents = { [ACCOUNT_ARRIVED]: arrivedEvent } as const;

export type AccountEvent = { readonly type: typeof ACCOUNT_ARRIVED; readonly detail: AccountArrived };

/** The event of one write; undefined where other systems need none: an account that was adopted was there long before. */
export function accountEvent(before: AccountRow | undefined, after: AccountRow): AccountEvent | undefined {
  const { id, turn, arrivedAt, reference, gate, personId, email, userType, sponsor, by } = after;
  if (before !== undefined || by === undefined || turn !== 1) return undefined;
  return {
    type: ACCOUNT_ARRIVED,
    detail: {
      id: `${id}.${turn}`,
      time: arrivedAt,
      accountId: id,
      reference,
      ...(gate !== undefined && { gate }),
      personId,
      email,
      ...(userType !== undefined && { userType }),
      ...(sponsor !== undefined && { sponsor }),
      by,
    },
  };
}
