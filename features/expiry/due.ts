import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { type AccountRow, sponsorChanges } from "../accounts/account";
import { ENABLED_ELSEWHERE } from "../accounts/change";
import type { GateExpiry } from "./expiry";

/** Returns the end of access. The end is late enough for every reminder, even for people whom the gate let in long ago. */
export function endOfAccess(letInAt: string, { days, remind: [notice = 0] }: GateExpiry, now: Date): string {
  const end = timeAfter(letInAt, days * MS_PER_DAY);
  const soonest = timeAfter(now.toISOString(), notice * MS_PER_DAY);
  return end < soonest ? soonest : end;
}

export type AccessDue =
  /** @param mark the reminder's days before the end */
  { readonly kind: "remind"; readonly mark: number } | { readonly kind: "disable" | "delete" };

/** Returns what is due now, or undefined. Of several reminders, only the last is due, because the days of the others are over. */
export function findDueAction(row: AccountRow, expiry: GateExpiry, now: Date): AccessDue | undefined {
  if (row.state === "disabled") return mayDelete(row, expiry, now) ? { kind: "delete" } : undefined;
  if (row.state !== "in" || row.until === undefined) return undefined;
  if (isPast(timeAfter(row.until, expiry.disable * MS_PER_DAY), now)) return { kind: "disable" };
  const mark = [...expiry.remind].reverse().find((days) => isPast(timeAfter(row.until as string, -days * MS_PER_DAY), now));
  return mark === undefined || row.reminded.some((each) => each <= mark) ? undefined : { kind: "remind", mark };
}

/**
 * Returns true once the policy's days and the date in the person's mail have passed. The policy's days are counted both from the disabling
 * and from the end of access. If somebody renews the access of a person whom the list denies, the account stays disabled but gets a later
 * end.
 */
function mayDelete({ disabledAt, deleteAt, until }: AccountRow, expiry: GateExpiry, now: Date): boolean {
  if (expiry.delete === undefined || disabledAt === undefined || deleteAt === undefined || until === undefined) return false;
  const days = expiry.delete * MS_PER_DAY;
  return [deleteAt, timeAfter(disabledAt, days), timeAfter(until, expiry.disable * MS_PER_DAY + days)].every((each) => isPast(each, now));
}

/** Returns true if the worker's last action was to leave the account alone. The run that did so has counted the account. */
export function wasLeftAlone({ history }: AccountRow): boolean {
  // A sponsor who lets access end does not change why the account was left alone.
  const last = history.findLast(({ what }) => what !== "let-end" && !sponsorChanges.has(what));
  return last?.what === "skipped" && last.note !== ENABLED_ELSEWHERE;
}
