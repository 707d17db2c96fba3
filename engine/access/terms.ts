import { isPast, timeAfter } from "../approvals/times";
import { MS_PER_DAY } from "../sign-up/time";
import type { AccountRow } from "./account";

/** What a gate's `access` says, every option filled in. */
export interface AccessTerms {
  /** How long access lasts. */
  readonly days: number;
  readonly renew: "sponsor" | "approvers";
  /** Days before the end, the most first. */
  readonly remind: readonly number[];
  /** Days after the end. */
  readonly disable: number;
  /** Days after the account was disabled; absent: never. */
  readonly delete?: number;
}

/** By gate. */
export type TermsOfGates = Readonly<Record<string, AccessTerms>>;

/** When the access of somebody ends whom the gate let in then. */
export function endOfAccess(letInAt: string, { days }: AccessTerms): string {
  return timeAfter(letInAt, days * MS_PER_DAY);
}

/** What is due for an account. */
export type AccessDue =
  /** @param mark the reminder's days before the end */
  { readonly kind: "remind"; readonly mark: number } | { readonly kind: "disable" } | { readonly kind: "delete" };

/** What is due now; undefined: nothing. Of several reminders only the last, as the days of the others are over. */
export function dueOf(row: AccountRow, terms: AccessTerms, now: Date): AccessDue | undefined {
  if (row.state === "disabled") return mayDelete(row, terms, now) ? { kind: "delete" } : undefined;
  if (row.state !== "in" || row.until === undefined) return undefined;
  if (isPast(timeAfter(row.until, terms.disable * MS_PER_DAY), now)) return { kind: "disable" };
  const mark = [...terms.remind].reverse().find((days) => isPast(timeAfter(row.until as string, -days * MS_PER_DAY), now));
  return mark === undefined || row.reminded.some((each) => each <= mark) ? undefined : { kind: "remind", mark };
}

/** Neither before what the policy says now, nor before what the mail promised. */
function mayDelete({ disabledAt, deleteAt }: AccountRow, terms: AccessTerms, now: Date): boolean {
  if (terms.delete === undefined || disabledAt === undefined || deleteAt === undefined) return false;
  return isPast(deleteAt, now) && isPast(timeAfter(disabledAt, terms.delete * MS_PER_DAY), now);
}
