import { normaliseDomain, normaliseEmail } from "../sign-up/email";
import type { RecordKey } from "../sign-up/rule";
import { type Identity, isIssuerName, issuerSpellings, normaliseIssuer, providerOf } from "../sign-up/sign-up";
import { baseOf, mailboxOf } from "../sign-up/spellings";

declare const GATEHOUSE_CLASS_CONSUMER: string | undefined;

/** The classes of domains an entry can name. */
export type ClassName = "disposable" | "relay" | "consumer";
export const classNames: readonly ClassName[] = [
  "disposable",
  "relay",
  // A constant of the build, as in classes.ts: a step that does not name the class carries nothing of it.
  ...(typeof GATEHOUSE_CLASS_CONSUMER === "string" && GATEHOUSE_CLASS_CONSUMER === "unused" ? [] : (["consumer"] as const)),
];

/** What an entry's key means. */
export type Entry =
  | { readonly kind: "account"; readonly issuer: string; readonly id: string }
  | { readonly kind: "issuer"; readonly issuer: string }
  | { readonly kind: "address"; readonly email: string }
  | { readonly kind: "domain"; readonly domain: string }
  | { readonly kind: "wildcard"; readonly domain: string }
  | { readonly kind: "class"; readonly name: ClassName }
  | { readonly kind: "everyone" };

export type EntryRead = { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly problem: string };

const ISSUER_PREFIX = "issuer:";

/** Reads an entry as an operator may have typed it; a problem says what to type instead. */
export function readEntry(typed: string): EntryRead {
  const text = typed.trim();
  if (text === "*") return readable({ kind: "everyone" });
  if (text.slice(0, ISSUER_PREFIX.length).toLowerCase() === ISSUER_PREFIX) return readIssuer(text.slice(ISSUER_PREFIX.length));
  const className = classNames.find((name) => name === text.toLowerCase());
  if (className !== undefined) return readable({ kind: "class", name: className });
  if (text.startsWith("*.")) {
    const domain = normaliseParent(text.slice(2));
    return domain === undefined ? unreadable("not a domain after *.: write *.contoso.com") : readable({ kind: "wildcard", domain });
  }
  const at = text.indexOf("@");
  if (text.startsWith("*@")) return unreadable("not an address: write contoso.com for everyone of that domain");
  if (at > 0) {
    const email = normaliseEmail(text);
    return email === undefined ? unreadable("not an e-mail address: write kim@contoso.com") : readable({ kind: "address", email });
  }
  const domain = normaliseDomain(at === 0 ? text.slice(1) : text);
  if (domain !== undefined) return readable({ kind: "domain", domain });
  return unreadable("neither an address, a domain, *.domain, issuer:, disposable, relay, consumer nor *");
}

/** What a wildcard covers may be a whole top-level domain, `*.example`: no mail domain itself, but a parent of some. */
function normaliseParent(text: string): string | undefined {
  return normaliseDomain(`any.${text}`)?.slice("any.".length);
}

function readIssuer(text: string): EntryRead {
  // A URL names an issuer as a whole; its slashes begin no account.
  const slash = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) ? -1 : text.indexOf("/");
  const issuer = normaliseIssuer(slash < 0 ? text : text.slice(0, slash));
  if (!isIssuerName(issuer)) return unreadable("no identity provider after issuer: write issuer:google.com");
  if (slash < 0) return readable({ kind: "issuer", issuer });
  const id = text.slice(slash + 1);
  if (id === "") return unreadable("no account id after the slash: write issuer:google.com or issuer:google.com/1184");
  return readable({ kind: "account", issuer, id });
}

function readable(entry: Entry): EntryRead {
  return { ok: true, entry };
}

function unreadable(problem: string): EntryRead {
  return { ok: false, problem };
}

/** The key under which an entry is kept. A denied address is kept without its tag, so that it reaches every spelling. */
export function entryKey(entry: Entry, effect: "allow" | "deny"): string {
  switch (entry.kind) {
    case "account":
      return `${issuerKey(entry.issuer)}/${entry.id}`;
    case "issuer":
      return issuerKey(entry.issuer);
    case "address":
      return effect === "deny" ? baseOf(entry.email) : mailboxOf(entry.email);
    case "domain":
      return entry.domain;
    case "wildcard":
      return `*.${entry.domain}`;
    case "class":
      return entry.name;
    case "everyone":
      return "*";
  }
}

/** The table key of an entry's row. @param key as `keyOf` gives it */
export function rowKey(key: string): RecordKey {
  return { table: "accessList", key: { entry: key } };
}

/** An issuer that is a URL has its slashes escaped: in a key, the first slash begins the account's id. */
export function issuerKey(issuer: string): string {
  return `${ISSUER_PREFIX}${issuer.replaceAll("/", "%2f")}`;
}

/**
 * Keys of a person's accounts, in every spelling of the provider, for tables in which people type. A local account that goes by
 * an address is under `issuer:mail` too, as the same person does whose tenant has no local accounts.
 */
export function accountKeys(identities: readonly Identity[]): readonly string[] {
  return identities.flatMap((identity) => {
    const { issuer, issuerAssignedId } = identity;
    const issuers = [...new Set([providerOf(identity), issuer])].flatMap(issuerSpellings);
    return issuerAssignedId === undefined ? [] : issuers.map((each) => `${issuerKey(each)}/${issuerAssignedId}`);
  });
}
