import { isOwnSponsor } from "../approvals/invitation";
import { type Decider, isOwnRequest } from "../approvals/own-request";
import { isAskedAs } from "../approvals/stages";
import { normaliseEmail } from "../sign-up/email";
import { type AccountRow, daysUntil } from "./account";
import type { AccessTerms } from "./terms";

// Whose access a sponsor may renew, and when.

/** Access that ends within that many days ends soon. */
export const ENDING_DAYS = 30;

/** How many days before the end a sponsor may renew: from the first reminder on, however early that is. */
export function noticeDays({ remind }: Pick<AccessTerms, "remind">): number {
  return Math.max(ENDING_DAYS, ...remind);
}

/** Whether somebody is the sponsor of an account's person, by their address. Nobody answers for themselves. */
export function answersFor(
  { id, email, sponsor }: Pick<AccountRow, "id" | "email" | "sponsor">,
  decider: Pick<Decider, "objectId" | "names" | "addresses">,
): boolean {
  const address = sponsor === undefined ? undefined : normaliseEmail(sponsor);
  if (address === undefined || isOwnSponsor({ email, sponsor: address })) return false;
  const { addresses } = decider;
  return isAskedAs(address, { names: [], addresses }) && !isOwnRequest({ email, identities: [], account: { id } }, decider);
}

/** Whether a sponsor decides now on an end: it is near, and the policy asks sponsors. */
export function asksSponsor(
  { state, until, renew }: Pick<AccountRow, "state" | "until" | "renew">,
  terms: AccessTerms | undefined,
  now: Date,
): boolean {
  if (terms === undefined || terms.renew !== "sponsor" || renew === "approvers") return false;
  return state !== "ended" && until !== undefined && daysUntil(until, now) <= noticeDays(terms);
}
