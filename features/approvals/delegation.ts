import { toBaseSpelling } from "../../engine/sign-up/kept-spellings";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { askedKind, isAskedAs } from "./stages";

export const LONGEST_DELEGATION_DAYS = 90;

export interface Delegation {
  /** The approver's mailbox. */
  readonly from: string;
  /** The delegate's address or ARN. */
  readonly to: string;
  /** ISO 8601. */
  readonly until: string;
  /** The time at which the delegation was given. If the approver gives the same delegation again, that is a new delegation. */
  readonly since?: string;
  /**
   * True if the approver gave the delegation, signed in to the console. If absent, the delegate must sign in to decide: no link in a mail
   * decides for the approver.
   */
  readonly own?: true;
}

/** True if people would delegate to their own address, with or without a +tag. @param ownNames all addresses of the approver */
export function isOwnDelegate(ownNames: readonly string[], to: string): boolean {
  return askedKind(to) === "address" && ownNames.some((each) => toBaseSpelling(each) === toBaseSpelling(to));
}

export function isDelegationTime(until: Date, now: Date): boolean {
  return until > now && until.getTime() - now.getTime() <= LONGEST_DELEGATION_DAYS * MS_PER_DAY;
}

/**
 * Returns the delegations to a person. Omits those that the person gave.
 * @param mailboxes the person's mailboxes
 * @param arn the person's name in AWS
 */
export function listDelegationsTo(current: readonly Delegation[], mailboxes: ReadonlySet<string>, arn?: string): readonly Delegation[] {
  const isTo = (to: string) => (askedKind(to) === "arn" ? isAskedAs(to, { names: [], arn }) : mailboxes.has(normaliseMailbox(to)));
  return current.filter(({ from, to }) => isTo(to) && !mailboxes.has(from));
}

/**
 * Returns the addresses of the delegates of people who are asked by address. Omits delegates who are asked themselves. A delegate cannot
 * delegate further.
 */
export function findDelegates(current: readonly Delegation[], approverNames: readonly string[]): readonly string[] {
  const mailboxes = new Set(approverNames.map(normaliseMailbox));
  const isMailed = (from: string, to: string) => mailboxes.has(from) && askedKind(to) === "address" && !mailboxes.has(normaliseMailbox(to));
  return [...new Set(current.flatMap(({ from, to }) => (isMailed(from, to) ? [to] : [])))];
}
