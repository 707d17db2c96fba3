import { baseOf } from "../../engine/sign-up/kept-spellings";
import { mailboxOf } from "../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { askedKind, isAskedAs } from "./stages";

/** How long somebody may decide in the place of another, in days. */
export const LONGEST_DELEGATION_DAYS = 90;

/** Somebody decides in the place of an approver, for a while. */
export interface Delegation {
  /** The approver's mailbox. */
  readonly from: string;
  /** The delegate's address, or the ARN by which AWS knows them. */
  readonly to: string;
  /** ISO 8601. */
  readonly until: string;
  /** When it was given: the same one given again is another. */
  readonly since?: string;
  /** The approver gave it, signed in to the console. Of others the delegate signs in too: no link in mail decides for them. */
  readonly own?: true;
}

/** Whether somebody would decide for themselves, by whatever +tag. @param own all addresses of the approver */
export function isOwnDelegate(own: readonly string[], to: string): boolean {
  return askedKind(to) === "address" && own.some((each) => baseOf(each) === baseOf(to));
}

export function isDelegationTime(until: Date, now: Date): boolean {
  return until > now && until.getTime() - now.getTime() <= LONGEST_DELEGATION_DAYS * MS_PER_DAY;
}

/** The people that somebody decides for. Nobody decides for themselves. @param mailboxes theirs @param arn as AWS knows them */
export function takenBy(current: readonly Delegation[], mailboxes: ReadonlySet<string>, arn?: string): readonly Delegation[] {
  const isTo = (to: string) => (askedKind(to) === "arn" ? isAskedAs(to, { names: [], arn }) : mailboxes.has(mailboxOf(to)));
  return current.filter(({ from, to }) => isTo(to) && !mailboxes.has(from));
}

/** The addresses of the delegates of people who are asked by their addresses, unless they are asked themselves. One step: nobody hands on what was handed to them. */
export function delegatesOf(current: readonly Delegation[], asked: readonly string[]): readonly string[] {
  const mailboxes = new Set(asked.map(mailboxOf));
  const isMailed = (from: string, to: string) => mailboxes.has(from) && askedKind(to) === "address" && !mailboxes.has(mailboxOf(to));
  return [...new Set(current.flatMap(({ from, to }) => (isMailed(from, to) ? [to] : [])))];
}
