import { deferPattern } from "../odd-characters";
import { normaliseEmail } from "./email";
import { isWordForNothing } from "./gate";
import { getProvider, issuerAliases, normaliseIssuer } from "./issuers";
import { buildPersonId, type HashOf, hashAccount } from "./person";
import type { Identity } from "./sign-up";

// Names of providers and accounts in tables and forms: issuer:google.com, issuer:google.com/1184.

const ISSUER_PREFIX = "issuer:";
const letterOrNumber = /* @__PURE__ */ deferPattern("\\p{L}|\\p{N}");
const separatorOrQuote = /* @__PURE__ */ deferPattern('[\\s,;"\\p{Pi}\\p{Pf}]');

/**
 * False for several names in one text, for a name in quotation marks, and for words that tools write where there is no value. An entry with
 * such a name would never match, so a deny would deny nobody.
 */
export function isIssuerName(name: string): boolean {
  return letterOrNumber().test(name) && !separatorOrQuote().test(name) && !isWordForNothing(name);
}

/** Returns all spellings that `normaliseIssuer` turns into the given one. */
export function issuerSpellings(issuer: string): readonly string[] {
  return [issuer, ...Object.keys(issuerAliases).filter((alias) => issuerAliases[alias] === issuer)];
}

/**
 * Reads a text that begins with `issuer:`. It names a provider, or one account of a provider. Undefined for other texts. A problem if the
 * provider is invalid, or if a slash is followed by no id.
 */
export function readIssuer(text: string): { readonly issuer: string; readonly id?: string } | "no issuer" | "no id" | undefined {
  if (text.slice(0, ISSUER_PREFIX.length).toLowerCase() !== ISSUER_PREFIX) return undefined;
  const rest = text.slice(ISSUER_PREFIX.length);
  // A URL is an issuer as a whole: its slashes do not begin an account's id.
  const slash = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(rest) ? -1 : rest.indexOf("/");
  const issuer = normaliseIssuer(slash < 0 ? rest : rest.slice(0, slash));
  if (!isIssuerName(issuer)) return "no issuer";
  if (slash === -1) return { issuer };
  const id = rest.slice(slash + 1);
  return id === "" ? "no id" : { issuer, id };
}

/** Returns the keyed hash of the person that an address or an account names, `kim@contoso.com` or `issuer:google.com/1184`. */
export function personNamed(typed: string, hashOf: HashOf): string | undefined {
  const text = typed.trim();
  const account = readIssuer(text);
  // A faulty account is not an address either: addresses have no colon.
  if (typeof account === "object")
    return account.id === undefined ? undefined : hashAccount([{ issuer: account.issuer, issuerAssignedId: account.id }], hashOf);
  // The text may be an entry of the access list for a domain.
  const email = /^(@|\*[.@])/.test(text) ? undefined : normaliseEmail(text);
  return email === undefined ? undefined : buildPersonId(email, hashOf);
}

/** Escapes the slashes of an issuer that is a URL: in a key, the first slash begins the account's id. */
export function issuerKey(issuer: string): string {
  return `${ISSUER_PREFIX}${issuer.replaceAll("/", "%2f")}`;
}

/**
 * Returns keys of a person's accounts, in every spelling of the provider, for tables that people type. A local account with an address is
 * under `issuer:mail` too, as it is in a tenant without local accounts.
 */
export function accountKeys(identities: readonly Identity[]): readonly string[] {
  return identities.flatMap((identity) => {
    const { issuer, issuerAssignedId } = identity;
    const issuers = [...new Set([getProvider(identity), issuer])].flatMap(issuerSpellings);
    return issuerAssignedId === undefined ? [] : issuers.map((each) => `${issuerKey(each)}/${issuerAssignedId}`);
  });
}
