import { normaliseEmail } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { type AccountRow, shownToSponsor } from "../accounts/account";
import { isLinkSecret, isSameHash, shownHash, toMailDecider } from "../approvals/mail-secret";
import type { ExpiryOfGates, GateExpiry } from "./expiry";
import { answersFor, asksSponsor } from "./renewable";

// A sponsor's answer by the link in a mail. The link contains a secret, and the account's row keeps a hash of the secret.

/** A link is valid for this many days. Reminders are weeks apart, and each reminder replaces the link. */
export const RENEWAL_LINK_DAYS = 30;

export interface AskingAccount {
  readonly account: AccountRow;
  readonly expiry: GateExpiry;
  /** The sponsor's address. The mail goes to it, and the answer is recorded under it. */
  readonly address: string;
}

/**
 * The account whose sponsor is asked. Undefined unless the policy asks sponsors, the end is near, and the account has an existing sponsor
 * other than the person.
 */
export function askingSponsor(account: AccountRow | undefined, gates: ExpiryOfGates, now: Date): AskingAccount | undefined {
  const address = account?.sponsor === undefined ? undefined : normaliseEmail(account.sponsor);
  if (account === undefined || address === undefined || account.sponsorLost !== undefined) return undefined;
  const expiry = gates[account.gate ?? DEFAULT_GATE];
  if (expiry === undefined || !asksSponsor(account, expiry, now) || !answersFor(account, toMailDecider(address))) return undefined;
  return { account, expiry, address };
}

export function buildRenewalLink(asking: AskingAccount, secret: string, now: Date): NonNullable<AccountRow["renewalLink"]> {
  return { hash: hashOfRenewal(asking, secret), until: timeAfter(now.toISOString(), RENEWAL_LINK_DAYS * MS_PER_DAY) };
}

/**
 * The account of a link. Undefined if the link is wrong, used or expired, or if the facts that the page shows have changed since the mail
 * was sent.
 */
export function accountOfLink(
  storedRow: AccountRow | undefined,
  secret: string,
  gates: ExpiryOfGates,
  now: Date,
): AskingAccount | undefined {
  const asking = askingSponsor(storedRow, gates, now);
  const link = asking?.account.renewalLink;
  if (asking === undefined || link === undefined || !isLinkSecret(secret)) return undefined;
  return isSameHash(link.hash, hashOfRenewal(asking, secret)) && !isPast(link.until, now) ? asking : undefined;
}

function hashOfRenewal({ account, expiry: { days }, address }: AskingAccount, secret: string): string {
  return shownHash({ id: account.id, address, days, ...shownToSponsor(account) }, secret);
}

/** The path of the page for sponsors' answers. The page is on the server of the page where requests are decided. */
export const RENEW_PATH = "/renew";
