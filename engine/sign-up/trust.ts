import { ADDRESS_PROVERS, isAddressProven, normaliseIssuer, type ProvingPerson } from "./issuers";

/**
 * True if the person has proven their address: see docs/policy.md. Check it before your own rule admits somebody by
 * address.
 * @throws TypeError if `by` is no list of identity providers
 *
 * @example
 * defineRule("staff", ({ signUp }) => pass({ findings: { staff: addressProven(signUp) && signUp.email.endsWith("@contoso.com") } }))
 */
export function addressProven(signUp: ProvingPerson, by: readonly string[] = ADDRESS_PROVERS): boolean {
  return isAddressProven(signUp, trustedProviders(by, "addressProven", "by"));
}

/** A list of identity providers, each in its one spelling. Throws TypeError for what is none: `who` and `option` name it then. */
export function trustedProviders(issuers: unknown, who: string, option: string): ReadonlySet<string> {
  if (!Array.isArray(issuers)) {
    throw new TypeError(
      `${who}: ${option} must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.`,
    );
  }
  return new Set(issuers.map((issuer) => readProvider(issuer, who, option)));
}

/** An identity provider in its one spelling. Throws TypeError for what is none: `who` and `option` name it then. */
export function readProvider(issuer: unknown, who: string, option: string): string {
  // Accounts, addresses, and the prefix of the access list's entries, are no identity providers. Entra names those in ASCII.
  if (typeof issuer === "string" && /^(?!issuer:)[!-.0-?A-~]+(?<!\.)$|^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(issuer.trim()))
    return normaliseIssuer(issuer);
  throw new TypeError(`${who}: ${JSON.stringify(issuer)} in ${option} is not an identity provider; write "google.com", "mail" or "entra".`);
}
