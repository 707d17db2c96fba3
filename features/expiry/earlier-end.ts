import { isPast, MS_PER_DAY, MS_PER_HOUR, timeAfter } from "../../engine/sign-up/time";
import type { AccountChange, AccountHistory, AccountRow, EndReason } from "../accounts/account";
import { ENABLED_ELSEWHERE } from "../accounts/change";
import type { GateExpiry } from "./expiry";

// Ends that come before the day of `lasts`: nobody signed in, or nobody redeemed the invitation. Unknown is never a reason for an end.

/** Entra shows a sign-in up to a day late, and a reminder takes a day to be read. */
const AFTER_REMINDER_MS = 48 * MS_PER_HOUR;
/** Evidence counts for the run of its day only. */
const FRESH_MS = MS_PER_DAY;
/** Evidence is asked again after this time. Shorter than the time between two runs, so that each run has its own. */
const ASKED_AGAIN_MS = 18 * MS_PER_HOUR;
/** If nothing was known for this long, an earlier reminder no longer counts. */
const FORGOTTEN_MS = 7 * MS_PER_DAY;

/** The newest moments that Entra shows of an account: ISO 8601. An attempt may have failed. */
export interface SignIns {
  readonly success?: string | undefined;
  readonly attempt?: string | undefined;
}

/** `since`: when the state of the invitation last changed; undefined if Entra does not say. */
export interface Redemption {
  readonly isPending: boolean;
  readonly since?: string | undefined;
}

export type Judgement =
  | { readonly kind: "unknown" | "stays" }
  /** @param isTried true if no success is known for too long, but somebody tried to sign in lately: a person decides */
  | { readonly kind: "ends"; readonly at: string; readonly isTried?: boolean };

export interface EarlierEnd {
  readonly at: string;
  readonly reason: EndReason;
}

/** Returns the reminders before an earlier end, in days, largest first. */
export function remindersBefore({ remind, ...days }: GateExpiry, reason: EndReason): readonly number[] {
  return remind.filter((mark) => mark < (days[reason] ?? 0));
}

const freshStarts: ReadonlySet<AccountChange> = new Set(["arrived", "adopted", "offer-accepted", "extended", "renewed", "restored"]);

/** Changes after which the days count anew, whoever the sponsor is by then. */
function startsAnew({ what, by, note }: AccountHistory): boolean {
  if (what === "sponsored") return by.kind !== "gatehouse";
  return what === "skipped" ? note === ENABLED_ELSEWHERE : freshStarts.has(what);
}

const endChanges: ReadonlySet<AccountChange> = new Set(["end-set", "extended", "renewed", "ended-early"]);

/** True if the next change of the end took this one back. Only an Undo sets an end in a person's name. */
function isUndone(history: AccountRow["history"], index: number): boolean {
  if (!endChanges.has(history[index]?.what ?? "arrived")) return false;
  const next = history.slice(index + 1).find(({ what }) => endChanges.has(what));
  return next?.what === "end-set" && next.by.kind !== "gatehouse";
}

/** Returns the moment from which the days count if nobody signs in. @param createdAt of the account in Entra, where that was read */
export function countsFrom({ letInAt, arrivedAt, history }: AccountRow, createdAt?: string): string {
  return findLatest(
    letInAt,
    arrivedAt,
    createdAt,
    history.findLast((each, index) => startsAnew(each) && !isUndone(history, index))?.at,
  ) as string;
}

/**
 * Judges what Entra shows. Without a moment, nothing is known. An attempt after the last success puts off the end: it may have been a
 * success that Entra does not count.
 */
export function judgeSignIns(row: AccountRow, { success, attempt }: SignIns, days: number, now: Date, createdAt?: string): Judgement {
  if (success === undefined && attempt === undefined) return { kind: "unknown" };
  const known = row.seenBy === "attempt" ? undefined : row.seenAt;
  const addDays = (time: string) => timeAfter(time, days * MS_PER_DAY);
  const at = addDays(findLatest(countsFrom(row, createdAt), success, known) as string);
  if (attempt === undefined || addDays(attempt) <= at) return { kind: "ends", at };
  return { kind: "ends", at: addDays(attempt), isTried: isPast(at, now) && !isPast(addDays(attempt), now) };
}

/** A sign-in since the invitation was last open means that it was redeemed, whatever Entra says. */
export function judgeRedemption(row: AccountRow, { isPending, since }: Redemption, days: number): Judgement {
  if (!isPending) return { kind: "stays" };
  if (since === undefined) return { kind: "unknown" };
  if (row.seenAt !== undefined && row.seenBy !== "attempt" && row.seenAt >= since) return { kind: "stays" };
  const invitedAt = row.history.findLast(({ what }) => what === "invited")?.at;
  return { kind: "ends", at: timeAfter(findLatest(countsFrom(row), invitedAt, since) as string, days * MS_PER_DAY) };
}

/**
 * Returns the earlier end to store. Undefined until its first reminder is due. Without a reminder that was sent, it comes no earlier than
 * that reminder announces.
 */
export function planEarlierEnd(row: AccountRow, { at, reason }: EarlierEnd, expiry: GateExpiry, now: Date): EarlierEnd | undefined {
  const [first] = remindersBefore(expiry, reason);
  if (first === undefined || !isPast(timeAfter(at, -first * MS_PER_DAY), now)) return undefined;
  if (isReminded(row, reason, now) && row.idleEnd !== undefined && at <= row.idleEnd) return { at: row.idleEnd, reason };
  const soonest = findLatest(at, timeAfter(now.toISOString(), first * MS_PER_DAY)) as string;
  // The first reminder may be sent hours later, and puts off the end by these.
  return row.until !== undefined && timeAfter(soonest, AFTER_REMINDER_MS) < row.until ? { at: soonest, reason } : undefined;
}

/** True if nothing was known of the account for so long that an earlier reminder no longer counts. */
export function isForgotten({ checkedAt }: Pick<AccountRow, "checkedAt">, now: Date): boolean {
  return checkedAt === undefined || isPast(timeAfter(checkedAt, FORGOTTEN_MS), now);
}

/** True if a reminder of this end was sent, and its cause was known since. */
export function isReminded(row: AccountRow, reason: EndReason, now: Date): boolean {
  const { endReason, idleReminded = [] } = row;
  return endReason === reason && idleReminded.length > 0 && !isForgotten(row, now);
}

/** Returns the row's earlier end, if it counts: the policy still asks for it, and its cause was looked up for this run. */
export function findEarlierEnd(
  { until, idleEnd, endReason, checkedAt, askedAt }: AccountRow,
  expiry: GateExpiry,
  now: Date,
): EarlierEnd | undefined {
  if (until === undefined || idleEnd === undefined || endReason === undefined || checkedAt === undefined) return undefined;
  // Known before, and not known today.
  if (askedAt !== undefined) return undefined;
  if (expiry[endReason] === undefined || idleEnd >= until || isPast(timeAfter(checkedAt, FRESH_MS), now)) return undefined;
  return { at: idleEnd, reason: endReason };
}

/** True if the earlier end has come, and the last reminder is long enough ago. */
export function hasEarlierEndCome({ history, idleReminded = [] }: AccountRow, { at }: EarlierEnd, expiry: GateExpiry, now: Date): boolean {
  const reminder = history.findLast(({ what }) => what === "reminded")?.at;
  if (reminder === undefined || idleReminded.length === 0) return false;
  return isPast(timeAfter(at, expiry.disable * MS_PER_DAY), now) && isPast(timeAfter(reminder, AFTER_REMINDER_MS), now);
}

/** True if Entra is to be asked about the account: the first reminder may be due, and it was not asked for today's run yet. */
export function needsLook(row: AccountRow, reason: EndReason, expiry: GateExpiry, now: Date): boolean {
  const [first, days] = [remindersBefore(expiry, reason)[0], expiry[reason]];
  if (first === undefined || days === undefined || row.state !== "in" || row.until === undefined) return false;
  // Nothing comes before an end that has come.
  if (isPast(row.until, now)) return false;
  const asked = findLatest(row.checkedAt, row.askedAt);
  if (asked !== undefined && !isPast(timeAfter(asked, ASKED_AGAIN_MS), now)) return false;
  if (reason === "unredeemed" && row.userType === "Member") return false;
  if (row.endReason === reason) return true;
  // An administrator may reset the redemption. It is seen before the first reminder after that.
  if (reason === "unredeemed" && row.redeemed === true && row.checkedAt !== undefined)
    return isPast(timeAfter(row.checkedAt, (days - first) * MS_PER_DAY), now);
  const known = reason === "unredeemed" || row.seenBy === "attempt" ? undefined : row.seenAt;
  return isPast(timeAfter(findLatest(countsFrom(row), known) as string, (days - first) * MS_PER_DAY), now);
}

/** True if a person has to judge: somebody tried to sign in, and no success is known for the days of `idle`. */
export function isTried({ state, seenAt, seenBy }: AccountRow, { idle }: GateExpiry, now: Date): boolean {
  if (state !== "in" || idle === undefined || seenAt === undefined || seenBy !== "attempt") return false;
  return !isPast(timeAfter(seenAt, idle * MS_PER_DAY), now);
}

function findLatest(...times: readonly (string | undefined)[]): string | undefined {
  return times.reduce((latest, time) => (time !== undefined && (latest === undefined || time > latest) ? time : latest), undefined);
}
