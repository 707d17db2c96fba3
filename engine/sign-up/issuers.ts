import { addressOf, normaliseEmail } from "./email";
import type { DecisionRecord } from "./record";
import type { Identity, SignUp } from "./sign-up";
import type { RuleResult } from "./verdict";

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
export const issuerAliases: Readonly<Record<string, string>> = { google: "google.com", facebook: "facebook.com" };

/** An identity provider's name in the one spelling used everywhere here. */
export function normaliseIssuer(text: string): string {
  const lower = text.trim().toLowerCase();
  return Object.hasOwn(issuerAliases, lower) ? (issuerAliases[lower] as string) : lower;
}

/**
 * Providers whose people hold the address they show, so that the rows of the account and of the address are one person's. `mail` sends a
 * code to the address, and Google has it confirmed; with Facebook or another tenant, it may be any address.
 */
export const ADDRESS_PROVERS: readonly string[] = ["mail", "google.com"];

/** True if the person holds the address: all providers that they signed in with prove it, and it was not typed. */
export function isAddressHeld({ emailTyped, issuers = [] }: Pick<DecisionRecord, "emailTyped" | "issuers">): boolean {
  return !emailTyped && issuers.every((issuer) => ADDRESS_PROVERS.includes(issuer));
}

/** True if a decision's address was proven. Records of earlier versions do not say: their providers do. */
export function wasAddressProven(record: Pick<DecisionRecord, "emailProven" | "emailTyped" | "issuers">): boolean {
  return record.emailProven ?? (record.issuers !== undefined && record.issuers.length > 0 && isAddressHeld(record));
}

/** As much of a sign-up as says whether its address is proven. */
export type ProvingPerson = Pick<SignUp, "email" | "emailTyped" | "identities">;

/**
 * True if every provider that a person signed in with is trusted for the address, and a one-time passcode went to that
 * address. False without an address, and for one that no provider vouches for.
 */
export function isAddressProven(person: ProvingPerson, trusted: ReadonlySet<string>): boolean {
  const email = addressOf(person);
  if (person.emailTyped || email === undefined) return false;
  const isTheirs = (identity: Identity) =>
    providerOf(identity) !== MAIL_ISSUER || normaliseEmail(identity.issuerAssignedId ?? "") === email;
  return issuersOf(person).every((issuer) => trusted.has(issuer)) && person.identities.every(isTheirs);
}

/** True if the address is the person's: by the step's `provenBy`, or by the code mailed to it. */
export function isEmailProven(person: ProvingPerson, said: readonly RuleResult[], provenBy = ADDRESS_PROVERS): boolean {
  return isAddressProven(person, new Set(provenBy.map(normaliseIssuer))) || said.some(isByMailedCode);
}

/** As the rule `invited` left it: a code that names its invitation went to that mailbox, one that was handed out names none. */
export function isByMailedCode({ rule, said, shadow, findings, evidence }: RuleResult): boolean {
  return rule === "invited" && said === "continue" && !shadow && findings?.invited === "code" && evidence?.invitation !== undefined;
}
