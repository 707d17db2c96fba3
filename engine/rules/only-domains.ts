import { domainTexts } from "../messages/only";
import { normaliseDomain, parentsOf, partsOf } from "../sign-up/email";
import { assertKnown, defineRule, type Rule } from "../sign-up/rule";
import type { SignUp } from "../sign-up/sign-up";
import { trusting } from "../sign-up/trust";
import type { Block } from "../sign-up/verdict";

/** Whether subdomains count, and which providers you trust for addresses. */
export interface OnlyDomainsOptions {
  /**
   * Whether subdomains of the named domains count too.
   * @default false
   */
  readonly subdomains?: boolean;
  /**
   * Identity providers that you trust for e-mail addresses, like `["mail", "google.com"]`. People who sign in with another
   * one are refused, because nobody has proven their address.
   * @default every provider; an address that was only typed never lets anybody in
   */
  readonly trust?: readonly string[];
}

const notAllowed: Block = { kind: "block", reason: "domain.not-allowed", message: domainTexts["domain.not-allowed"] };

/**
 * Refuses every address outside these domains, and every address that no provider in `trust` confirms. A domain does not
 * include its subdomains unless `subdomains` is true.
 * Throws TypeError if a domain is not one, if the list is empty, or if an option has a wrong value.
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
      const { domain } = partsOf(signUp.email);
      if (!isProven(signUp)) return notAllowed;
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
