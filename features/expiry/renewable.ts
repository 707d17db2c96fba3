import { normaliseEmail } from "../../engine/sign-up/email";
import { type AccountRow, daysUntil, ENDING_DAYS } from "../accounts/account";
import { type AccessResult, type AccessSay, extendAccess, laterEnd, letEnd } from "../accounts/change";
import { type Decider, isOwnRequest, isOwnSponsor } from "../approvals/own-request";
import { isAskedAt } from "../approvals/stages";
import type { GateExpiry } from "./expiry";

// Whose access a sponsor may renew, when, and what their answer does.

/** What a sponsor can answer, with the action that the trail names it by. */
export const sponsorActions = { renew: "access.renewed", "let-end": "access.let-end" } as const;
export type SponsorAnswer = keyof typeof sponsorActions;

export function isSponsorAnswer(text: string): text is SponsorAnswer {
  return Object.hasOwn(sponsorActions, text);
}

/** How many days before the end a sponsor may renew: from the first reminder on, however early that is. */
export function noticeDays({ remind }: Pick<GateExpiry, "remind">): number {
  return Math.max(ENDING_DAYS, ...remind);
}

/** Whether somebody is the sponsor of an account's person, by their address, or the sponsor's delegate. Nobody answers for themselves. */
export function answersFor(
  { id, email, sponsor }: Pick<AccountRow, "id" | "email" | "sponsor">,
  decider: Pick<Decider, "objectId" | "names" | "addresses" | "standsInFor">,
): boolean {
  const address = sponsor === undefined ? undefined : normaliseEmail(sponsor);
  if (address === undefined || isOwnSponsor({ email, sponsor: address })) return false;
  return isAskedAt(address, decider) && !isOwnRequest({ email, identities: [], account: { id } }, decider);
}

/** Whether a sponsor decides now on an end: it is near, and the policy asks sponsors. */
export function asksSponsor(
  { state, until, renew }: Pick<AccountRow, "state" | "until" | "renew">,
  expiry: GateExpiry | undefined,
  now: Date,
): boolean {
  if (expiry === undefined || expiry.renew !== "sponsor" || renew === "approvers") return false;
  return state !== "ended" && until !== undefined && daysUntil(until, now) <= noticeDays(expiry);
}

/** Whether a sponsor may still say that access ends on its day: it has not ended, and they have not said so. */
export function mayLetEnd({ state, renew }: Pick<AccountRow, "state" | "renew">): boolean {
  return state === "in" && renew === undefined;
}

/** The account's row after its sponsor's answer. Whether they may answer is for the caller to see. */
export function answeredBySponsor(
  stored: AccountRow,
  answer: SponsorAnswer,
  { days }: GateExpiry,
  say: AccessSay,
  now: Date,
): AccessResult {
  if (answer === "renew") return extendAccess(stored, laterEnd(stored, days, now), say, now, "renewed");
  return mayLetEnd(stored) ? letEnd(stored, say, now) : { ok: false, why: "already", row: stored };
}
