import { normaliseMailbox, toBaseSpelling } from "../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { endOfDay, readClock } from "../../engine/zone-time";
import { askedKind, isAskedAs } from "./stages";

export const LONGEST_DELEGATION_DAYS = 90;

export interface Delegation {
  readonly from: string;
  readonly to: string;
  /** ISO 8601. */
  readonly until: string;
  /** The time when the delegation was given. If it is given again, it gets a new time. */
  readonly since?: string;
  /**
   * True if the approver gave it, signed in to the console. If absent, the delegate cannot use a link in a mail to decide for the approver.
   */
  readonly own?: true;
}

/** Returns true if `to` is an address of the approver, with or without a +tag. @param ownNames all addresses of the approver */
export function isOwnDelegate(ownNames: readonly string[], to: string): boolean {
  return askedKind(to) === "address" && ownNames.some((each) => toBaseSpelling(each) === toBaseSpelling(to));
}

/** True up to the end of the last day. @param zone the zone whose clock counts the days */
export function isDelegationTime(until: Date, now: Date, zone?: string): boolean {
  const today = Date.parse(readClock(now, zone).day);
  const lastDay = new Date(today + LONGEST_DELEGATION_DAYS * MS_PER_DAY).toISOString().slice(0, 10);
  const end = endOfDay(lastDay, zone);
  // The end of a typed day is the beginning of the next day at the command, and the last millisecond in the console.
  return until > now && end !== undefined && until.getTime() <= end.getTime() + 1;
}

/** Omits delegations that the person gave. @param arn the person's name in AWS */
export function listDelegationsTo(current: readonly Delegation[], mailboxes: ReadonlySet<string>, arn?: string): readonly Delegation[] {
  const isTo = (to: string) => (askedKind(to) === "arn" ? isAskedAs(to, { names: [], arn }) : mailboxes.has(normaliseMailbox(to)));
  return current.filter(({ from, to }) => isTo(to) && !mailboxes.has(from));
}

/** Omits delegates who are asked themselves. A delegate cannot delegate further. */
export function findDelegates(current: readonly Delegation[], approverNames: readonly string[]): readonly string[] {
  const mailboxes = new Set(approverNames.map(normaliseMailbox));
  const isMailed = (from: string, to: string) => mailboxes.has(from) && askedKind(to) === "address" && !mailboxes.has(normaliseMailbox(to));
  return [...new Set(current.flatMap(({ from, to }) => (isMailed(from, to) ? [to] : [])))];
}
