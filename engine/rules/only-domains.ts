import { domainTexts } from "../messages/domain";
import { normaliseDomain, parentsOf, partsOf } from "../sign-up/email";
import { defineRule, type Rule } from "../sign-up/rule";
import type { Block } from "../sign-up/verdict";

/**
 * How far a domain reaches.
 */
export interface OnlyDomainsOptions {
  /**
   * Whether domains below the named ones count too.
   * @default false
   */
  readonly subdomains?: boolean;
}

const notAllowed: Block = { kind: "block", reason: "domain.not-allowed", message: domainTexts["domain.not-allowed"] };

/**
 * Refuses every address outside these domains, and one that was typed and that nobody vouches for. A domain stands for itself alone; with `subdomains`, for all below it too.
 * Throws TypeError for what is no domain, and for an empty list.
 *
 * @example
 * beforeCreateUser([onlyDomains(["contoso.com", "fabrikam.com"], { subdomains: true })])
 */
export function onlyDomains(domains: readonly string[], { subdomains = false }: OnlyDomainsOptions = {}): Rule {
  const allowed = new Set(domains.map(readDomain));
  if (allowed.size === 0) throw new TypeError("onlyDomains names no domain: nobody could sign up.");
  return defineRule({
    name: "only-domains",
    decide(signUp) {
      if (signUp.emailTyped) return notAllowed;
      const { domain } = partsOf(signUp.email);
      const candidates = subdomains ? [domain, ...parentsOf(domain)] : [domain];
      return candidates.some((each) => allowed.has(each)) ? { kind: "continue" } : notAllowed;
    },
  });
}

function readDomain(text: string): string {
  const domain = normaliseDomain(text.trim().replace(/^@/, ""));
  if (domain === undefined) throw new TypeError(`onlyDomains: "${text}" is not a domain; write "contoso.com".`);
  return domain;
}
