import type { Identity, SignUp } from "./sign-up";

/** The identity provider of people without `identities`: Entra and Microsoft accounts. */
export const ENTRA_ISSUER = "entra";
/** A one-time passcode sent to the address. */
export const MAIL_ISSUER = "mail";
/** The identity provider of people whose request names none, though their tenant has such people. */
export const UNKNOWN_ISSUER = "unknown";

/** The identity providers a person signed in with. */
export function issuersOf(signUp: Pick<SignUp, "identities">): readonly string[] {
  if (signUp.identities.length === 0) return [ENTRA_ISSUER];
  return [...new Set(signUp.identities.map(providerOf))];
}

/** The provider that confirms a person: for a local account with an address, the code that was mailed to it. */
export function providerOf({ issuer, signInType }: Identity): string {
  return signInType === "emailAddress" ? MAIL_ISSUER : issuer;
}

/** Short and long spellings of the same provider, as Entra's documents mix them. */
const issuerAliases: Readonly<Record<string, string>> = { google: "google.com", facebook: "facebook.com" };

/** An identity provider's name in the one spelling used everywhere here. */
export function normaliseIssuer(text: string): string {
  const lower = text.trim().toLowerCase();
  return Object.hasOwn(issuerAliases, lower) ? (issuerAliases[lower] as string) : lower;
}

/** False for several in one text, and for one in quotation marks: an entry of them would reach nobody. */
export function isIssuerName(name: string): boolean {
  return /^[^\s,;"\p{Pi}\p{Pf}]+$/u.test(name);
}

/** All spellings that `normaliseIssuer` turns into this one. */
export function issuerSpellings(issuer: string): readonly string[] {
  return [issuer, ...Object.keys(issuerAliases).filter((alias) => issuerAliases[alias] === issuer)];
}
