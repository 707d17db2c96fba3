import { normaliseEmail } from "../../engine/sign-up/email";
import { type AccountRow, daysUntil, ENDING_DAYS } from "../accounts/account";
import { type AccessResult, type AccessSay, extendAccess, laterEnd, letEnd } from "../accounts/change";
import { type Decider, isOwnRequest, isOwnSponsor } from "../approvals/own-request";
import { isAskedAt } from "../approvals/stages";
import type { GateExpiry } from "./expiry";

// Renewal by sponsors: which accounts, when, and the effect of an answer.

/** A sponsor's answers, with their actions in the trail. */
export const sponsorActions = { renew: "access.renewed", "let-end": "access.let-end" } as const;
export type SponsorAnswer = keyof typeof sponsorActions;

export function isSponsorAnswer(text: string): text is SponsorAnswer {
  return Object.hasOwn(sponsorActions, text);
}

/** Days before the end from which a sponsor may renew: from the first reminder on. */
export function noticeDays({ remind }: Pick<GateExpiry, "remind">): number {
  return Math.max(ENDING_DAYS, ...remind);
}

/** True for the sponsor of an account's person, by address, or the sponsor's delegate. Never for the person themselves. */
export function answersFor(
  { id, email, sponsor }: Pick<AccountRow, "id" | "email" | "sponsor">,
  decider: Pick<Decider, "objectId" | "names" | "addresses" | "standsInFor">,
): boolean {
  const address = sponsor === undefined ? undefined : normaliseEmail(sponsor);
  if (address === undefined || isOwnSponsor({ email, sponsor: address })) return false;
  return isAskedAt(address, decider) && !isOwnRequest({ email, identities: [], account: { id } }, decider);
}

/** True if a sponsor decides now on an end: it is near, and the policy asks sponsors. */
export function asksSponsor(
  { state, until, renew }: Pick<AccountRow, "state" | "until" | "renew">,
  expiry: GateExpiry | undefined,
  now: Date,
): boolean {
  if (expiry === undefined || expiry.renew !== "sponsor" || renew === "approvers") return false;
  return state !== "ended" && until !== undefined && daysUntil(until, now) <= noticeDays(expiry);
}

/** True if a sponsor may still let access end on its day: it has not ended, and they have not done so. */
export function mayLetEnd({ state, renew }: Pick<AccountRow, "state" | "renew">): boolean {
  return state === "in" && renew === undefined;
}

/** Returns the account's row after its sponsor's answer. The caller checks whether they may answer. */
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
