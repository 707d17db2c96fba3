import { guestAddress, isGuestName } from "./directory-account";
import { normaliseEmail, splitAddress } from "./sign-up/email";

/** Reasons why no sign-up can have an address, although the address has the right form. */
export type UnmatchedProblem =
  | { readonly code: "guestName"; readonly address?: string }
  | { readonly code: "wildcardInAddress"; readonly domain: string }
  | { readonly code: "notGmailName" };

/** Wildcards: `*`, `?` and, at either end, `%` as in SQL. */
const wildcard = /[*?]|^%|%$/;
/** Letters, digits and periods, at most 30: support.google.com/mail/answer/9211434. No minimum, because older addresses are shorter. */
const gmailName = /^[a-z0-9.]+$/;
const MAX_GMAIL_LENGTH = 30;

/** @param email normalised */
export function readUnmatched(email: string): UnmatchedProblem | undefined {
  const { local, domain } = splitAddress(email);
  if (isGuestName(email)) {
    const address = guestAddress(email);
    return { code: "guestName", ...(address !== undefined && { address }) };
  }
  if (wildcard.test(local)) return { code: "wildcardInAddress", domain };
  if ((domain === "gmail.com" || domain === "googlemail.com") && !isGmailName(local)) return { code: "notGmailName" };
  return undefined;
}

function isGmailName(local: string): boolean {
  const [name = ""] = local.split("+");
  return gmailName.test(name) && name.replaceAll(".", "").length <= MAX_GMAIL_LENGTH;
}

export function normalisePossibleEmail(typedText: string): string | undefined {
  const email = normaliseEmail(typedText);
  return email === undefined || readUnmatched(email) !== undefined ? undefined : email;
}

/** True for an address, as Gatehouse keeps it, to which mail can go. */
export function isPossibleEmail(address: string): boolean {
  return normalisePossibleEmail(address) === address;
}

/** Returns the names of an account to which mail can go: not the name that Entra gives a guest. */
export function listPossibleEmails(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => normalisePossibleEmail(name) ?? []);
}
