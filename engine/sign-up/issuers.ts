import { nearestName } from "../problem-texts";
import { addressOf, normaliseEmail } from "./email";
import type { DecisionRecord } from "./record";
import type { Identity, SignUp, Trust } from "./sign-up";
import type { RuleResult } from "./verdict";

/** The identity provider of people without `identities`: Entra and Microsoft accounts. */
export const ENTRA_ISSUER = "entra";
/** A one-time passcode sent to the address. */
export const MAIL_ISSUER = "mail";
/** The identity provider of a person whose request from an external tenant names no provider. */
export const UNKNOWN_ISSUER = "unknown";

export function listIssuers(signUp: Pick<SignUp, "identities">): readonly string[] {
  if (signUp.identities.length === 0) return [ENTRA_ISSUER];
  return [...new Set(signUp.identities.map(getProvider))];
}

/** A local account with an address is confirmed by `mail`, because a code was mailed to the address. */
export function getProvider({ issuer, signInType }: Identity): string {
  return signInType === "emailAddress" ? MAIL_ISSUER : issuer;
}

/** Providers that a user flow can offer without a federation of its own. */
export const BUILT_IN_ISSUERS: readonly string[] = [MAIL_ISSUER, "google.com", "facebook.com", ENTRA_ISSUER];

/** The name of the rule that takes only some providers. Its `uses` have them. */
export const ONLY_PROVIDERS = "only-providers";
/** The name of the rule that takes only some applications. Its `uses` have their client ids. */
export const ONLY_APPLICATIONS = "only-applications";

/** Short name -> long name: Entra's documents use either. */
export const issuerAliases: Readonly<Record<string, string>> = { google: "google.com", facebook: "facebook.com" };

export function normaliseIssuer(text: string): string {
  const lower = text.trim().toLowerCase();
  return Object.hasOwn(issuerAliases, lower) ? (issuerAliases[lower] as string) : lower;
}

/**
 * The trust of a step that sets no `trust`. `mail` sends a code to the address, and Google requires that people confirm their address.
 * Accounts of Facebook or another tenant may have any address.
 */
export const ADDRESS_PROVERS: readonly string[] = ["mail", "google.com"];

export function isAddressHeld({ emailTyped, issuers = [] }: Pick<DecisionRecord, "emailTyped" | "issuers">): boolean {
  return !emailTyped && issuers.every((issuer) => ADDRESS_PROVERS.includes(issuer));
}

/** True if a decision's address was proven. For records of an earlier version, without `emailProven`, `isAddressHeld` decides. */
export function wasAddressProven(record: Pick<DecisionRecord, "emailProven" | "emailTyped" | "issuers">): boolean {
  return record.emailProven ?? (record.issuers !== undefined && record.issuers.length > 0 && isAddressHeld(record));
}

export type ProvingPerson = Pick<SignUp, "email" | "emailTyped" | "identities" | "trust">;

/** True if all providers confirm the person's address. A one-time passcode confirms only the address that it went to. */
function isAddressVouchedFor(person: ProvingPerson): boolean {
  const email = addressOf(person);
  if (person.emailTyped || email === undefined) return false;
  return person.identities.every(
    (identity) => getProvider(identity) !== MAIL_ISSUER || normaliseEmail(identity.issuerAssignedId ?? "") === email,
  );
}

/** @param own a rule's narrower trust */
export function isTrusted(issuer: string, { trust = ADDRESS_PROVERS }: Pick<SignUp, "trust">, own: Trust = "any"): boolean {
  return [trust, own].every((each) => each === "any" || each.includes(issuer));
}

/** @param own a rule's narrower trust */
export function isAddressProven(person: ProvingPerson, own?: Trust): boolean {
  return isAddressVouchedFor(person) && listIssuers(person).every((issuer) => isTrusted(issuer, person, own));
}

/** True if trusted providers or an invitation's mailed code prove the address. */
export function isEmailProven(person: ProvingPerson, said: readonly RuleResult[]): boolean {
  return isAddressProven(person) || said.some(isByMailedCode);
}

/** True if the invitation's code was mailed: only then does the evidence name the invitation. */
export function isByMailedCode({ rule, said, shadow, findings, evidence }: RuleResult): boolean {
  return rule === "invited" && said === "continue" && !shadow && findings?.invited === "code" && evidence?.invitation !== undefined;
}

export const unlikelyIssuerWords = {
  en: (issuer: string) =>
    `Perhaps nobody signs in with a provider called ${issuer}: Entra's names are google.com, facebook.com and mail; entra means no provider.${formatHint(issuer, (name) => ` Did you mean ${name}?`)}`,
  ko: (issuer: string) =>
    `${issuer}(이)라는 제공자로 로그인하는 사람이 없을 수 있습니다. Entra의 이름은 google.com, facebook.com, mail이며 entra는 제공자가 없음을 뜻합니다.${formatHint(issuer, (name) => ` ${name}을(를) 뜻하셨나요?`)}`,
} as const;

/** Entra's own names. A person without a provider counts as coming from `entra`. */
const known = ["google.com", "facebook.com", MAIL_ISSUER, ENTRA_ISSUER];
const brands = ["google", "facebook"];

/** Mail domains that people may take for a provider's name. */
const mailDomains: Readonly<Record<string, string>> = {
  "gmail.com": "google.com",
  "googlemail.com": "google.com",
  "outlook.com": ENTRA_ISSUER,
  "hotmail.com": ENTRA_ISSUER,
  "live.com": ENTRA_ISSUER,
  "microsoft.com": ENTRA_ISSUER,
};

function formatHint(issuer: string, format: (name: string) => string): string {
  const name = normaliseIssuer(issuer);
  const meant = Object.hasOwn(mailDomains, name) ? mailDomains[name] : nearestName(issuer, known);
  return meant === undefined ? "" : format(meant);
}

/**
 * True if people are unlikely to sign in with this provider. An unknown URL or domain counts as likely, because it may be the operator's
 * own federation. But a domain that resembles a known one is unlikely: `gogle.com`.
 */
export function isUnlikelyIssuer(name: string): boolean {
  const issuer = normaliseIssuer(name);
  if (known.includes(issuer) || issuer.includes(":")) return false;
  if (Object.hasOwn(mailDomains, issuer)) return true;
  const [label, ...rest] = issuer.split(".") as [string, ...string[]];
  return rest.length === 0 || brands.includes(label) || nearestName(label, brands) !== undefined;
}

/** Lists the providers that vouch for the address. Empty if it was typed, or if the one-time passcode went to another address. */
export function listVouchers(person: ProvingPerson): readonly string[] {
  return isAddressVouchedFor(person) ? listIssuers(person) : [];
}

/**
 * Lists the recorded providers that vouch for the address. Undefined if the record names no provider. Empty for a typed address. Also empty
 * for an unproven address after a passcode, which may have gone to another address.
 */
export function listRecordedVouchers({
  emailTyped,
  emailProven,
  issuers,
}: Pick<DecisionRecord, "emailTyped" | "emailProven" | "issuers">): readonly string[] | undefined {
  const isPasscodeElsewhere = emailProven === false && issuers?.includes(MAIL_ISSUER);
  return emailTyped || isPasscodeElsewhere ? [] : issuers;
}
