import { RESTORED_ATTRIBUTE } from "../../engine/columns";
import { splitAddress } from "../../engine/sign-up/email";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { byteOrder } from "../../engine/table-keys";
import { all, beginning, between, under } from "./conditions";
import { ENTRY, mailboxPlace, TIME_DIGITS, UNINDEXED_ACCOUNT, UPSTREAM_FAILED } from "./decision-writes";
import { type Item, toRow } from "./item";
import type { TableIndex } from "./row-kind";
import type { Expression } from "./table";
import { EXPIRY_ATTRIBUTE } from "./tables";

/**
 * Each index is named after the property by which it finds decisions. A search by code needs no index: the table's key begins with the
 * code.
 */
export const decisionIndexes = {
  /** A mailbox's domain -> the keys of the domain's decisions. Decisions of one mailbox are adjacent, in order of time. */
  domain: { name: "by-domain", partitionKey: "domain", sortKey: "who", holds: [] },
  /** An account -> the keys of its decisions, except those with `UNINDEXED_ACCOUNT`. */
  account: { name: "by-account", partitionKey: "accountId", sortKey: "at", holds: [] },
  /** A shard of a month in UTC, `2026-11/7` -> the decisions, in order of time, with the columns that lists show. */
  day: {
    name: "by-day",
    partitionKey: "day",
    sortKey: "at",
    // A literal, because a bundle drops unused values only if nothing is computed.
    holds: ["step", "source", "gate", "email", "verdict", "rule", "reasons", "durationMs", "revision", "upstreamFailed", "entry"],
  },
} as const satisfies Readonly<Record<string, TableIndex>>;

export type TakenPlace = Pick<DecisionRecord, "at" | "reference" | "id">;

/** The place where a list of decisions continues: after a given decision, or with the newest decision up to a moment in ISO 8601. */
export type DecisionPlace = TakenPlace | { readonly until: string };

const FIRST = "1970-01-01T00:00:00.000Z";
/** The last moment whose epoch milliseconds have 13 digits. */
const LAST = "2286-11-20T17:46:39.999Z";

/** A row without a readable time counts as the oldest, so that it hides no other row. */
export function takenPlace(item: Item): TakenPlace {
  const { at, who, reference, id } = item;
  const digits = who?.S?.slice(-TIME_DIGITS) ?? "";
  const moment = at?.S ?? (/^\d{13}$/.test(digits) ? new Date(Number(digits)).toISOString() : FIRST);
  return { at: moment, reference: String(reference?.S), id: String(id?.S) };
}

export function pickPlace({ at, reference, id }: TakenPlace): TakenPlace {
  return { at, reference, id };
}

export function compareNewest(one: TakenPlace, other: TakenPlace): number {
  return byteOrder(other.at, one.at) || byteOrder(other.reference, one.reference) || byteOrder(other.id, one.id);
}

/** True if a list that continues at `place` includes the decision. */
export function isFrom(place: DecisionPlace, decision: TakenPlace): boolean {
  return "until" in place ? decision.at <= place.until : compareNewest(place, decision) < 0;
}

/** ISO 8601: both moments are included. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface DecisionSeries {
  readonly index: string;
  keyAt(at: string): Readonly<Record<string, string>>;
  within(range?: TimeRange): Expression;
}

/** Returns a mailbox's decisions, however the address was spelled. @param email normalised */
export function selectMailbox(email: string): DecisionSeries {
  const { name, partitionKey, sortKey } = decisionIndexes.domain;
  const { domain } = splitAddress(normaliseMailbox(email));
  const who = (at: string) => ({ S: mailboxPlace(email, at).who });
  return {
    index: name,
    keyAt: (at) => mailboxPlace(email, at),
    within: ({ from = FIRST, to = LAST } = {}) => all(under({ partitionKey }, domain), between(sortKey, who(from), who(to))),
  };
}

export function selectAccount(accountId: string): DecisionSeries {
  const { name, partitionKey, sortKey } = decisionIndexes.account;
  return {
    index: name,
    keyAt: (at) => ({ [partitionKey]: accountId, [sortKey]: at }),
    within: ({ from = FIRST, to = LAST } = {}) => all(under({ partitionKey }, accountId), between(sortKey, { S: from }, { S: to })),
  };
}

/**
 * Finds a domain's decisions, in order of mailbox, not of time. If a provider has several domains, the index has the mailbox's domain, not
 * the address's.
 * @param local beginning of the mailbox. @default any
 */
export function selectDomain(domain: string, local = ""): { readonly index: string; readonly where: Expression } {
  const by = decisionIndexes.domain;
  const within = under(by, splitAddress(normaliseMailbox(`a@${domain}`)).domain);
  return { index: by.name, where: local === "" ? within : all(within, beginning(by.sortKey, [local])) };
}

export function mailboxIn(item: Item): string {
  const { domain, who } = toRow(item) as { readonly domain: string; readonly who: string };
  return `${who.slice(0, -(TIME_DIGITS + 1))}@${domain}`;
}

/** Columns of a row that are not part of the record. */
const beside: ReadonlySet<string> = new Set([
  ...["day", "domain", "who"],
  UNINDEXED_ACCOUNT,
  EXPIRY_ATTRIBUTE,
  UPSTREAM_FAILED,
  RESTORED_ATTRIBUTE,
  ENTRY,
]);

export function toRecord(item: Item): DecisionRecord {
  const row = toRow(item);
  const accountId = row.accountId ?? row[UNINDEXED_ACCOUNT];
  const ownColumns = Object.fromEntries(Object.entries(row).filter(([name]) => !beside.has(name)));
  return { ...ownColumns, ...(accountId !== undefined && { accountId }) } as unknown as DecisionRecord;
}
