import { ADDRESS_PROVERS, isAddressProven, normaliseIssuer, type ProvingPerson } from "./issuers";
import type { AnyRule } from "./rule";
import type { Step, Trust } from "./sign-up";

/**
 * True if the person has proven their address, by the step's `trust`: see docs/policy.md. Check it before your own rule
 * admits somebody by address.
 * @param trust identity providers, to narrow the step's
 * @throws TypeError if `trust` is no list of identity providers
 *
 * @example
 * defineRule("staff", ({ signUp }) => pass({ findings: { staff: addressProven(signUp) && signUp.email.endsWith("@contoso.com") } }))
 */
export function addressProven(signUp: ProvingPerson, trust?: readonly string[]): boolean {
  return isAddressProven(signUp, trust === undefined ? trust : readProviders(trust, "addressProven"));
}

/** Throws TypeError with `who` if the trust is invalid. */
export function readTrust(trust: unknown, who: string): Trust {
  if (typeof GATEHOUSE_OPTIONS === "undefined" && Array.isArray(trust) && trust.includes("any"))
    throw new TypeError(`${who}: write trust: "any" in place of trust: ${JSON.stringify(trust)}.`);
  return trust === "any" ? trust : readProviders(trust, who);
}

/** Throws TypeError with `who` if the list is invalid. */
export function readProviders(issuers: unknown, who: string): readonly string[] {
  if (!Array.isArray(issuers)) {
    throw new TypeError(
      `${who}: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.`,
    );
  }
  return [...new Set(issuers.map((issuer) => readProvider(issuer, who, "trust")))];
}

export function ruleTrust({ trust }: Pick<AnyRule, "trust">, step: Trust | undefined): Trust {
  return trust ?? step ?? ADDRESS_PROVERS;
}

/** Throws TypeError with `who` and `option` if the issuer is invalid. */
export function readProvider(issuer: unknown, who: string, option: string): string {
  // Refuses accounts, addresses and the access list's `issuer:`. Entra's names of providers are in ASCII.
  if (typeof issuer === "string" && /^(?!issuer:)[!-.0-?A-~]+(?<!\.)$|^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(issuer.trim()))
    return normaliseIssuer(issuer);
  throw new TypeError(`${who}: ${JSON.stringify(issuer)} in ${option} is not an identity provider; write "google.com", "mail" or "entra".`);
}

/** Returns an error if a policy lacks a trust that its rules need, or if a rule's trust is wider than the step's. Otherwise, undefined. */
export function trustFlaw(rules: readonly AnyRule[], step: Step, trust: Trust | undefined): string | undefined {
  const byAddress = rules.filter((rule) => rule.byAddress).map(({ name }) => name);
  if (trust === undefined && byAddress.length > 0) return missingTrust(byAddress, step);
  for (const rule of rules) {
    const odd = rule.trust?.find((issuer) => (trust ?? ADDRESS_PROVERS) !== "any" && !(trust ?? ADDRESS_PROVERS).includes(issuer));
    if (odd !== undefined)
      return `The policy for ${step}: ${rule.name} trusts ${JSON.stringify(odd)}, which the step does not: a rule's trust only narrows the step's. Add ${JSON.stringify(odd)} to the step's ${trust === undefined ? `trust, which is ${JSON.stringify(ADDRESS_PROVERS)} unless you write it` : "trust"}, or take it out of the rule's.`;
  }
  return undefined;
}

function missingTrust(byAddress: readonly string[], step: Step): string {
  const names = [...new Set(byAddress)].join(", ");
  return `The policy for ${step} goes by addresses (${names}), so its options must say whose word for an address counts. Write one of:
  { trust: ["mail", "google.com"] }  A passcode or Google proves the address. Work accounts (Entra) prove none: invite or approve them.
  { trust: "any" }  Every provider's word counts. A work account shows any address that its own tenant's administrator wrote.`;
}

/**
 * Returns a function that is true if the step's trust proves a person's address. A rule's own list only narrows this trust.
 * @param who the rule or source with the option, for the error
 */
export function trusting(trust: readonly string[] | undefined, who: string): (person: ProvingPerson) => boolean {
  const own = trust === undefined ? trust : readProviders(trust, who);
  return (person) => isAddressProven(person, own);
}

/** Returns the option `trust` as a rule's member. `trustFlaw` checks that it only narrows the step's trust. */
export function narrowing(trust: readonly string[] | undefined, who: string): Pick<AnyRule, "trust"> {
  return trust === undefined ? {} : { trust: readProviders(trust, who) };
}
