import { normaliseEmail, splitAddress } from "./email";
import { knownMailboxes, mailProviders, nameAndTag, spelledBy, spellingRules } from "./spellings";

const knownForDeny = spellingRules(mailProviders, "deny");
const isAscii = /^[ -~]*$/;

/** A table that stores addresses as typed may have the mailbox under any of the returned spellings. @param email normalised */
export function sameMailbox(email: string): readonly string[] {
  const mailbox = spelledBy(knownMailboxes, email);
  if (mailbox === undefined) return [email];
  return [...new Set([email, ...(knownMailboxes.get(splitAddress(email).domain)?.tags ? [withoutTag(email)] : []), mailbox])];
}

/**
 * Returns the spelling under which a deny covers the whole mailbox. Removes the +tag even if the provider has no tags. Folds letters that
 * mail servers hold for the same.
 * @param email normalised
 */
export function toBaseSpelling(email: string): string {
  return toCountedSpelling(foldLetters(email));
}

/**
 * Like the base spelling, but does not fold letters. Ids of stored rows are made of it: with folded letters, they would be other ids.
 * @param email normalised
 */
export function toCountedSpelling(email: string): string {
  const tagless = withoutTag(email);
  return spelledBy(knownForDeny, tagless) ?? tagless;
}

/**
 * Folds case as Unicode does in full: ß becomes ss, ς becomes σ. Postfix 3.7 looks up users in this spelling. An address that
 * would become too long stays.
 * @param email normalised
 */
export function foldLetters(email: string): string {
  if (isAscii.test(email)) return email;
  // A dotless i stays: no mail server takes it for an i.
  const folded = [...email].map((letter) => (letter === "\u0131" ? letter : letter.toLowerCase().toUpperCase().toLowerCase())).join("");
  return normaliseEmail(folded) ?? email;
}

/** @param email normalised */
export function withoutTag(email: string): string {
  const { local, domain } = splitAddress(email);
  // `kim.+tag` without its tag would end in a dot, and be no address.
  return `${nameAndTag(local).name.replace(/\.$/, "")}@${domain}`;
}

/** Returns the given domain, or all domains of its provider if a name is the same mailbox at all of them. */
export function domainsBeside(domain: string): readonly string[] {
  return mailProviders.find(({ domains, oneMailbox }) => oneMailbox && domains.includes(domain))?.domains ?? [domain];
}
