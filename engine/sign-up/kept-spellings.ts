import { splitAddress } from "./email";
import { knownMailboxes, mailProviders, nameAndTag, spelledBy, spellingRules } from "./spellings";

// Spellings under which tables keep addresses that somebody typed.

const knownForDeny = spellingRules(mailProviders, "deny");

/** Every spelling under which a mailbox may stand in a table that keeps addresses as they were typed. @param email normalised */
export function sameMailbox(email: string): readonly string[] {
  const mailbox = spelledBy(knownMailboxes, email);
  if (mailbox === undefined) return [email];
  return [...new Set([email, ...(knownMailboxes.get(splitAddress(email).domain)?.tags ? [withoutTag(email)] : []), mailbox])];
}

/**
 * The spelling under which a deny of an address is kept, and reaches every other one: the mailbox, without +tag whatever the
 * provider makes of tags. @param email normalised
 */
export function toBaseSpelling(email: string): string {
  const tagless = withoutTag(email);
  return spelledBy(knownForDeny, tagless) ?? tagless;
}

/** The address without its +tag. @param email normalised */
export function withoutTag(email: string): string {
  const { local, domain } = splitAddress(email);
  // kim.+tag without its tag would be no address: the dot goes too.
  return `${nameAndTag(local).name.replace(/\.$/, "")}@${domain}`;
}

/** The domains at which another mailbox may have an address of this domain as its base. */
export function domainsBeside(domain: string): readonly string[] {
  return mailProviders.find(({ domains, oneMailbox }) => oneMailbox && domains.includes(domain))?.domains ?? [domain];
}
