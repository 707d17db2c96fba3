import * as v from "valibot";
import { wrongColumn } from "../../engine/columns";
import { sponsorLosses } from "../../engine/directory-account";
import {
  amount,
  createChoiceSchema,
  createListSchema,
  createTextSchema,
  flag,
  objectAs,
  time,
  wholeNumber,
  withMeaning,
} from "../../engine/fields";
import { readReference } from "../../engine/sign-up/call";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { isPast, MS_PER_DAY } from "../../engine/sign-up/time";
import { type Actor, actorMembers } from "../approvals/request";

/** "ended": deleted, by the worker or by somebody else. */
export const accountStates = ["in", "disabled", "ended"] as const;
export type AccountState = (typeof accountStates)[number];

export const accountChanges = [
  "arrived",
  "adopted",
  "end-set",
  "sponsored",
  "not-sponsored",
  "offered",
  "offer-accepted",
  "offer-refused",
  "offer-withdrawn",
  "offer-lapsed",
  "invited",
  "reminded",
  "extended",
  "renewed",
  "let-end",
  "ended-early",
  "disabling",
  "disabled",
  "enabling",
  "restored",
  "deleting",
  "deleted",
  "gone",
  "skipped",
] as const;
export type AccountChange = (typeof accountChanges)[number];

/** The ends of a sponsor's offer of the guest to a colleague. */
export const offerEnds = ["offer-accepted", "offer-refused", "offer-withdrawn", "offer-lapsed"] as const satisfies readonly AccountChange[];
export type OfferEnd = (typeof offerEnds)[number];

/** Changes of the sponsor, and invitations, affect neither the end of access nor the result of a run on the account. */
export const sponsorChanges: ReadonlySet<AccountChange> = new Set(["sponsored", "not-sponsored", "offered", ...offerEnds, "invited"]);

/** Ways to learn of an account: from its first token, by a search of the directory, or because Gatehouse makes it. */
export const arrivalWays = ["token", "graph", "provisioning"] as const;

/** `endsAt` of a row that was given no end on purpose: sorts behind every date. */
export const NEVER = "never";
/** `endsAt` of a row that has no end yet: the worker sets the end according to the policy of the row's gate. */
export const UNSET = "unset";

/** The reasons for which access ends before its day. */
export const endReasons = ["idle", "unredeemed"] as const;
export type EndReason = (typeof endReasons)[number];

export const ENDING_DAYS = 30;

/** Days for which a row is kept after its account was deleted. */
export const ENDED_DAYS = 90;

export type AccountActor = Actor & {
  /** The account's other names in Entra, such as its user name. Only the console sets them. */
  readonly userNames?: readonly string[] | undefined;
  /** The account's object id, because two people may have one name. Only the console sets it. */
  readonly account?: string | undefined;
};

const accountHistory = v.object({
  at: time(),
  what: v.picklist(accountChanges),
  by: objectAs<AccountActor>({
    ...actorMembers,
    userNames: v.optional(createListSchema(createTextSchema())),
    account: v.optional(createTextSchema()),
  }),
  /** The reason for the change or, for a reminder, the number of days before the end. */
  note: v.optional(v.string()),
  /** End of access after this change. */
  until: v.optional(time()),
  /** Codes of what spoke against the change, as far as the door that made it could read it. */
  concerns: v.optional(createListSchema(createTextSchema())),
  /** `endsAt` before the change, if an act changed it: its Undo restores it. */
  was: v.optional(createTextSchema()),
  /** The operator's act: all changes of one act have the same. Absent in rows of earlier versions. */
  act: v.optional(v.string()),
});
export type AccountHistory = Readonly<v.InferOutput<typeof accountHistory>>;

export const accountRow = v.object({
  id: createTextSchema("The account's object id in Entra."),
  turn: wholeNumber("Counts the writes; each is conditional on it."),
  personId: createTextSchema("Keyed hash of the mailbox."),
  gate: v.optional(createTextSchema("The gate, unless it is the default one.")),
  email: createTextSchema("Normalised address."),
  emailProven: v.optional(flag("Whether the address was proven when the gate let the person in. Absent: no.")),
  emailVouchers: v.optional(
    createListSchema(createTextSchema(), "Identity providers that vouched for the address then. Empty: it was typed. Absent: not known."),
  ),
  reference: v.pipe(
    v.string(),
    v.check((code) => readReference(code) === code),
    v.description("The code of the decision that let them in."),
  ),
  letInAt: time("When the gate let the person in."),
  arrivedAt: time("When the account was found."),
  by: v.optional(createChoiceSchema(arrivalWays, "How Gatehouse found the account. Absent: adopted.")),
  userType: v.optional(createChoiceSchema(["Guest", "Member"], "The type in Entra.")),
  sponsor: v.optional(createTextSchema("The sponsor's address.")),
  sponsorTried: v.optional(createTextSchema("The sponsor that the worker set in Entra, or tried to.")),
  sponsorTriedAt: v.optional(time("When the worker last tried again to set that sponsor, and could not for the same reason.")),
  sponsorSet: v.optional(createTextSchema("The sponsor that the worker set in Entra, and takes away once it has set another one.")),
  sponsorAdded: v.optional(createTextSchema("The sponsor that the worker set in Entra when it could not yet take away the one before.")),
  sponsorLost: v.optional(
    createChoiceSchema(sponsorLosses, "Why the last mail about the end went to the approvers instead of the sponsor."),
  ),
  offeredTo: v.optional(createTextSchema("The colleague to whom the sponsor offers the guest: an address.")),
  offeredUntil: v.optional(time("Until when the colleague can accept. The sponsor answers for the guest until then.")),
  locales: v.optional(createListSchema(createTextSchema(), "The person's languages, first choice first.")),
  renew: v.optional(
    createChoiceSchema(
      ["approvers", "nobody"],
      "`approvers`: mail about the end goes to them, not to the sponsor. `nobody`: the sponsor lets access end and gets no more mail.",
    ),
  ),
  days: v.optional(wholeNumber("The policy's days of access at the last mail about the end.")),
  until: v.optional(time("When access ends. Absent: never.")),
  idleEnd: v.optional(
    time("With `idle` or `unredeemed`: when access ends earlier than `until`. Moves or goes away with the next sign-in."),
  ),
  endReason: v.optional(
    createChoiceSchema(endReasons, "Why access ends, or ended, earlier: nobody signed in, or redeemed the invitation."),
  ),
  idleReminded: v.optional(createListSchema(wholeNumber(), "Reminders of `idleEnd` sent, in days before it.")),
  seenAt: v.optional(time("With `idle`: the newest sign-in that is known.")),
  seenBy: v.optional(
    createChoiceSchema(
      ["graph", "attempt", "token"],
      "Who tells of it: Entra, as a success or only as an attempt, which may have failed; or the gate's step before a token.",
    ),
  ),
  checkedAt: v.optional(time("When Entra last told of the account's sign-ins or its invitation.")),
  askedAt: v.optional(time("When Entra was last asked, if it then told nothing of the account.")),
  redeemed: v.optional(flag("Whether Entra's invitation is known to be redeemed.")),
  endsAt: createTextSchema("The earlier of `until` and `idleEnd`; `never`, or `unset` until the worker gives it an end."),
  state: createChoiceSchema(accountStates, "`disabled`: by the worker; `ended`: deleted."),
  work: v.optional(createChoiceSchema(["disabling", "enabling", "deleting"], "A change begun in Entra; the next run checks it.")),
  disabledAt: v.optional(time("When the worker disabled it.")),
  deleteAt: v.optional(time("The earliest deletion that mail about the end named.")),
  renewalLink: v.optional(
    withMeaning(
      v.object({
        /** HMAC-SHA256 of what the sponsor is shown, keyed by the secret in the link. */
        hash: createTextSchema(),
        until: time(),
      }),
      "With `decideFromMail`: the hash for the link in the sponsor's mail, until it is used or what it shows changes.",
    ),
  ),
  reminded: createListSchema(wholeNumber(), "Reminders sent, in days before the end."),
  history: createListSchema(accountHistory, "The last 50 changes: what, when, who. Newest last."),
  expires: v.optional(amount(`Epoch seconds: DynamoDB removes the row ${ENDED_DAYS} days after the account was deleted.`)),
});
export type AccountRow = Readonly<v.InferOutput<typeof accountRow>>;

/** The row has the providers that vouched for the address, but not the account's id with them. */
export function accountPerson({ id, email, gate, emailVouchers = [] }: Pick<AccountRow, "id" | "email" | "gate" | "emailVouchers">) {
  return { id, email, emailVouchers, ...(gate !== undefined && { gate }) };
}

/** The message may be logged. */
export class UnreadableAccountError extends TypeError {
  override readonly name = "UnreadableAccountError";
  constructor(
    readonly id: string,
    readonly column: string,
  ) {
    super(`The row of the account ${id} cannot be read: its column "${column}" in the table of accounts.`);
  }
}

/** Throws UnreadableAccountError. */
export function readAccount(row: Readonly<Record<string, unknown>>): AccountRow {
  const wrong = wrongColumn(accountRow, row);
  if (wrong === undefined) return row as unknown as AccountRow;
  throw new UnreadableAccountError(String(row.id), wrong);
}

/** Returns the row without its link. People must not see the link. In a restored row, the link may have been used since the backup. */
export function dropRenewalLink({ renewalLink: _, ...row }: AccountRow): AccountRow {
  return row;
}

/** The sponsor's link is valid only while this part of an account is unchanged. */
export function shownToSponsor({ email, reference, gate, letInAt, sponsor, sponsorLost, state, until, renew }: AccountRow) {
  return { email, reference, gate, letInAt, sponsor, sponsorLost, state, until, renew };
}

/** Returns the end that counts: the earlier one. Undefined if access has none. */
export function earliestEnd({ until, idleEnd }: Pick<AccountRow, "until" | "idleEnd">): string | undefined {
  return until !== undefined && idleEnd !== undefined && idleEnd < until ? idleEnd : until;
}

/** True if the person offers the guest, or is offered it. @param mailboxes of the person, each in one spelling */
export function isInOffer({ offeredTo, sponsor }: Pick<AccountRow, "offeredTo" | "sponsor">, mailboxes: ReadonlySet<string>): boolean {
  return offeredTo !== undefined && [offeredTo, sponsor ?? ""].some((address) => mailboxes.has(normaliseMailbox(address)));
}

export type AccountStanding = "disabled" | "over" | "in" | "deleted";

/**
 * The answer of a person's accounts to a new try, which comes before the rules'. Undefined if no account is known.
 * @param isShutOut true if an incident disabled an account: the rows do not tell
 */
export function findAccountStanding(
  accounts: readonly Pick<AccountRow, "state" | "until">[],
  isShutOut: boolean,
  now: Date,
): AccountStanding | undefined {
  if (isShutOut) return "disabled";
  const standings = accounts.map(({ state, until }): AccountStanding => {
    if (state !== "in") return state === "ended" ? "deleted" : "disabled";
    return until !== undefined && isPast(until, now) ? "over" : "in";
  });
  return (["disabled", "over", "in", "deleted"] as const).find((each) => standings.includes(each));
}

/** Returns whole days, rounded up. Negative if the time is past. */
export function daysUntil(until: string, now: Date): number {
  return Math.ceil((Date.parse(until) - now.getTime()) / MS_PER_DAY);
}
