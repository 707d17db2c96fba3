import { splitAddress } from "./email";
import { knownMailboxes, mailProviders, nameAndTag, spelledBy, spellingRules } from "./spellings";

// Spellings under which tables keep addresses that somebody typed.

const knownForDeny = spellingRules(mailProviders, "deny");

/** Returns every spelling that a mailbox may have in a table that stores addresses as typed. @param email normalised */
export function sameMailbox(email: string): readonly string[] {
  const mailbox = spelledBy(knownMailboxes, email);
  if (mailbox === undefined) return [email];
  return [...new Set([email, ...(knownMailboxes.get(splitAddress(email).domain)?.tags ? [withoutTag(email)] : []), mailbox])];
}

/**
 * Returns the spelling under which a deny of an address is stored, so that the deny covers all spellings: the mailbox without +tag, even if
 * the provider does not support tags.
 * @param email normalised
 */
export function toBaseSpelling(email: string): string {
  const tagless = withoutTag(email);
  return spelledBy(knownForDeny, tagless) ?? tagless;
}

/** Removes the +tag of an address. @param email normalised */
export function withoutTag(email: string): string {
  const { local, domain } = splitAddress(email);
  // kim.+tag without its tag would not be an address, so the dot is removed too.
  return `${nameAndTag(local).name.replace(/\.$/, "")}@${domain}`;
}

/**
 * Returns the domains at which an address may have its base spelling at this domain: all of the provider's domains if a name is one mailbox
 * at all of them, else only this domain.
 */
export function domainsBeside(domain: string): readonly string[] {
  return mailProviders.find(({ domains, oneMailbox }) => oneMailbox && domains.includes(domain))?.domains ?? [domain];
}
