import { normaliseEmail, splitAddress } from "./email";

/** A mail provider that delivers several spellings to one mailbox. */
export interface MailProvider {
  /** The provider's domains, in lower case. If all domains reach one mailbox, it is stored under the first. */
  readonly domains: readonly string[];
  /** True if a tag makes no difference: `kim+news` is `kim`. */
  readonly tags?: true;
  /** Characters of a name that make no difference: Gmail ignores dots. */
  readonly ignores?: string;
  /** Characters that count as equal: at Yandex, `-` is `.`. */
  readonly same?: string;
  /** True if a name is the same mailbox at all of the provider's domains. */
  readonly oneMailbox?: true;
  /** True if a subdomain stands for the name: `news@kim.fastmail.com` is `kim@fastmail.com`. */
  readonly subdomains?: true;
  /** Members that count only when people are refused: users report these facts, but the provider does not document them. */
  readonly denyOnly?: readonly ProviderFact[];
}

type ProviderFact = "tags" | "ignores" | "same" | "oneMailbox" | "subdomains";

/** The providers as of 2026-11. Facts without a source are left out: +tags at Yandex and Daum, further domains of Fastmail. */
export const mailProviders: readonly MailProvider[] = [
  // https://support.google.com/mail/answer/7436150 (dots), https://gmail.googleblog.com/2008/03/2-hidden-ways-to-get-more-from-your.html
  // (tags), https://google-info-blog.blogspot.com, which quotes Google's announcement of 2012 (one mailbox): its own page is gone.
  { domains: ["gmail.com", "googlemail.com"], ignores: ".", tags: true, oneMailbox: true },
  // Microsoft documents tags for Exchange Online only. The press says that Outlook.com has had them since 2013:
  // https://www.zdnet.com/article/microsoft-adds-support-for-custom-email-addresses-in-office-365/
  { domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"], tags: true },
  // https://support.apple.com/118230 (one mailbox), https://kosukety.org/use-plus-sign-alias-in-icloud (tags, of which Apple says nothing).
  { domains: ["icloud.com", "me.com", "mac.com"], oneMailbox: true, tags: true },
  // https://www.fastmail.help/hc/en-us/articles/360060591053
  { domains: ["fastmail.com", "fastmail.fm"], tags: true, subdomains: true },
  // https://proton.me/support/change-username (dots), /creating-aliases (tags), /addresses-and-aliases (one mailbox).
  { domains: ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"], ignores: ".-_", tags: true, oneMailbox: true },
  // https://yandex.com/support/passport/authorization/registration.html (`same`),
  // https://yandex.com/support/domain/additional/mailbox-alias.xml
  { domains: ["yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"], same: "-.", oneMailbox: true },
  // Daum: https://rachan.tistory.com/6
  { domains: ["daum.net", "hanmail.net"], oneMailbox: true, denyOnly: ["oneMailbox"] },
];

interface SpellingRules {
  /** The domain in the canonical spelling of a mailbox. */
  readonly domain: string;
  readonly tags: boolean;
  readonly subdomains: boolean;
  plain(name: string): string;
  even(name: string): string;
}

type RulesByDomain = ReadonlyMap<string, SpellingRules>;

const knownMailboxes = spellingRules(mailProviders, "allow");
/** Returns the normalised mailbox of a typed address; empty for any text that is no address. */
export function readMailbox(typed: string): string {
  const email = normaliseEmail(typed);
  return email === undefined ? "" : normaliseMailbox(email);
}

/** Leaves addresses at unknown providers unchanged. @param email normalised */
export function normaliseMailbox(email: string): string {
  return spelledBy(knownMailboxes, email) ?? email;
}

/** Returns undefined if the domain has no spelling rules, or if no name would be left. */
export function spelledBy(rules: RulesByDomain, email: string): string | undefined {
  const { local, domain } = splitSubdomainAddress(rules, email);
  const at = rules.get(domain);
  if (at === undefined) return undefined;
  const { name, tag } = nameAndTag(local);
  const plain = at.plain(name);
  // An empty name, or `kim.` of `kim.+tag`, would not be an address.
  if (plain === "" || plain.endsWith(".")) return undefined;
  return `${at.even(plain)}${at.tags ? "" : tag}@${at.domain}`;
}

/** kim and fastmail.com for news@kim.fastmail.com. */
function splitSubdomainAddress(rules: RulesByDomain, email: string): { readonly local: string; readonly domain: string } {
  const { local, domain } = splitAddress(email);
  const dot = domain.indexOf(".");
  const parent = domain.slice(dot + 1);
  return rules.get(parent)?.subdomains ? { local: domain.slice(0, dot), domain: parent } : { local, domain };
}

/** A local part that is only a tag stays whole. */
function nameAndTag(local: string): { readonly name: string; readonly tag: string } {
  const plus = local.indexOf("+");
  return plus > 0 ? { name: local.slice(0, plus), tag: local.slice(plus) } : { name: local, tag: "" };
}

/** @param counts "allow" for admitting people, without the facts in `denyOnly`; "deny" for refusing people */
export function spellingRules(providers: readonly MailProvider[], counts: "allow" | "deny"): RulesByDomain {
  const rules = new Map<string, SpellingRules>();
  for (const provider of providers) {
    const fact = <Name extends ProviderFact>(name: Name): MailProvider[Name] =>
      counts === "allow" && provider.denyOnly?.includes(name) ? undefined : provider[name];
    const [ignored, same] = [[...(fact("ignores") ?? "")], [...(fact("same") ?? "")]];
    const facts = { tags: fact("tags") ?? false, subdomains: fact("subdomains") ?? false };
    if (!(facts.tags || facts.subdomains || fact("oneMailbox") || ignored.length + same.length > 0)) continue;
    for (const domain of provider.domains) {
      rules.set(domain, {
        domain: fact("oneMailbox") ? (provider.domains[0] as string) : domain,
        ...facts,
        plain: (name) => ignored.reduce((text, character) => text.replaceAll(character, ""), name),
        even: (name) => same.reduce((text, character) => text.replaceAll(character, same[0] as string), name),
      });
    }
  }
  return rules;
}

const knownForDeny = /* @__PURE__ */ spellingRules(mailProviders, "deny");
const isAscii = /^[ -~]*$/;

/** A table that stores addresses as typed may have the mailbox under any of the returned spellings. @param email normalised */
export function sameMailbox(email: string): readonly string[] {
  const mailbox = spelledBy(knownMailboxes, email);
  if (mailbox === undefined) return [email];
  return [...new Set([email, ...(knownMailboxes.get(splitAddress(email).domain)?.tags ? [removeTag(email)] : []), mailbox])];
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
  const tagless = removeTag(email);
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
export function removeTag(email: string): string {
  const { local, domain } = splitAddress(email);
  // `kim.+tag` without its tag would end in a dot, and be no address.
  return `${nameAndTag(local).name.replace(/\.$/, "")}@${domain}`;
}

/** Returns the given domain, or all domains of its provider if a name is the same mailbox at all of them. */
export function domainsBeside(domain: string): readonly string[] {
  return mailProviders.find(({ domains, oneMailbox }) => oneMailbox && domains.includes(domain))?.domains ?? [domain];
}
