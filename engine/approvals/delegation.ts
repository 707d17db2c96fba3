import { baseOf, mailboxOf } from "../access-list/spellings";
import { MS_PER_DAY } from "../sign-up/time";

/** How long somebody may decide in the place of another, in days. */
export const LONGEST_DELEGATION_DAYS = 90;

/** Somebody decides in the place of an approver, for a while. */
export interface Delegation {
  /** The approver's mailbox. */
  readonly from: string;
  /** The delegate's address. */
  readonly to: string;
  /** ISO 8601. */
  readonly until: string;
  /** The approver gave it, signed in to the console. Of others the delegate signs in too: no link in mail decides for them. */
  readonly own?: true;
}

/** Whether somebody would decide for themselves, by whatever +tag. @param own all addresses of the approver */
export function isOwnDelegate(own: readonly string[], to: string): boolean {
  return own.some((each) => baseOf(each) === baseOf(to));
}

export function isDelegationTime(until: Date, now: Date): boolean {
  return until > now && until.getTime() - now.getTime() <= LONGEST_DELEGATION_DAYS * MS_PER_DAY;
}

/** Those for whom somebody decides. Nobody decides for themselves. @param mailboxes theirs */
export function takenBy(current: readonly Delegation[], mailboxes: ReadonlySet<string>): readonly Delegation[] {
  return current.filter(({ from, to }) => mailboxes.has(mailboxOf(to)) && !mailboxes.has(from));
}

/** The delegates of people who are asked by their addresses, unless they are asked themselves. One step: nobody hands on what was handed to them. */
export function delegatesOf(current: readonly Delegation[], asked: readonly string[]): readonly string[] {
  const mailboxes = new Set(asked.map(mailboxOf));
  return [...new Set(current.flatMap(({ from, to }) => (mailboxes.has(from) && !mailboxes.has(mailboxOf(to)) ? [to] : [])))];
}
