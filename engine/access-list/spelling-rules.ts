import { normaliseDomain } from "../sign-up/email";
import type { MailProvider } from "./mail-providers";

/** What becomes of an address at one domain. */
export interface SpellingRules {
  /** The domain of the mailbox's one spelling. */
  readonly domain: string;
  readonly tags: boolean;
  readonly subdomains: boolean;
  /** Takes out what makes no difference. */
  plain(name: string): string;
  /** Evens out what is one and the same. */
  even(name: string): string;
}

export type RulesByDomain = ReadonlyMap<string, SpellingRules>;

/** How many characters a fact is about, at least. */
const needsCharacters: Readonly<Record<MailProvider["facts"][number]["fact"], number>> = {
  tags: 0,
  ignores: 1,
  same: 2,
  "one-mailbox": 0,
  subdomains: 0,
};

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
      ...(/^https:\/\/[^/\s]+\.[^/\s]+\S*$/.test(source) ? [] : [`${fact} has no source`]),
      ...(/^20\d\d-(0[1-9]|1[0-2])$/.test(checked) ? [] : [`${fact} has no month in which it was checked`]),
    ]),
  ];
}
