import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { AccountRow } from "../accounts/account";
import { ENABLED_ELSEWHERE } from "../accounts/change";
import { isPast, timeAfter } from "../approvals/times";
import type { GateExpiry } from "./expiry";

/** When access of somebody let in at that time ends: not before they have had every reminder, however long ago they were let in. */
export function endOfAccess(letInAt: string, { days, remind: [notice = 0] }: GateExpiry, now: Date): string {
  const end = timeAfter(letInAt, days * MS_PER_DAY);
  const soonest = timeAfter(now.toISOString(), notice * MS_PER_DAY);
  return end < soonest ? soonest : end;
}

/** What is due for an account. */
export type AccessDue =
  /** @param mark the reminder's days before the end */
  { readonly kind: "remind"; readonly mark: number } | { readonly kind: "disable" | "delete" };

/** What is due now; undefined: nothing. Of several reminders only the last, as the days of the others are over. */
export function dueOf(row: AccountRow, expiry: GateExpiry, now: Date): AccessDue | undefined {
  if (row.state === "disabled") return mayDelete(row, expiry, now) ? { kind: "delete" } : undefined;
  if (row.state !== "in" || row.until === undefined) return undefined;
  if (isPast(timeAfter(row.until, expiry.disable * MS_PER_DAY), now)) return { kind: "disable" };
  const mark = [...expiry.remind].reverse().find((days) => isPast(timeAfter(row.until as string, -days * MS_PER_DAY), now));
  return mark === undefined || row.reminded.some((each) => each <= mark) ? undefined : { kind: "remind", mark };
}

/**
 * Neither before what the policy says now, nor before what the mail promised. The days count from the end too: an account that the
 * access list keeps out stays disabled when its access is renewed.
 */
function mayDelete({ disabledAt, deleteAt, until }: AccountRow, expiry: GateExpiry, now: Date): boolean {
  if (expiry.delete === undefined || disabledAt === undefined || deleteAt === undefined || until === undefined) return false;
  const days = expiry.delete * MS_PER_DAY;
  return [deleteAt, timeAfter(disabledAt, days), timeAfter(until, expiry.disable * MS_PER_DAY + days)].every((each) => isPast(each, now));
}

/** Whether the worker left the account alone when this was due last: the run of then counted it. */
export function wasLeftAlone({ history }: AccountRow): boolean {
  const last = history.at(-1);
  return last?.what === "skipped" && last.note !== ENABLED_ELSEWHERE;
}
