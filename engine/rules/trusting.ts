import { isAddressProven, type ProvingPerson } from "../sign-up/issuers";
import { trustedProviders } from "../sign-up/trust";

/**
 * Whether the policy trusts the identity providers that a person signed in with for the e-mail address: all of them must be
 * on the list. Throws TypeError if it is not a list of identity providers.
 * @param who the rule or source that has the option, for the error
 */
export function trusting(trust: readonly string[] | undefined, who: string): (person: ProvingPerson) => boolean {
  const trusted = trustedProviders(trust, who, "trust");
  return (person) => isAddressProven(person, trusted);
}

/** The same for a rule that trusts every provider if it gets no list: then only an address that was typed is nobody's word. */
export function trustingUnlessTyped(trust: readonly string[] | undefined, who: string): (person: ProvingPerson) => boolean {
  return trust === undefined ? ({ emailTyped }) => !emailTyped : trusting(trust, who);
}
