import { partsOf } from "../sign-up/email";
import { mailProviders } from "./mail-providers";
import { type RulesByDomain, spellingRules } from "./spelling-rules";

// Read when the policy is loaded: malformed data ends the build, not a sign-up.
const known = spellingRules(mailProviders, "allow");
const knownForDeny = spellingRules(mailProviders, "deny");

/** The one spelling of the mailbox at known providers; any other address as it is. @param email normalised */
export function mailboxOf(email: string): string {
  return spelledBy(known, email) ?? email;
}

/** Every spelling under which a mailbox may stand in a table that keeps addresses as they were typed. @param email normalised */
export function sameMailbox(email: string): readonly string[] {
  const mailbox = spelledBy(known, email);
  if (mailbox === undefined) return [email];
  return [...new Set([email, ...(known.get(partsOf(email).domain)?.tags ? [withoutTag(email)] : []), mailbox])];
}

/**
 * The spelling under which a deny of an address is kept, and reaches every other one: the mailbox, without +tag whatever the
 * provider makes of tags. @param email normalised
 */
export function baseOf(email: string): string {
  const tagless = withoutTag(email);
  return spelledBy(knownForDeny, tagless) ?? tagless;
}

/** The address without its +tag. @param email normalised */
export function withoutTag(email: string): string {
  const { local, domain } = partsOf(email);
  // kim.+tag without its tag would be no address: the dot goes too.
  return `${nameAndTag(local).name.replace(/\.$/, "")}@${domain}`;
}

/** Undefined where no mailbox is known. */
function spelledBy(rules: RulesByDomain, email: string): string | undefined {
  const { local, domain } = accountOf(rules, email);
  const at = rules.get(domain);
  if (at === undefined) return undefined;
  const { name, tag } = nameAndTag(local);
  const plain = at.plain(name);
  // Nothing, or kim. of kim.+tag, would be no address.
  if (plain === "" || plain.endsWith(".")) return undefined;
  return `${at.even(plain)}${at.tags ? "" : tag}@${at.domain}`;
}

/** For news@kim.fastmail.com that is kim at fastmail.com. */
function accountOf(rules: RulesByDomain, email: string): { readonly local: string; readonly domain: string } {
  const { local, domain } = partsOf(email);
  const dot = domain.indexOf(".");
  const parent = domain.slice(dot + 1);
  return rules.get(parent)?.subdomains ? { local: domain.slice(0, dot), domain: parent } : { local, domain };
}

/** A local part that is nothing but a tag stays whole. */
function nameAndTag(local: string): { readonly name: string; readonly tag: string } {
  const plus = local.indexOf("+");
  return plus > 0 ? { name: local.slice(0, plus), tag: local.slice(plus) } : { name: local, tag: "" };
}
