import { addressOf } from "./address";
import { normaliseEmail } from "./email";
import { issuersOf, MAIL_ISSUER, normaliseIssuer, providerOf } from "./issuers";
import { ADDRESS_PROVERS } from "./person";
import type { Identity, SignUp } from "./sign-up";
import type { RuleResult } from "./verdict";

/** As much of a sign-up as says whether its address is proven. */
export type ProvingPerson = Pick<SignUp, "email" | "emailTyped" | "identities">;

/**
 * True if every provider that a person signed in with is trusted for the address, and a one-time passcode went to that
 * address. What was typed is nobody's word, and no address is nobody's.
 */
export function isAddressProven(person: ProvingPerson, trusted: ReadonlySet<string>): boolean {
  const email = addressOf(person);
  if (person.emailTyped || email === undefined) return false;
  const isTheirs = (identity: Identity) =>
    providerOf(identity) !== MAIL_ISSUER || normaliseEmail(identity.issuerAssignedId ?? "") === email;
  return issuersOf(person).every((issuer) => trusted.has(issuer)) && person.identities.every(isTheirs);
}

/**
 * Whether the person has proven their address: see docs/policy.md. Check it before your own rule admits somebody by
 * address.
 * @throws TypeError if `by` is no list of identity providers
 *
 * @example
 * defineRule({
 *   name: "staff",
 *   decide: (signUp) =>
 *     addressProven(signUp) && signUp.email.endsWith("@contoso.com")
 *       ? { kind: "continue", findings: { staff: true } }
 *       : { kind: "continue" },
 * })
 */
export function addressProven(signUp: ProvingPerson, by: readonly string[] = ADDRESS_PROVERS): boolean {
  return isAddressProven(signUp, trustedProviders(by, "addressProven", "by"));
}

/** Whether the address is the person's: the step's `provenBy` says so, or the code that was mailed to it. */
export function isEmailProven(person: ProvingPerson, said: readonly RuleResult[], provenBy?: readonly string[]): boolean {
  return addressProven(person, provenBy) || said.some(isByMailedCode);
}

/** As the rule `invited` left it: a code that names its invitation went to that mailbox, one that was handed out names none. */
function isByMailedCode({ rule, said, shadow, findings, evidence }: RuleResult): boolean {
  return rule === "invited" && said === "continue" && !shadow && findings?.invited === "code" && evidence?.invitation !== undefined;
}

/** A list of identity providers, each in its one spelling. Throws TypeError for what is none: `who` and `option` name it then. */
export function trustedProviders(issuers: unknown, who: string, option: string): ReadonlySet<string> {
  if (!Array.isArray(issuers)) {
    throw new TypeError(
      `${who}: ${option} must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.`,
    );
  }
  return new Set(issuers.map((issuer) => trustedProvider(issuer, who, option)));
}

function trustedProvider(issuer: unknown, who: string, option: string): string {
  // Accounts, and the prefix of the access list's entries, are no identity providers.
  if (typeof issuer === "string" && /^(?!issuer:)[^\s/]+$|^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(issuer.trim())) return normaliseIssuer(issuer);
  throw new TypeError(`${who}: ${JSON.stringify(issuer)} in ${option} is not an identity provider; write "google.com", "mail" or "entra".`);
}
