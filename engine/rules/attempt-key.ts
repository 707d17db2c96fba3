import { baseOf } from "../access-list/spellings";
import { normaliseEmail } from "../sign-up/email";
import { type HashOf, personKey } from "../sign-up/person";
import { type Identity, MAIL_ISSUER, providerOf, type SignUp } from "../sign-up/sign-up";

/**
 * For whom tries are counted: stands for the person in keys, as `hashOf(personKey(…))` does, but is the same for all
 * spellings of a mailbox, +tags included. Else each tag would be as many tries more.
 */
export function attemptKey({ email, identities }: Pick<SignUp, "email" | "identities">, hashOf: HashOf): string {
  return hashOf(personKey({ email: baseOf(email), identities: identities.map(plainMail) }));
}

/** With a one-time passcode the account is the address. */
function plainMail(identity: Identity): Identity {
  const address = providerOf(identity) === MAIL_ISSUER ? normaliseEmail(identity.issuerAssignedId ?? "") : undefined;
  return address === undefined ? identity : { ...identity, issuerAssignedId: baseOf(address) };
}
