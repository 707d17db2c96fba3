import { byteOrder } from "../../engine/byte-order";
import { partsOf } from "../../engine/sign-up/email";
import { isAddressHeld } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { isFirstContinue } from "../../engine/sign-up/recording";
import { mailboxOf } from "../../engine/sign-up/spellings";
import { all, beginning, between, type Expression, under } from "./expressions";
import { type Item, toRow } from "./item";
import type { TableIndex } from "./tables";

/** Indexes of the table, by what they are asked for. A code needs none: the table's key begins with it. */
export const decisionIndexes = {
  /** The domain of a mailbox -> the keys of its decisions, those of each mailbox together and in order of time. */
  domain: { name: "by-domain", partitionKey: "domain", sortKey: "who", holds: [] },
  /** An account -> the keys of its decisions, whatever the address. Those of `UNINDEXED_ACCOUNT` are not among them. */
  account: { name: "by-account", partitionKey: "accountId", sortKey: "at", holds: [] },
  /** A day, `2026-11-20` in UTC -> what lists show of its decisions, in order of time. */
  day: {
    name: "by-day",
    partitionKey: "day",
    sortKey: "at",
    // Spelled out: a bundle drops what it does not use only where nothing is computed.
    holds: ["step", "source", "gate", "email", "verdict", "rule", "reasons", "durationMs", "revision", "upstreamFailed", "entry"],
  },
} as const satisfies Readonly<Record<string, TableIndex>>;

/** A decision's place in every order of time. */
export type TakenPlace = Pick<DecisionRecord, "at" | "reference" | "id">;

/** Where a list of decisions goes on: after one of them, or at the newest up to a moment, in ISO 8601. */
export type DecisionPlace = TakenPlace | { readonly until: string };

/** Epoch milliseconds: of one length, so that they sort as text. */
const TIME_DIGITS = 13;
const FIRST = "1970-01-01T00:00:00.000Z";
/** The last that has so many digits. */
const LAST = "2286-11-20T17:46:39.999Z";

/**
 * Has the record's `accountId` where the row stays out of the index by account: each index is one write more. Such a row is
 * found by its address, which the account's provider proves.
 */
export const UNINDEXED_ACCOUNT = "account";

/** Whether the address alone leads to all that the account would. */
export function isFoundByAddress(record: Pick<DecisionRecord, "step" | "verdict" | "email" | "emailTyped" | "issuers">): boolean {
  return isFirstContinue(record) && record.email !== undefined && isAddressHeld(record);
}

/** What a row of the table has for its indexes beside its record. */
export const decisionPlaceAttributes = ["day", "domain", "who"] as const;

/** The attributes that indexes go by, of a decision. */
export function decisionPlaces({ at, email }: Pick<DecisionRecord, "at" | "email">): Readonly<Record<string, string>> {
  return { day: dayAt(at), ...(email !== undefined && ofMailbox(email).keyAt(at)) };
}

export function dayAt(at: string): string {
  return at.slice(0, 10);
}

/** The place of what an index gave. A row without a readable time counts as the oldest: it hides none of the others. */
export function takenPlace(item: Item): TakenPlace {
  const { at, who = "", reference, id } = toRow(item) as unknown as TakenPlace & { readonly who?: string };
  const digits = who.slice(-TIME_DIGITS);
  return { at: at ?? (/^\d{13}$/.test(digits) ? new Date(Number(digits)).toISOString() : FIRST), reference, id };
}

export function afterOf({ at, reference, id }: TakenPlace): TakenPlace {
  return { at, reference, id };
}

export function byNewest(one: TakenPlace, other: TakenPlace): number {
  return byteOrder(other.at, one.at) || byteOrder(other.reference, one.reference) || byteOrder(other.id, one.id);
}

/** Whether a list that goes on at a place has the decision. */
export function isFrom(place: DecisionPlace, decision: TakenPlace): boolean {
  return "until" in place ? decision.at <= place.until : byNewest(place, decision) < 0;
}

/** Of a stretch of time, in ISO 8601: both moments belong to it. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Decisions that stand together in an index, in order of time. */
export interface DecisionSeries {
  readonly index: string;
  /** The attributes that the index goes by, of a decision of that moment. */
  keyAt(at: string): Readonly<Record<string, string>>;
  within(range?: TimeRange): Expression;
}

/** Of a mailbox, however the address was spelled. @param email normalised */
export function ofMailbox(email: string): DecisionSeries {
  const { name, partitionKey, sortKey } = decisionIndexes.domain;
  const { local, domain } = partsOf(mailboxOf(email));
  const who = (at: string) => `${local} ${String(Date.parse(at)).padStart(TIME_DIGITS, "0")}`;
  return {
    index: name,
    keyAt: (at) => ({ [partitionKey]: domain, [sortKey]: who(at) }),
    within: ({ from = FIRST, to = LAST } = {}) => all(under({ partitionKey }, domain), between(sortKey, { S: who(from) }, { S: who(to) })),
  };
}

/** Of an account, whatever the address; of a day in UTC, of all people. */
export function seriesOf(by: "account" | "day", value: string): DecisionSeries {
  const { name, partitionKey, sortKey } = decisionIndexes[by];
  return {
    index: name,
    keyAt: (at) => ({ [partitionKey]: value, [sortKey]: at }),
    within: ({ from = FIRST, to = LAST } = {}) => all(under({ partitionKey }, value), between(sortKey, { S: from }, { S: to })),
  };
}

/**
 * Of a domain, in no order of time. Some providers' mailboxes are under another domain than the address.
 * @param local with what the mailbox begins. @default any
 */
export function ofDomain(domain: string, local = ""): { readonly index: string; readonly where: Expression } {
  const by = decisionIndexes.domain;
  const within = under(by, partsOf(mailboxOf(`a@${domain}`)).domain);
  return { index: by.name, where: local === "" ? within : all(within, beginning(by.sortKey, [local])) };
}

/** The mailbox of a row of the index by domain. */
export function mailboxIn(item: Item): string {
  const { domain, who } = toRow(item) as { readonly domain: string; readonly who: string };
  return `${who.slice(0, -(TIME_DIGITS + 1))}@${domain}`;
}
