import { normaliseDomain, partsOf } from "./email";
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

/** How many characters a fact is about, at least. */
const needsCharacters: Readonly<Record<MailProvider["facts"][number]["fact"], number>> = {
  tags: 0,
  ignores: 1,
  same: 2,
  "one-mailbox": 0,
  subdomains: 0,
};

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

/**
 * What is known of addresses at each domain, to admit people by or to refuse them.
 * Throws TypeError for data that cannot be meant.
 */
export function spellingRules(providers: readonly MailProvider[], counts: "allow" | "deny"): RulesByDomain {
  const rules = new Map<string, SpellingRules>();
  for (const provider of providers) {
    for (const problem of problemsOf(provider)) throw new TypeError(`Mail provider ${JSON.stringify(provider.name)}: ${problem}.`);
    const facts = provider.facts.filter((fact) => counts === "deny" || fact.counts !== "deny");
    const has = (name: string) => facts.some(({ fact }) => fact === name);
    const charactersOf = (name: string) => [...(facts.find(({ fact }) => fact === name)?.characters ?? "")];
    const ignored = charactersOf("ignores");
    const [first = "", ...others] = charactersOf("same");
    for (const domain of provider.domains) {
      if (rules.has(domain)) throw new TypeError(`Mail provider ${JSON.stringify(provider.name)}: ${domain} is there twice.`);
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

function problemsOf({ domains, facts }: MailProvider): readonly string[] {
  if (domains.length === 0 || facts.length === 0) return ["it has no domain or no fact"];
  return [
    ...domains.filter((domain) => normaliseDomain(domain) !== domain).map((domain) => `${JSON.stringify(domain)} is no domain`),
    ...facts.flatMap(({ fact, characters = "", source, checked }, index) => [
      ...(!Object.hasOwn(needsCharacters, fact) ? [`there is no fact ${JSON.stringify(fact)}`] : []),
      ...(facts.findIndex((other) => other.fact === fact) < index ? [`${fact} is there twice`] : []),
      ...(new Set(characters).size < needsCharacters[fact] || !/^[._-]*$/.test(characters) ? [`${fact} lacks its characters`] : []),
      ...(fact === "one-mailbox" && domains.length < 2 ? ["one-mailbox needs two domains"] : []),
      ...(/^https:\/\/[^/\s]+\.[^/\s]\S*$/.test(source) ? [] : [`${fact} has no source`]),
      ...(/^20\d\d-(0[1-9]|1[0-2])$/.test(checked) ? [] : [`${fact} has no month in which it was checked`]),
    ]),
  ];
}
