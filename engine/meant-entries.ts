import { deferPattern } from "./characters";
import { normaliseDomain, normaliseEmail } from "./sign-up/email";
import { readUnmatched } from "./unmatched";

// Steps contain this file, so the patterns are made at their first use, and are ASCII.
const quoteOrInvisible = /* @__PURE__ */ deferPattern('\\p{Cf}|["\\u201c\\u201d\\u201e\\u00ab\\u00bb]', "gu");
const dash = /* @__PURE__ */ deferPattern("\\p{Pd}", "gu");
const around = /* @__PURE__ */ deferPattern("^[\\s'\\u2018\\u2019`([|!]+|[\\s'\\u2018\\u2019`)\\],;:^.]+$", "gu");

/**
 * Returns entries of the access list that an unreadable text probably means: an address, a domain or a wildcard. Two if either may be meant.
 * Empty if nothing can be concluded, or if the text holds several entries.
 */
export function findMeantEntries(typedText: string): readonly string[] {
  const text = stripAround(typedText);
  const pieces = text.split(/[,;]/).map((each) => readMeant(each.trim()));
  const readable = pieces.filter((each) => each.length > 0);
  if (readable.length > 1) return [];
  const [only] = readable;
  // A comma for a dot: kim@contoso,com.
  return only ?? readMeant(text.replaceAll(",", "."));
}

export function findMeantAddress(typedText: string): string | undefined {
  return findMeantEntries(typedText).find((each) => each.includes("@"));
}

/** Takes `@contoso.com` too. Undefined for a text that is not a domain. */
export function readTypedDomain(typedText: string): string | undefined {
  return normaliseDomain(typedText.replace(/^@/, ""));
}

/** The domain of an address counts, and that of a wildcard. */
export function findMeantDomain(typedText: string): string | undefined {
  const [entry] = findMeantEntries(typedText);
  return entry?.slice(entry.lastIndexOf("@") + 1).replace(/^\*\./, "");
}

/** Returns the domain to write in place of the text, and what that domain leaves out. */
export function adviseDomain(typedText: string): string | undefined {
  const domain = findMeantDomain(typedText);
  return domain !== undefined && meansSubdomains(typedText) ? `${domain}, without its subdomains` : domain;
}

/** True if the text means the subdomains, which the domain alone leaves out. */
export function meansSubdomains(typedText: string): boolean {
  return findMeantEntries(typedText)[0]?.startsWith("*.") === true;
}

/** Returns the text without a name, a scheme, a path, quotation marks and invisible characters, as they come with pasted text. */
function stripAround(typedText: string): string {
  const [, inBrackets] = /<([^<>]+)>\s*$/.exec(typedText) ?? [];
  const plain = (inBrackets ?? typedText)
    .normalize("NFKC")
    .replace(quoteOrInvisible(), "")
    .replace(dash(), "-")
    .replace(/\s*([@.])\s*/g, "$1")
    // A rule of an ad blocker, ||contoso.com^, means the subdomains, too.
    .replace(/^\|\|/, ".")
    .replace(around(), "");
  const withoutScheme = plain.replace(/^(?:[a-z][a-z0-9+.-]*:\/\/|mailto:)/i, "");
  return withoutScheme.includes("@") ? withoutScheme.replace(/\?.*$/, "") : withoutScheme.replace(/[/?#:^].*$/, "");
}

function readMeant(text: string): readonly string[] {
  const at = text.lastIndexOf("@");
  const [, wild = "", rest = ""] = /^([*%.]*)(.*)$/.exec(text.slice(at + 1)) ?? [];
  const hasDot = /[*%]\./.test(wild);
  const domain = hasDot ? normaliseDomain(`any.${rest}`)?.slice("any.".length) : normaliseDomain(rest);
  if (domain === undefined) return [];
  if (hasDot) return [`*.${domain}`];
  if (wild !== "") return [domain, `*.${domain}`];
  const local = text.slice(0, Math.max(at, 0));
  if (/^[*%]*$/.test(local)) return [domain];
  const email = normaliseEmail(`${local}@${domain}`);
  return email === undefined || readUnmatched(email) !== undefined ? [] : [email];
}
