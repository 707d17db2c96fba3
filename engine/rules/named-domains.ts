import { findMeantDomain } from "../meant-entries";
import { didYouMean } from "../problem-texts";
import { listParentDomains, normaliseDomain } from "../sign-up/email";
import type { Use } from "../sign-up/rule";

/** Domains that a policy names. A public suffix such as `edu` or `ac.kr` means every domain below it. */
export interface NamedDomains {
  readonly uses: readonly Use[];
  readonly suffixes: readonly string[];
  includes(domain: string): boolean;
}

/**
 * Throws TypeError for a text that is not a domain.
 * @param subdomains true if subdomains of every domain count. Those of a public suffix always count
 */
export function namedDomains(domains: readonly string[], rule: string, subdomains: boolean): NamedDomains {
  const names = new Set(domains.map((text) => readDomain(text, rule, subdomains)));
  const suffixes = [...names].filter(isSuffix);
  return {
    uses: suffixes.map((suffix) => ({ suffix })),
    suffixes,
    includes: (domain) =>
      names.has(domain) || listParentDomains(domain).some((parent) => (subdomains ? names.has(parent) : suffixes.includes(parent))),
  };
}

export function assertDomains(domains: readonly string[], rule: string): readonly string[] {
  if (Array.isArray(domains) && domains.every((domain) => typeof domain === "string")) return domains;
  throw new TypeError(`${rule} takes a list of domains, like ["contoso.com"], not ${JSON.stringify(domains)}.`);
}

function readDomain(text: string, rule: string, subdomains: boolean): string {
  const name = text.trim().replace(/^@/, "");
  if (typeof GATEHOUSE_OPTIONS === "undefined" && name.startsWith("*.")) {
    const how = subdomains ? "its subdomains count" : "for its subdomains, too, set subdomains: true";
    throw new TypeError(`${rule}: "${text}" is not a domain; write "${name.slice(2)}": ${how}.`);
  }
  const domain = normaliseDomain(name) ?? normaliseDomain(`any.${name}`)?.slice("any.".length);
  if (domain !== undefined && (domain.includes(".") || isSuffix(domain))) return domain;
  const meant = typeof GATEHOUSE_OPTIONS === "undefined" ? findMeantDomain(text) : undefined;
  const advice = meant === undefined ? `one like "contoso.com", or a suffix such as "edu" or "ac.kr"` : `"${meant}"`;
  throw new TypeError(`${rule}: "${text}" is not a domain; write ${advice}.${hintAt(name, rule)}`);
}

/** Classes of domains. Of the rules that take domains, only `notDomains` takes classes too. */
const classes = ["consumer", "disposable", "relay"];

function hintAt(name: string, rule: string): string {
  if (typeof GATEHOUSE_OPTIONS !== "undefined") return "";
  if (rule === "notDomains") return didYouMean(name, classes);
  return classes.includes(name) ? ` Only notDomains takes the class ${name}.` : "";
}

declare const GATEHOUSE_SUFFIXES: string;

/** True for a public suffix: organisations register names below it. */
const isSuffix = (domain: string): boolean =>
  // A step's build sets GATEHOUSE_SUFFIXES to the suffixes that the step's rules name: so the bundle lacks the full list.
  typeof GATEHOUSE_SUFFIXES === "undefined"
    ? isListed((require("tldts") as typeof import("tldts")).parse(domain), domain)
    : GATEHOUSE_SUFFIXES.split(" ").includes(domain);

function isListed(
  { isIcann, publicSuffix }: { readonly isIcann: boolean | null; readonly publicSuffix: string | null },
  domain: string,
): boolean {
  return isIcann === true && publicSuffix === domain;
}
