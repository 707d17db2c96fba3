import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { type AccountRow, type EndReason, sponsorChanges } from "../accounts/account";
import { ENABLED_ELSEWHERE } from "../accounts/change";
import { findEarlierEnd, hasEarlierEndCome, remindersBefore } from "./earlier-end";
import type { GateExpiry } from "./expiry";

/**
 * Returns the time `days` after the gate let the person in. If the earliest reminder needs more time before the end, returns a later time.
 */
export function endOfAccess(letInAt: string, { days, remind: [notice = 0] }: GateExpiry, now: Date): string {
  const end = timeAfter(letInAt, days * MS_PER_DAY);
  const soonest = timeAfter(now.toISOString(), notice * MS_PER_DAY);
  return end < soonest ? soonest : end;
}

/** `reason`: of an earlier end; absent if access ends on its day. */
export type AccessDue =
  /** @param mark the number of days from the reminder to the end */
  | { readonly kind: "remind"; readonly mark: number; readonly reason?: EndReason }
  | { readonly kind: "disable" | "delete"; readonly reason?: EndReason };

/** If the time of several reminders has come, returns only the last one. */
export function findDueAction(row: AccountRow, expiry: GateExpiry, now: Date): AccessDue | undefined {
  if (row.state === "disabled") return mayDelete(row, expiry, now) ? { kind: "delete" } : undefined;
  if (row.state !== "in" || row.until === undefined) return undefined;
  if (isPast(timeAfter(row.until, expiry.disable * MS_PER_DAY), now)) return { kind: "disable" };
  const earlier = findEarlierEnd(row, expiry, now);
  if (earlier === undefined) return dueReminder(row.until, expiry.remind, row.reminded, now);
  const { at, reason } = earlier;
  if (hasEarlierEndCome(row, earlier, expiry, now)) return { kind: "disable", reason };
  const reminder = dueReminder(at, remindersBefore(expiry, reason), row.idleReminded ?? [], now);
  return reminder && { ...reminder, reason };
}

function dueReminder(end: string, marks: readonly number[], sent: readonly number[], now: Date) {
  const mark = [...marks].reverse().find((days) => isPast(timeAfter(end, -days * MS_PER_DAY), now));
  return mark === undefined || sent.some((each) => each <= mark) ? undefined : { kind: "remind" as const, mark };
}

/** True if nobody but the approvers can be asked about the end of the access. Access without an end has a word in place of the date. */
export function lacksSponsor({ state, sponsorLost, endsAt }: Pick<AccountRow, "state" | "sponsorLost" | "endsAt">): boolean {
  return state !== "ended" && sponsorLost !== undefined && endsAt < "9999";
}

export function isSameDue(one: AccessDue | undefined, other: AccessDue): boolean {
  return one?.kind === other.kind && one.reason === other.reason;
}

/**
 * True if all days are past: `deleteAt`, which the person's mail names, and the policy's days after `disabledAt` and `until`. Renewal of
 * denied people moves `until`; their accounts stay disabled.
 */
function mayDelete({ disabledAt, deleteAt, until }: AccountRow, expiry: GateExpiry, now: Date): boolean {
  if (expiry.delete === undefined || disabledAt === undefined || deleteAt === undefined || until === undefined) return false;
  const days = expiry.delete * MS_PER_DAY;
  return [deleteAt, timeAfter(disabledAt, days), timeAfter(until, expiry.disable * MS_PER_DAY + days)].every((each) => isPast(each, now));
}

/**
 * True if the worker last left the account alone. False if somebody enabled the account in Entra, because the worker must then disable it.
 */
export function wasLeftAlone({ history }: AccountRow): boolean {
  // Ignores changes that do not affect why the account was left alone: a sponsor let access end, or the sponsor changed.
  const last = history.findLast(({ what }) => what !== "let-end" && !sponsorChanges.has(what));
  return last?.what === "skipped" && last.note !== ENABLED_ELSEWHERE;
}
