import { partsOf } from "./email";
import { type MailProvider, mailProviders } from "./mail-providers";

/** What becomes of an address at one domain. */
interface SpellingRules {
  /** The domain of the mailbox's one spelling. */
  readonly domain: string;
  readonly tags: boolean;
  readonly subdomains: boolean;
  /** Takes out what makes no difference. */
  plain(name: string): string;
  /** Evens out what is one and the same. */
  even(name: string): string;
}

type RulesByDomain = ReadonlyMap<string, SpellingRules>;

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

/** What is known of addresses at each domain, to admit people by or to refuse them. */
export function spellingRules(providers: readonly MailProvider[], counts: "allow" | "deny"): RulesByDomain {
  const rules = new Map<string, SpellingRules>();
  for (const provider of providers) {
    const facts = provider.facts.filter((fact) => counts === "deny" || fact.counts !== "deny");
    const has = (name: string) => facts.some(({ fact }) => fact === name);
    const charactersOf = (name: string) => [...(facts.find(({ fact }) => fact === name)?.characters ?? "")];
    const ignored = charactersOf("ignores");
    const [first = "", ...others] = charactersOf("same");
    for (const domain of provider.domains) {
      if (facts.length === 0) continue;
      rules.set(domain, {
        domain: has("one-mailbox") ? (provider.domains[0] as string) : domain,
        tags: has("tags"),
        subdomains: has("subdomains"),
        plain: (name) => ignored.reduce((text, character) => text.replaceAll(character, ""), name),
        even: (name) => others.reduce((text, character) => text.replaceAll(character, first), name),
      });
    }
  }
  return rules;
}
