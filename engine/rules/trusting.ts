import { isAddressProven, type ProvingPerson } from "../sign-up/issuers";
import type { AnyRule } from "../sign-up/rule";
import { readProviders } from "../sign-up/trust";

/**
 * Returns a function that is true for people whose address the step trusts. A rule's own list only narrows that. Throws TypeError if it is
 * not a list of identity providers.
 * @param who the rule or source with the option, for the error
 */
export function trusting(trust: readonly string[] | undefined, who: string): (person: ProvingPerson) => boolean {
  const own = trust === undefined ? trust : readProviders(trust, who);
  return (person) => isAddressProven(person, own);
}

/** The declaration of a rule's own list, for the check against its step. */
export function narrowing(trust: readonly string[] | undefined, who: string): Pick<AnyRule, "trust"> {
  return trust === undefined ? {} : { trust: readProviders(trust, who) };
}
