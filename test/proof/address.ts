import { domainToASCII } from "node:url";
import type { SignUpCall, TableRow, Trust, Value } from "./scenario";

/** Addresses, domains, providers and dates, from docs/access-list.md and docs/limits.md. */

export interface Address {
  /** Trimmed, lower case, its domain in ASCII. */
  readonly whole: string;
  readonly local: string;
  readonly domain: string;
}

/** Undefined for what is no address. */
export function addressIn(typed: string): Address | undefined {
  const text = typed.trim().toLowerCase();
  const at = text.lastIndexOf("@");
  if (at < 1 || /[\s\p{Cf}\p{Cc}]/u.test(text)) return undefined;
  const local = text.slice(0, at);
  const domain = domainIn(text.slice(at + 1));
  if (domain === undefined || local.includes("@") || /.[!%]./.test(local)) return undefined;
  const whole = `${local}@${domain}`;
  const bytes = (each: string) => Buffer.byteLength(each);
  if (bytes(whole) > 254 || bytes(local) > 64 || domain.split(".").length > 50) return undefined;
  return { whole, local, domain };
}

export function domainIn(typed: string): string | undefined {
  const ascii = domainToASCII(typed.trim().replace(/[.。．｡]$/u, ""));
  return ascii.split(".").every((label) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label)) && ascii.includes(".") ? ascii : undefined;
}

/** Providers that deliver several spellings to one mailbox: their domains, and what does not count before the `@`. */
const providers: readonly Provider[] = [
  { domains: ["gmail.com", "googlemail.com"], tags: true, ignored: /\./g, oneDomain: true },
  { domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"], tags: true },
  { domains: ["icloud.com", "me.com", "mac.com"], tags: true, oneDomain: true },
  { domains: ["fastmail.com", "fastmail.fm"], tags: true },
  { domains: ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"], tags: true, ignored: /[._-]/g, oneDomain: true },
  { domains: ["yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"], dotsAreDashes: true, oneDomain: true },
  { domains: ["daum.net", "hanmail.net"], oneDomain: true, denyOnly: true },
];
type How = "tags" | "dotsAreDashes" | "oneDomain" | "denyOnly";
type Provider = { readonly domains: readonly string[]; readonly ignored?: RegExp } & { readonly [Each in How]?: true };

/** The mailbox that takes an address's mail, as one spelling; without +tag only where the provider is known to ignore it. */
export function mailboxOf({ local, domain }: Address, forDeny = false): string {
  const below = /^(.+)\.(fastmail\.com|fastmail\.fm)$/.exec(domain);
  if (below !== null) return `${below[1]}@${below[2]}`;
  const provider = providers.find(({ domains }) => domains.includes(domain));
  if (provider === undefined || (provider.denyOnly && !forDeny)) return `${local}@${domain}`;
  let name = provider.tags ? local.replace(/\+.*$/, "") : local;
  if (provider.ignored !== undefined) name = name.replace(provider.ignored, "");
  if (provider.dotsAreDashes) name = name.replaceAll(".", "-");
  return `${name || local}@${provider.oneDomain ? provider.domains[0] : domain}`;
}

/** Under which a profile may stand: without its tag, where the provider ignores tags, and the mailbox. */
export function spellingsOf(address: Address): readonly string[] {
  const ignoresTags = providers.some(({ domains, tags }) => tags && domains.includes(address.domain));
  return [...(ignoresTags ? [withoutTag(address)] : []), mailboxOf(address)];
}
export const withoutTag = ({ local, domain }: Address): string => `${local.replace(/(?!^)\+.*$/, "")}@${domain}`;

/** What limits count: without its tag, whoever the provider is. A deny reaches this in any letters that Unicode folds together, too. */
export const untaggedMailboxOf = (address: Address): string => mailboxOf(addressIn(withoutTag(address)) ?? address, true);
export const deniedMailboxOf = (address: Address): string => untaggedMailboxOf(address).replaceAll("ß", "ss").replaceAll("ς", "σ");

/** The one spelling of an entry: a worker rewrites rows to it. */
export function entryKey({ entry, effect }: TableRow): string {
  const address = String(entry).includes("@") ? addressIn(String(entry)) : undefined;
  return address === undefined ? String(entry) : isAllow(effect) ? mailboxOf(address) : deniedMailboxOf(address);
}

/** Anything else denies. */
export const isAllow = (effect: Value | undefined): boolean => String(effect).trim().toLowerCase() === "allow";

/** `2027-01-31` lasts to the end of that day; undefined for what cannot be read, or is that early. */
export function endOf(cell: Value, early = Date.UTC(2000, 0, 1)): number | undefined {
  const text = String(cell).trim();
  if (/^\d{10,11}$/.test(text)) return Number(text) * 1_000;
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, day = "", time, zone = "Z"] = found ?? [];
  if (found === null || Number.isNaN(Date.parse(day)) || !new Date(day).toISOString().startsWith(day)) return undefined;
  const end = time === undefined ? Date.parse(day) + 86_400_000 : Date.parse(`${day}T${time}${zone}`);
  return end > early ? end : undefined;
}

/** Whether a row for a profile or a value still counts: one whose date cannot be read does not. */
export function isValid({ expiresAt }: TableRow, now: number): boolean {
  if (expiresAt === undefined) return true;
  const end = endOf(expiresAt);
  return end !== undefined && now < end;
}

/** Somebody as the rules see them. */
export interface Person {
  readonly address: Address | undefined;
  /** Nobody has proven the address. */
  readonly typed: boolean;
  /** What Entra named as identities: none for its own accounts. */
  readonly identities: readonly { readonly issuer: string; readonly id: string }[];
  /** `google.com`, `mail`, `entra`. */
  readonly providers: readonly string[];
  /** The step's. */
  readonly trust: Trust;
}

/** Whether the step, and a rule that trusts fewer, trusts everybody who could vouch for the address. */
export function proves(person: Person, trust?: readonly string[]): boolean {
  if (person.address === undefined || person.typed) return false;
  const { whole } = person.address;
  const isTheirs = person.identities.every(({ issuer, id }) => issuer !== "mail" || addressIn(id)?.whole === whole);
  return isTheirs && person.providers.every((each) => isTrusted(each, person, trust));
}

export const isTrusted = (provider: string, person: Person, own: Trust = "any"): boolean =>
  [person.trust, own].every((trust) => trust === "any" || trust.includes(provider));

/** With neither address nor account. */
export const isNobody = ({ address, identities }: Person): boolean => address === undefined && identities.length === 0;

/** One person: an address with the account it came with. */
export const holderOf = (person: Person): string => `${person.address?.whole ?? ""} ${accountOf(person)}`;

/** A code by mail is an account of the address that it went to. Empty if the tenant's own accounts are meant. */
export function accountOf({ identities }: Person, spelledBy = (address: Address): string => address.whole): string {
  const idOf = (id: string) => ((address) => (address ? spelledBy(address) : id))(addressIn(id));
  return identities.map(({ issuer, id }) => `${issuer}/${issuer === "mail" ? idOf(id) : id}`).join(" ");
}

/** Who guesses, or was too young: the mailbox that they prove, else the account, else what they show. Undefined if nothing tells. */
export function countedPerson(person: Person): string | undefined {
  const mailbox = person.address && untaggedMailboxOf(person.address);
  return proves(person) ? mailbox : accountOf(person, untaggedMailboxOf) || (mailbox && `entra ${mailbox}`);
}

/** Who takes a place: an account, with another address as well if it proves that one. */
export const countedAccount = (person: Person): string => (proves(person) ? "" : accountOf(person)) || holderOf(person);

type Journeys = ReadonlyMap<string, { readonly address: string; readonly until: number }>;

/** @param journeys what providers said before the form: journey, account and address */
export function personOf(call: SignUpCall, journeys: Journeys, trust: Trust): Person {
  const { tenant, issuer, email, accountId, step } = call;
  const address = call.address === "none" && issuer !== "mail" ? undefined : addressIn(email);
  if (issuer === "entra") return { address, typed: false, identities: [], providers: ["entra"], trust };
  // A passcode in a workforce tenant is an identity called mail; elsewhere it is a local account.
  const id = issuer !== "mail" ? accountId : tenant === "workforce" ? accountId || email : email;
  const known = { address, identities: [{ issuer, id }], providers: [issuer], trust };
  if (issuer === "mail" || tenant !== "external-tenant" || call.address !== "attribute") return { ...known, typed: false };
  const said = journeys.get(journeyKey(call));
  const typed = step === "before-create-user" && !(said !== undefined && said.address === address?.whole && call.at < said.until);
  return { ...known, typed };
}

export const journeyKey = ({ journey, issuer, accountId, gate = "" }: SignUpCall): string => [journey, issuer, accountId, gate].join(" ");
