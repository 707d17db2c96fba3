import { domainToASCII, domainToUnicode } from "node:url";
import { deferPattern } from "../characters";
import type { SignUp } from "./sign-up";

/** This many labels are more than any real domain has. The access list looks up one key for each label. */
export const MAX_DOMAIN_LABELS = 50;
/** RFC 5321 §4.5.3.1: 64 octets before the @, 254 in all. */
const MAX_LOCAL_BYTES = 64;
const MAX_ADDRESS_BYTES = 254;
/** Longer texts are not normalised: no spelling of a legal address is nearly as long. */
const MAX_TYPED_LENGTH = 1_024;
const MAX_DOMAIN_LENGTH = 253;

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/**
 * Matches domains that IDNA leaves unchanged. The last label has only letters, so that an IPv4 address does not match; labels with `xn--`
 * need a check.
 */
const isPlainDomain = /^(?!.*xn--)(?:[a-z0-9-]+\.)+[a-z]+$/;
/** Most addresses match these ASCII patterns. So a cold call need not wait until Node has made the Unicode patterns below. */
const isPrintableAscii = /^[ -~]*$/;
const isPlainLocalPart = /^[\w!#$%&'*+/=?^`{|}~.-]*$/;
const controlCharacter = /* @__PURE__ */ deferPattern("\\p{Cc}");
/** Quotes, specials of RFC 5322, white space, invisible characters, and the typographic marks that come from pasting. */
const notInLocalPart = /* @__PURE__ */ deferPattern('[\\p{C}\\p{Z}\\p{Pi}\\p{Pf}"(),:;<>@[\\]\\\\]|(?!-)\\p{Pd}');
/**
 * A route by another host: `kim%contoso.com@…` or `contoso.com!kim@…`. Postfix 3.7 delivers such mail to kim, so a route would give a
 * denied person another address.
 */
const route = /.[!%]./;
/** Punctuation that IDNA 2008 (RFC 5892) refuses and UTS 46 lets pass. The excepted signs are allowed, because some languages need them. */
const notInDomain = /* @__PURE__ */ deferPattern("(?![-.\\u00b7\\u30fb\\u05f3\\u05f4\\u0f0b])\\p{P}");
/** Letters that are invisible or look like a blank. Nobody could tell apart addresses that differ only in such letters. */
const invisible = /* @__PURE__ */ deferPattern("[\\p{Default_Ignorable_Code_Point}\\u2800\\u{1d159}]");

/** Returns a domain in lower-case ASCII (IDNA), without trailing dot. Undefined without at least two labels. */
export function normaliseDomain(text: string): string | undefined {
  // The URL standard would also read percent escapes and IPv4 numbers.
  if (/[\s%/:@?#[\]\\]/.test(text)) return undefined;
  // Lower case and NFC come first: runtimes map a capital ẞ, recently added capitals and several accents differently.
  const typed = text.toLowerCase().normalize("NFC");
  const domain = (isPlainDomain.test(typed) ? typed : domainToASCII(typed)).replace(/\.$/, "");
  const labels = domain.split(".");
  if (labels.length < 2 || labels.length > MAX_DOMAIN_LABELS || domain.length > MAX_DOMAIN_LENGTH) return undefined;
  if (!labels.every((each) => label.test(each)) || /^\d+$/.test(labels.at(-1) as string)) return undefined;
  return domain.includes("xn--") && !isReadable(domain) ? undefined : domain;
}

/** True if every `xn--` label is valid. Newer runtimes do not check labels of plain ASCII; older ones accept some that stand for ASCII. */
function isReadable(domain: string): boolean {
  const name = domainToUnicode(domain);
  // Pasted text may include a quotation mark or a comma: a row for such a name would never match.
  return !/(?:^|\.)xn--/.test(name) && !notInDomain().test(name) && domainToASCII(name) === domain;
}

/**
 * Returns the address trimmed, in lower case, with its domain in ASCII. Undefined for quoted local parts, routes by other hosts, two @,
 * control and invisible characters, and more than 50 labels. Never shortens an address.
 */
export function normaliseEmail(text: string): string | undefined {
  if (text.length > MAX_TYPED_LENGTH) return undefined;
  const address = text.trim();
  if (!isPrintableAscii.test(text) && (controlCharacter().test(text) || invisible().test(address))) return undefined;
  const at = address.lastIndexOf("@");
  const typed = address.slice(0, Math.max(at, 0));
  const local = typed.toLowerCase().normalize("NFC");
  if (
    (!isPlainLocalPart.test(local) && notInLocalPart().test(local)) ||
    route.test(local) ||
    posesAsAscii(typed) ||
    local.split(".").includes("")
  )
    return undefined;
  const domain = normaliseDomain(address.slice(at + 1));
  if (domain === undefined) return undefined;
  const normalised = `${local}@${domain}`;
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES || Buffer.byteLength(normalised) > MAX_ADDRESS_BYTES) return undefined;
  return normalised;
}

/** For a mail server, an address with such a letter (the Kelvin sign, full-width letters) is another mailbox. */
function posesAsAscii(local: string): boolean {
  const standsFor = (letter: string) => `${letter.toLowerCase().normalize("NFC")}${letter.normalize("NFKC")}`;
  return [...local].some((letter) => !isAscii(letter) && [...standsFor(letter)].some(isAscii));
}

function isAscii(letter: string): boolean {
  return Buffer.byteLength(letter) === 1;
}

export function splitAddress(email: string): { readonly local: string; readonly domain: string } {
  const at = email.lastIndexOf("@");
  return { local: email.slice(0, at), domain: email.slice(at + 1) };
}

/** Lists the nearest domain first: for eu.contoso.com, contoso.com and then com. */
export function listParentDomains(domain: string): readonly string[] {
  const labels = domain.split(".");
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join("."));
}

/**
 * Returns the person's address, or undefined if the request has none. Reading `signUp.email` would then end the sign-up with the reason
 * `request.email`.
 *
 * @example
 * defineRule("staff", ({ signUp }) => pass({ findings: { staff: addressOf(signUp)?.endsWith("@contoso.com") ?? false } }))
 */
export function addressOf(signUp: Partial<Pick<SignUp, "email">>): string | undefined {
  const email: unknown = Object.getOwnPropertyDescriptor(signUp, "email")?.value;
  return typeof email === "string" && email !== "" ? email : undefined;
}
