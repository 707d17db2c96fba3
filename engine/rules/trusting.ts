import { isAddressProven, type ProvingPerson } from "../sign-up/issuers";
import { trustedProviders } from "../sign-up/trust";

/**
 * Returns a function that is true if the policy trusts a person's e-mail address: all identity providers that they signed in with must be
 * on the list. Throws TypeError if it is not a list of identity providers.
 * @param who the rule or source with the option, for the error
 */
export function trusting(trust: readonly string[] | undefined, who: string): (person: ProvingPerson) => boolean {
  const trusted = trustedProviders(trust, who, "trust");
  return (person) => isAddressProven(person, trusted);
}

/** The same for a rule that trusts every provider if it has no list. Then it distrusts only an address that no provider vouches for. */
export function trustingUnlessTyped(trust: readonly string[] | undefined, who: string): (person: ProvingPerson) => boolean {
  return trust === undefined ? ({ emailTyped }) => !emailTyped : trusting(trust, who);
}
