import { splitAddress } from "./email";
import { knownMailboxes, mailProviders, nameAndTag, spelledBy, spellingRules } from "./spellings";

// Spellings of typed addresses, as tables store them.

const knownForDeny = spellingRules(mailProviders, "deny");

/** Returns every spelling under which a table may have a mailbox, if the table stores addresses as typed. @param email normalised */
export function sameMailbox(email: string): readonly string[] {
  const mailbox = spelledBy(knownMailboxes, email);
  if (mailbox === undefined) return [email];
  return [...new Set([email, ...(knownMailboxes.get(splitAddress(email).domain)?.tags ? [withoutTag(email)] : []), mailbox])];
}

/**
 * Returns the spelling under which a deny of an address is stored, so that the deny covers all spellings of the mailbox. Removes the +tag,
 * even if the provider does not support tags.
 * @param email normalised
 */
export function toBaseSpelling(email: string): string {
  const tagless = withoutTag(email);
  return spelledBy(knownForDeny, tagless) ?? tagless;
}

/** Removes the +tag of an address. @param email normalised */
export function withoutTag(email: string): string {
  const { local, domain } = splitAddress(email);
  // Without its tag, `kim.+tag` would end in a dot and be no address, so the dot is removed too.
  return `${nameAndTag(local).name.replace(/\.$/, "")}@${domain}`;
}

/**
 * Returns the domains whose addresses may have a base spelling at the given domain. If a name is one mailbox at all domains of the
 * provider, returns all these domains. Otherwise returns only the given domain.
 */
export function domainsBeside(domain: string): readonly string[] {
  return mailProviders.find(({ domains, oneMailbox }) => oneMailbox && domains.includes(domain))?.domains ?? [domain];
}
