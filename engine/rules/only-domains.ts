import { domainTexts } from "../messages/only";
import { normaliseDomain, parentsOf, partsOf } from "../sign-up/email";
import { assertKnown, defineRule, type Rule } from "../sign-up/rule";
import type { SignUp } from "../sign-up/sign-up";
import { trusting } from "../sign-up/trust";
import type { Block } from "../sign-up/verdict";

/**
 * How far a domain reaches, and whose word for an address counts.
 */
export interface OnlyDomainsOptions {
  /**
   * Whether domains below the named ones count too.
   * @default false
   */
  readonly subdomains?: boolean;
  /**
   * Identity providers whose word for an e-mail address you take, like `["mail", "google.com"]`: whoever signs in with another
   * one shows an address that nobody has proven, and is refused.
   * @default every provider; an address that was typed lets nobody in either way
   */
  readonly trust?: readonly string[];
}

const notAllowed: Block = { kind: "block", reason: "domain.not-allowed", message: domainTexts["domain.not-allowed"] };

/**
 * Refuses every address outside these domains, and one that nobody vouches for whom you trust. A domain stands for itself
 * alone; with `subdomains`, for all below it too.
 * Throws TypeError for what is no domain, for an empty list, and for an option that cannot be meant.
 *
 * @example
 * beforeCreateUser([onlyDomains(["contoso.com", "fabrikam.com"], { subdomains: true, trust: ["mail", "google.com"] })])
 */
export function onlyDomains(domains: readonly string[], options: OnlyDomainsOptions = {}): Rule {
  assertKnown("onlyDomains", options, { subdomains: true, trust: true });
  const { subdomains = false, trust } = options;
  const allowed = new Set(domains.map(readDomain));
  if (allowed.size === 0) throw new TypeError("onlyDomains names no domain: nobody could sign up.");
  // "false", a text, counts as true.
  if (typeof subdomains !== "boolean") throw new TypeError(`onlyDomains: subdomains is true or false, not ${JSON.stringify(subdomains)}.`);
  const isProven = trust === undefined ? ({ emailTyped }: SignUp) => !emailTyped : trusting(trust, "onlyDomains");
  return defineRule({
    name: "only-domains",
    decide(signUp) {
      if (!isProven(signUp)) return notAllowed;
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
