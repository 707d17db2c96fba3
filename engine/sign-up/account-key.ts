import { deferPattern } from "../characters";
import { normaliseEmail } from "./email";
import { isWordForNothing } from "./gate";
import { getProvider, issuerAliases, MAIL_ISSUER, normaliseIssuer } from "./issuers";
import { buildPersonId, type HashOf, hashAccount } from "./person";
import type { Identity } from "./sign-up";

// Names of providers and accounts in tables and forms: issuer:google.com, issuer:google.com/1184.

const ISSUER_PREFIX = "issuer:";
const letterOrNumber = /* @__PURE__ */ deferPattern("\\p{L}|\\p{N}");
const separatorOrQuote = /* @__PURE__ */ deferPattern('[\\s,;"\\p{Pi}\\p{Pf}]');

/**
 * True for one provider's name. False for several names, quotes, or a word for a missing value: an entry with such a name never matches, so
 * a deny would deny nobody.
 */
export function isIssuerName(name: string): boolean {
  return letterOrNumber().test(name) && !separatorOrQuote().test(name) && !isWordForNothing(name);
}

export function issuerSpellings(issuer: string): readonly string[] {
  return [issuer, ...Object.keys(issuerAliases).filter((alias) => issuerAliases[alias] === issuer)];
}

/**
 * Undefined if the text does not begin with `issuer:`. Returns "no issuer" if no valid provider's name follows, and "no id" if nothing
 * follows the slash.
 */
export function readIssuer(text: string): { readonly issuer: string; readonly id?: string } | "no issuer" | "no id" | undefined {
  if (text.slice(0, ISSUER_PREFIX.length).toLowerCase() !== ISSUER_PREFIX) return undefined;
  const rest = text.slice(ISSUER_PREFIX.length);
  // If the text is a URL, all of it is the issuer: its slashes do not begin an account's id.
  const slash = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(rest) ? -1 : rest.indexOf("/");
  const issuer = normaliseIssuer(slash < 0 ? rest : rest.slice(0, slash));
  if (!isIssuerName(issuer)) return "no issuer";
  if (slash === -1) return { issuer };
  const id = rest.slice(slash + 1);
  if (id === "") return "no id";
  // Only this provider's ids are addresses: requests have them in one spelling, so an entry in another would match nobody.
  return { issuer, id: (issuer === MAIL_ISSUER ? normaliseEmail(id) : undefined) ?? id };
}

/**
 * Returns a person's keyed hash for the text `kim@contoso.com` or `issuer:google.com/1184`. Undefined for any other text.
 */
export function hashNamedPerson(typed: string, hashOf: HashOf): string | undefined {
  const text = typed.trim();
  const account = readIssuer(text);
  // If `account` is "no issuer" or "no id", the result is undefined: the text has a colon, so it is not an address either.
  if (typeof account === "object")
    return account.id === undefined ? undefined : hashAccount([{ issuer: account.issuer, issuerAssignedId: account.id }], hashOf);
  // An entry of the access list for a domain, such as `@contoso.com`, names no person.
  const email = /^(@|\*[.@])/.test(text) ? undefined : normaliseEmail(text);
  return email === undefined ? undefined : buildPersonId(email, hashOf);
}

/** Escapes the slashes of a URL, because the first slash in a key begins the account's id. */
export function issuerKey(issuer: string): string {
  return `${ISSUER_PREFIX}${issuer.replaceAll("/", "%2f")}`;
}

/**
 * Returns the keys of a person's accounts. A local account with an address has a second key under `issuer:mail`, because people with an
 * address have such a key in tenants without local accounts.
 */
export function accountKeys(identities: readonly Identity[]): readonly string[] {
  return identities.flatMap((identity) => {
    const { issuer, issuerAssignedId } = identity;
    const issuers = [...new Set([getProvider(identity), issuer])].flatMap(issuerSpellings);
    return issuerAssignedId === undefined ? [] : issuers.map((each) => `${issuerKey(each)}/${issuerAssignedId}`);
  });
}
