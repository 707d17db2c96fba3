import type { Decider } from "../../engine/audited-change";
import { normaliseEmail } from "../../engine/sign-up/email";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type AccountActor, type AccountRow, daysUntil, ENDING_DAYS, earliestEnd, sponsorChanges } from "../accounts/account";
import { type AccessResult, type AccessSay, extendAccess, laterEnd, letEnd } from "../accounts/change";
import { isOwnRequest, isOwnSponsor } from "../approvals/own-request";
import { isSameActor } from "../approvals/request";
import { isAskedAt } from "../approvals/stages";
import type { GateExpiry } from "./expiry";

export const sponsorActions = { renew: "access.renewed", "let-end": "access.let-end" } as const;
export type SponsorAnswer = keyof typeof sponsorActions;

/** Returns how many days before the end a sponsor may first renew: `ENDING_DAYS`, or more if the first reminder is earlier. */
export function noticeDays({ remind }: Pick<GateExpiry, "remind">): number {
  return Math.max(ENDING_DAYS, ...remind);
}

/** True if the decider has the sponsor's address or stands in for the sponsor. Never true for the account's own person. */
export function answersFor(
  { id, email, sponsor }: Pick<AccountRow, "id" | "email" | "sponsor">,
  decider: Pick<Decider, "objectId" | "names" | "addresses" | "standsInFor">,
): boolean {
  const address = sponsor === undefined ? undefined : normaliseEmail(sponsor);
  if (address === undefined || isOwnSponsor({ email, sponsor: address })) return false;
  return isAskedAt(address, decider) && !isOwnRequest({ email, identities: [], account: { id } }, decider);
}

/**
 * True if the end is near, the policy and the account's row leave renewal to the sponsor, and the end is not one that an operator set
 * early.
 */
export function asksSponsor(
  row: Pick<AccountRow, "state" | "until" | "idleEnd" | "renew" | "history">,
  expiry: GateExpiry | undefined,
  now: Date,
): boolean {
  const { state, renew, history } = row;
  if (expiry === undefined || expiry.renew !== "sponsor" || renew === "approvers") return false;
  const extension = history.findLast((change) => change.until !== undefined);
  const until = earliestEnd(row);
  return state !== "ended" && until !== undefined && daysUntil(until, now) <= noticeDays(expiry) && extension?.what !== "ended-early";
}

export function mayLetEnd({ state, renew }: Pick<AccountRow, "state" | "renew">): boolean {
  return state === "in" && renew === undefined;
}

/**
 * If this person renewed access within the last day and nothing has changed since, returns the end before the renewal, which the person may
 * restore. Otherwise undefined. Naming another sponsor does not count as a change.
 */
export function endToRestore({ history }: Pick<AccountRow, "history">, by: AccountActor, now: Date): string | undefined {
  const changes = history.filter(({ what }) => !sponsorChanges.has(what));
  const last = changes.at(-1);
  const isOwn = last?.what === "renewed" && isSameActor(last.by, by);
  if (!isOwn || now.getTime() - Date.parse(last.at) > MS_PER_DAY) return undefined;
  return changes.slice(0, -1).findLast(({ until }) => until !== undefined)?.until;
}

/** The caller checks whether the person who answers may do so. */
export function answeredBySponsor(
  storedRow: AccountRow,
  answer: SponsorAnswer,
  { days }: GateExpiry,
  say: AccessSay,
  now: Date,
): AccessResult {
  if (answer === "renew") return extendAccess(storedRow, laterEnd(storedRow, days, now), say, now, "renewed");
  return mayLetEnd(storedRow) ? letEnd(storedRow, say, now) : { ok: false, why: "already", row: storedRow };
}
