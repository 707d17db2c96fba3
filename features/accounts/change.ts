import { omit } from "../../engine/collections";
import type { SponsorLoss } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { buildNoteField } from "../approvals/change";
import {
  type AccountActor,
  type AccountChange,
  type AccountHistory,
  type AccountRow,
  dropRenewalLink,
  ENDED_DAYS,
  type EndReason,
  endReasons,
  NEVER,
  type OfferEnd,
  shownToSponsor,
  sponsorChanges,
  UNSET,
} from "./account";

// Pure functions: each takes the row that was read, and returns the row to write.

const MAX_HISTORY = 50;
const MAX_NOTE = 1_000;
/** Days within which a colleague can accept a guest. */
export const OFFER_DAYS = 14;
/** Note in the history if somebody enabled the account in Entra. */
export const ENABLED_ELSEWHERE = "enabled-elsewhere";

export const accessWorker: AccountActor = { kind: "gatehouse", name: "worker" };

export type AccessObjection =
  | "unknown"
  | "known"
  | "ended"
  | "in"
  /** The account is disabled, or about to be. */
  | "disabled"
  | "endless"
  /** The requested end has passed, or is before the present end. */
  | "no-later"
  | "note-too-long"
  | "already";

export type AccessResult =
  | { readonly ok: true; readonly row: AccountRow; readonly condition: "absent" | { readonly turn: number } }
  | { readonly ok: false; readonly why: AccessObjection; readonly row?: AccountRow };

export interface AccessSay {
  readonly by: AccountActor;
  readonly note?: string;
  /** Codes of what spoke against the change. @default nothing */
  readonly concerns?: readonly string[];
  /** The id of the operator's act. @default nobody acts, or the door makes none */
  readonly act?: string | undefined;
}

/** Omits fields that have the same first value in every row. */
export type Newcomer = Omit<
  AccountRow,
  "turn" | "days" | "endsAt" | "state" | "work" | "disabledAt" | "deleteAt" | "renewalLink" | "reminded" | "history" | "expires"
>;

/** An existing row stays unchanged. */
export function arrive(storedRow: AccountRow | undefined, newcomer: Newcomer, now: Date): AccessResult {
  return startAccount(storedRow, newcomer, "arrived", { by: accessWorker }, now);
}

/** Starts the row of an account that a gate let in before there were such rows. An existing row stays unchanged. */
export function adopt(storedRow: AccountRow | undefined, newcomer: Newcomer, say: AccessSay, now: Date): AccessResult {
  return startAccount(storedRow, newcomer, "adopted", say, now);
}

function startAccount(storedRow: AccountRow | undefined, newcomer: Newcomer, what: AccountChange, say: AccessSay, now: Date): AccessResult {
  if (storedRow !== undefined) return { ok: false, why: "known", row: storedRow };
  const { until } = newcomer;
  const row: AccountRow = {
    ...newcomer,
    turn: 1,
    endsAt: until ?? UNSET,
    state: "in",
    reminded: [],
    history: [entry(what, say, now, until)],
  };
  return { ok: true, row, condition: "absent" };
}

export function changeSponsor(storedRow: AccountRow | undefined, sponsor: string, say: AccessSay, now: Date): AccessResult {
  return changeAccount(storedRow, say, now, "sponsored", (row) => (row.sponsor === sponsor ? "already" : withSponsor(row, sponsor)));
}

function withSponsor(row: AccountRow, sponsor: string): AccountRow {
  return { ...omit(clearRenewAnswer(row), "sponsorLost", "offeredTo", "offeredUntil"), sponsor };
}

/** Returns the colleague to whom the guest is offered; undefined if nobody can accept. */
export function openOffer({ offeredTo, offeredUntil }: Pick<AccountRow, "offeredTo" | "offeredUntil">, now: Date): string | undefined {
  return offeredUntil !== undefined && !isPast(offeredUntil, now) ? offeredTo : undefined;
}

/** Offers the guest to a colleague. The sponsor stays until the colleague accepts. */
export function offerGuest(storedRow: AccountRow | undefined, to: string, say: AccessSay, now: Date): AccessResult {
  return changeAccount(storedRow, say, now, "offered", (row) =>
    openOffer(row, now) === undefined
      ? { ...row, offeredTo: to, offeredUntil: timeAfter(now.toISOString(), OFFER_DAYS * MS_PER_DAY) }
      : "already",
  );
}

/** Ends the guest's offer. Its colleague becomes the sponsor if they accept. */
export function endOffer(storedRow: AccountRow | undefined, what: OfferEnd, say: AccessSay, now: Date): AccessResult {
  return changeAccount(storedRow, say, now, what, (row) => {
    const { offeredTo, offeredUntil } = row;
    const isOver = offeredUntil !== undefined && isPast(offeredUntil, now);
    if (offeredTo === undefined || (what !== "offer-withdrawn" && isOver !== (what === "offer-lapsed"))) return "already";
    return what === "offer-accepted" ? withSponsor(row, offeredTo) : omit(row, "offeredTo", "offeredUntil");
  });
}

/** Returns what the worker last noted of a sponsor in Entra. */
export function findSponsorAttempt({ history }: Pick<AccountRow, "history">): AccountHistory | undefined {
  return history.findLast(({ what, by }) => by.kind === "gatehouse" && (what === "sponsored" || what === "not-sponsored"));
}

/** Problems that pass without another sponsor: the colleague gets an account, is enabled, or is the only one with the address. */
const passingProblems: ReadonlySet<string> = new Set(["not-in-tenant", "left", "several"]);
const SPONSOR_RETRY_MS = 7 * MS_PER_DAY;

/** True if the worker may try again to set the sponsor whom it could not set. */
export function mayRetrySponsor(row: AccountRow, now: Date): boolean {
  const { note = "", at = "" } = findSponsorAttempt(row) ?? {};
  if (row.sponsor !== row.sponsorTried || !passingProblems.has(note)) return false;
  const { sponsorTriedAt = at } = row;
  return isPast(timeAfter(sponsorTriedAt, SPONSOR_RETRY_MS), now);
}

/** Keeps the worker from trying the same sponsor again each day. @param came "set", "there-already" or why the sponsor could not be set */
export function noteSponsorAttempt(storedRow: AccountRow | undefined, triedSponsor: string, came: string, now: Date): AccessResult {
  const isSet = came === "set";
  const isThere = isSet || came === "there-already";
  const note = isSet ? {} : { note: came };
  const mayRetry = storedRow !== undefined && mayRetrySponsor(storedRow, now);
  // A try that comes to the same leaves no entry, because it happens each week.
  if (mayRetry && storedRow.sponsor === triedSponsor && findSponsorAttempt(storedRow)?.note === came)
    return changeQuietly(storedRow, { sponsorTriedAt: now.toISOString() });
  return changeAccount(storedRow, { by: accessWorker, ...note }, now, isThere ? "sponsored" : "not-sponsored", (row) => {
    if (row.sponsor !== triedSponsor || (row.sponsorTried === triedSponsor && !mayRetry)) return "already";
    const { sponsorTriedAt: _, ...kept } = isThere ? omit(row, "sponsorSet", "sponsorAdded") : row;
    return { ...kept, sponsorTried: triedSponsor, ...(isSet && { sponsorSet: triedSponsor }) };
  });
}

/** Notes that the worker has set the sponsor, and could not yet take away the one before. Leaves no entry in the history. */
export function noteSponsorAdded(storedRow: AccountRow | undefined, sponsorAdded: string): AccessResult {
  return storedRow === undefined ? { ok: false, why: "unknown" } : changeQuietly(storedRow, { sponsorAdded });
}

/** Leaves no entry in the history. */
function changeQuietly(storedRow: AccountRow, cells: Partial<AccountRow>): AccessResult {
  return { ok: true, row: { ...storedRow, ...cells, turn: storedRow.turn + 1 }, condition: { turn: storedRow.turn } };
}

/** Records nothing if the history already has the same reason. */
export function noteMissingSponsor(storedRow: AccountRow | undefined, why: string, now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker, note: why }, now, "not-sponsored", (row) =>
    row.history.some(({ what, note }) => what === "not-sponsored" && note === why) ? "already" : row,
  );
}

/** Notes that the person was invited again, after the account arrived. @param at when the invitation was sent */
export function noteInvitation(storedRow: AccountRow | undefined, at: string, now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker }, now, "invited", (row) =>
    at <= row.arrivedAt || row.history.some((each) => each.what === "invited" && each.at >= at) ? "already" : row,
  );
}

/** Sets the end of an account that has none yet. */
export function setEnd(storedRow: AccountRow | undefined, until: string, now: Date, renew?: "sponsor" | "approvers"): AccessResult {
  return changeAccount(storedRow, { by: accessWorker }, now, "end-set", (row) =>
    row.endsAt === UNSET ? { ...ending(row, until), ...(renew === "approvers" && { renew }) } : "already",
  );
}

/** No end if `until` is undefined. Reminders begin again. The worker enables a disabled account within the hour. */
export function extendAccess(
  storedRow: AccountRow | undefined,
  until: string | undefined,
  say: AccessSay,
  now: Date,
  what: "extended" | "renewed" = "extended",
): AccessResult {
  return changeAccount(storedRow, say, now, what, (row) => {
    if (until !== undefined && (isPast(until, now) || (row.until !== undefined && Date.parse(until) < Date.parse(row.until))))
      return "no-later";
    if (row.endsAt === (until ?? NEVER)) return "already";
    // While "disabling", the account may be disabled in Entra already. In the state "disabled", the worker checks and enables it.
    return { ...ending(row, until), ...(row.work === "disabling" && { state: "disabled" as const }) };
  });
}

/** Records that the sponsor does not renew: the access ends at `until`, unless somebody extends it. */
export function letEnd(storedRow: AccountRow | undefined, say: AccessSay, now: Date): AccessResult {
  return changeAccount(storedRow, say, now, "let-end", (row) => (row.renew === undefined ? { ...row, renew: "nobody" } : "already"));
}

/** The worker disables the account within the hour. */
export function endAccessNow(storedRow: AccountRow | undefined, say: AccessSay, now: Date): AccessResult {
  return changeAccount(storedRow, say, now, "ended-early", (row) => {
    if (row.state !== "in") return "disabled";
    return row.until !== undefined && isPast(row.until, now) ? "already" : ending(row, now.toISOString());
  });
}

/** @param endsAt the row's earlier end, which may have passed meanwhile */
export function restoreEnd(storedRow: AccountRow | undefined, endsAt: string, say: AccessSay, now: Date): AccessResult {
  return changeAccount(storedRow, say, now, "end-set", (row) => {
    if (row.endsAt === endsAt) return "already";
    const again = { ...ending(row, endsAt === NEVER || endsAt === UNSET ? undefined : endsAt), endsAt };
    if (row.state === "in" && row.work !== "disabling") return again;
    return { ...again, ...keepGiven({ endReason: findEarlyEnding(again)?.reason }), state: "disabled" };
  });
}

/** Finds why access ended at its present end, and the day before which that was. Undefined if it did not end early. */
function findEarlyEnding({ until, history }: AccountRow) {
  const isEnding = (each: AccountHistory) => each.what === "disabling" && each.until !== undefined && each.until === until;
  const index = history.findLastIndex(isEnding);
  const reason = endReasons.find((each) => each === history[index]?.note);
  return (
    reason && { reason, day: history.slice(0, index).findLast((each) => each.until !== undefined && each.what !== "disabling")?.until }
  );
}

function ending(row: AccountRow, until: string | undefined): AccountRow {
  const rest = omit(clearRenewAnswer(row), "until", "idleEnd", "endReason", "idleReminded");
  return { ...rest, ...(until !== undefined && { until }), endsAt: until ?? NEVER, reminded: [] };
}

/** Removes the answer "nobody" of a sponsor, which counts only for one end and one sponsor. */
function clearRenewAnswer(row: AccountRow): AccountRow {
  const { renew, ...rest } = row;
  return renew === "nobody" ? rest : row;
}

/** The text and the recipient of a mail about the end depend on these facts. */
interface MailFacts {
  readonly days?: number;
  /** The sponsor's state. Absent: not looked up, or the directory did not say. */
  readonly sponsor?: "there" | SponsorLoss;
}

function withMailFacts(row: AccountRow, { days, sponsor }: MailFacts): AccountRow {
  const { sponsorLost, ...rest } = row;
  const lossReason = sponsor === undefined ? sponsorLost : sponsor === "there" ? undefined : sponsor;
  return { ...rest, ...(days !== undefined && { days }), ...(lossReason !== undefined && { sponsorLost: lossReason }) };
}

/**
 * Recorded before the mail is sent, so that nobody gets it twice. @param mark days before the end
 * @param early of an earlier end: its first reminder puts it off until `notBefore`, so that the person has all the days
 */
export function remind(
  storedRow: AccountRow | undefined,
  mark: number,
  now: Date,
  {
    language,
    early,
    ...given
  }: MailFacts & { readonly language?: string | undefined; readonly early?: { readonly notBefore: string } } = {},
): AccessResult {
  return changeAccount(storedRow, { by: accessWorker, note: String(mark) }, now, "reminded", (row) => {
    const reminded = early === undefined ? addReminder(row, mark) : addEarlyReminder(row, mark, early.notBefore);
    return reminded && { ...withMailFacts(reminded, given), ...(language !== undefined && { locales: [language] }) };
  });
}

function addReminder(row: AccountRow, mark: number): AccountRow | undefined {
  return row.reminded.includes(mark) ? undefined : { ...row, reminded: [...row.reminded, mark] };
}

function addEarlyReminder(row: AccountRow, mark: number, notBefore: string): AccountRow | undefined {
  const { until, idleEnd, idleReminded = [] } = row;
  if (until === undefined || idleEnd === undefined || idleReminded.includes(mark)) return undefined;
  const end = idleReminded.length === 0 && notBefore > idleEnd ? notBefore : idleEnd;
  return end < until ? { ...row, idleEnd: end, endsAt: end, idleReminded: [...idleReminded, mark] } : undefined;
}

/** Facts about sign-ins and the invitation, and the earlier end that follows; undefined: none. */
export interface Evidence extends Pick<AccountRow, "seenAt" | "seenBy" | "redeemed"> {
  readonly earlier?: { readonly at: string; readonly reason: EndReason } | undefined;
}

/**
 * Leaves no entry in the history, because it happens each day. Reminders of an end that goes away are settled.
 * @param evidence undefined if Entra was asked, and told nothing that counts
 */
export function noteEvidence(storedRow: AccountRow | undefined, evidence: Evidence | undefined, now: Date): AccessResult {
  if (storedRow === undefined) return { ok: false, why: "unknown" };
  const { until } = storedRow;
  if (storedRow.state !== "in" || until === undefined || storedRow.work !== undefined) return { ok: false, why: "already", row: storedRow };
  const condition = { turn: storedRow.turn };
  if (evidence === undefined) return changeQuietly(storedRow, { askedAt: now.toISOString() });
  // An administrator may have reset a redemption that was known.
  const { earlier, redeemed = storedRow.redeemed } = evidence;
  const { idleReminded = [], endReason, ...rest } = omit(storedRow, "idleEnd", "askedAt", "redeemed");
  const early = earlier && {
    idleEnd: earlier.at,
    endReason: earlier.reason,
    idleReminded: endReason === earlier.reason && earlier.at === storedRow.idleEnd ? idleReminded : [],
  };
  const row = {
    ...{ ...rest, ...newerSighting(storedRow, evidence), ...(redeemed && { redeemed }), ...early },
    ...{ checkedAt: now.toISOString(), endsAt: earlier !== undefined && earlier.at < until ? earlier.at : until, turn: storedRow.turn + 1 },
  };
  return { ok: true, row, condition };
}

/** True if a token counts as a new sign-in of the account: at most once a day, and never backwards. @param at when the gate decided on it */
export function isNewSignIn({ seenAt, seenBy, state }: AccountRow, at: string, now: Date): boolean {
  const isNoted = seenAt !== undefined && seenBy !== "attempt" && at < timeAfter(seenAt, MS_PER_DAY);
  return state === "in" && !isNoted && isPast(at, now);
}

/** Never goes back. A success replaces an attempt, even a newer one. */
function newerSighting({ seenAt, seenBy }: AccountRow, found: Evidence): Pick<AccountRow, "seenAt" | "seenBy"> {
  const isNewer = found.seenAt !== undefined && (seenAt === undefined || found.seenAt > seenAt || seenBy === "attempt");
  return isNewer ? { seenAt: found.seenAt, seenBy: found.seenBy } : {};
}

/** Recorded before the change in Entra, so that the worker's next run finishes an interrupted change. */
export function begin(
  storedRow: AccountRow | undefined,
  work: "disabling" | "enabling" | "deleting",
  say: AccessSay,
  now: Date,
): AccessResult {
  return changeAccount(storedRow, say, now, work, (row) => {
    if (row.work === work) return "already";
    if (work !== "disabling" && row.state === "in") return "in";
    if (work === "disabling" && row.state === "disabled" && row.work !== "enabling") return "disabled";
    return { ...(work === "disabling" && row.state === "in" ? withOneEnd(row, say.note) : row), work };
  });
}

/** Makes the end for which access ends the only one, so that it ends for good. @param reason of an earlier end */
function withOneEnd(row: AccountRow, reason: string | undefined): AccountRow {
  const rest = omit(row, "idleEnd", "endReason", "idleReminded");
  const { idleEnd, endReason } = row;
  if (idleEnd !== undefined && endReason !== undefined && endReason === reason)
    return { ...rest, endReason, until: idleEnd, endsAt: idleEnd };
  return { ...rest, endsAt: row.until ?? row.endsAt };
}

/** @param deleteAt the earliest deletion; undefined: never */
export function disable(
  storedRow: AccountRow | undefined,
  deleteAt: string | undefined,
  now: Date,
  mailFacts: MailFacts = {},
): AccessResult {
  return changeAccount(storedRow, { by: accessWorker }, now, "disabled", (row) => {
    if (row.work !== "disabling") return row.state === "disabled" ? "already" : "in";
    const rest = omit(row, "work", "deleteAt");
    return {
      ...{ ...withMailFacts(rest, mailFacts), state: "disabled", disabledAt: now.toISOString() },
      ...(deleteAt !== undefined && { deleteAt }),
    };
  });
}

export function restoreAccess(storedRow: AccountRow | undefined, now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker }, now, "restored", (row) => {
    if (row.state === "in") return "in";
    if (row.until !== undefined && isPast(row.until, now)) return "no-later";
    return { ...enableAccount(row), state: "in" };
  });
}

/**
 * Returns the day until which access goes on if an earlier end no longer stands. Undefined if it ended for good: on its day, by hand, or if
 * its day has passed since.
 */
export function findDayLeft(row: AccountRow, now: Date): string | undefined {
  const day = findEarlyEnding(row)?.day;
  return day !== undefined && !isPast(day, now) ? day : undefined;
}

function dropEarlierEnd(row: AccountRow, now: Date): AccountRow {
  const until = findDayLeft(row, now);
  return until === undefined ? row : { ...omit(row, "endReason"), until, endsAt: until };
}

/** Keeps an account that the worker tried to disable for an earlier end, which no longer stands. */
export function keepAccess(storedRow: AccountRow | undefined, now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker }, now, "end-set", (row) => {
    const hasTried = row.work === "disabling" || findDayLeft(row, now) !== undefined;
    return row.state === "in" && hasTried ? omit(dropEarlierEnd(row, now), "work") : "already";
  });
}

/**
 * Opens the row of an account that somebody enabled in Entra. If access had ended early, it goes on until its day. Otherwise the worker will
 * disable the account again, and then count the days until deletion anew.
 */
export function reopenAccess(storedRow: AccountRow | undefined, now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker, note: ENABLED_ELSEWHERE }, now, "skipped", (row) =>
    row.state === "in" ? "in" : { ...dropEarlierEnd(enableAccount(row), now), state: "in" },
  );
}

function enableAccount(row: AccountRow): AccountRow {
  return omit(row, "work", "disabledAt", "deleteAt");
}

export function end(storedRow: AccountRow | undefined, what: "deleted" | "gone", now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker }, now, what, (row) => {
    const rest = omit(row, "work", "offeredTo", "offeredUntil");
    return { ...rest, state: "ended", expires: Math.floor((now.getTime() + ENDED_DAYS * MS_PER_DAY) / 1_000) };
  });
}

/** Records nothing if the row has no `work` and its last change is a skip for the same reason. Ignores changes of the sponsor. */
export function skip(storedRow: AccountRow | undefined, why: string, now: Date): AccessResult {
  return changeAccount(storedRow, { by: accessWorker, note: why }, now, "skipped", (row) => {
    const last = row.history.findLast(({ what }) => !sponsorChanges.has(what));
    if (last?.what === "skipped" && last.note === why && row.work === undefined) return "already";
    const { work: _, ...rest } = row;
    return rest;
  });
}

function changeAccount(
  storedRow: AccountRow | undefined,
  say: AccessSay,
  now: Date,
  what: AccountChange,
  step: (row: AccountRow) => AccountRow | AccessObjection | undefined,
): AccessResult {
  if (storedRow === undefined) return { ok: false, why: "unknown" };
  if (storedRow.state === "ended") return { ok: false, why: "ended", row: storedRow };
  if (say.note !== undefined && say.note.length > MAX_NOTE) return { ok: false, why: "note-too-long", row: storedRow };
  const next = step(storedRow) ?? "already";
  if (typeof next === "string") return { ok: false, why: next, row: storedRow };
  const isMoved = next.until !== storedRow.until || next.endsAt !== storedRow.endsAt;
  const until = isMoved ? next.until : undefined;
  const was = say.act !== undefined && isMoved ? { was: storedRow.until ?? storedRow.endsAt } : {};
  const row = {
    ...dropStaleLink(storedRow, next),
    turn: storedRow.turn + 1,
    history: [...storedRow.history, { ...entry(what, say, now, until), ...was }].slice(-MAX_HISTORY),
  };
  return { ok: true, row, condition: { turn: storedRow.turn } };
}

function dropStaleLink(before: AccountRow, after: AccountRow): AccountRow {
  if (JSON.stringify(shownToSponsor(before)) === JSON.stringify(shownToSponsor(after))) return after;
  return dropRenewalLink(after);
}

function entry(what: AccountChange, { by, note, concerns = [], act }: AccessSay, now: Date, until: string | undefined): AccountHistory {
  const answered = concerns.length === 0 ? {} : { concerns };
  return { at: now.toISOString(), what, by, ...buildNoteField(note), ...keepGiven({ until, act }), ...answered };
}

/** Adds the days to the present end. If that end has passed, or there is none, adds them to today. */
export function laterEnd(row: Pick<AccountRow, "until">, days: number, now: Date): string {
  const today = now.toISOString();
  const { until = today } = row;
  return timeAfter(isPast(until, now) ? today : until, days * MS_PER_DAY);
}
