import { getPublicSuffix, parse } from "tldts";
import { freeMail } from "./domains";

/** Providers with a domain of the same name in many countries: yahoo.co.uk, gmx.at. */
const freeMailBrands = new Set("aol gmx hotmail live outlook rocketmail yahoo yandex ymail zoho".split(" "));

/** Domains below which anyone can register a name, but which the public suffix list lacks: Entra's own domains for tenants. */
export const anyonesSuffixes = new Set(["onmicrosoft.com", "onmicrosoft.us", "onmicrosoft.cn"]);

export function isMailProvider(domain: string): boolean {
  if (freeMail.has(domain)) return true;
  const { domain: registered, domainWithoutSuffix } = parse(domain);
  return registered === domain && freeMailBrands.has(domainWithoutSuffix as string);
}

/** True if the public suffix list has the domain. Below such a domain, anyone can register a name: `com`, `co.uk`, `github.io`. */
export function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;
}

export function isAnyonesSuffix(domain: string): boolean {
  return isPublicSuffix(domain) || anyonesSuffixes.has(domain);
}
