import { baseOf } from "../access-list/spellings";
import { normaliseEmail } from "../sign-up/email";
import { digestOf, personKey } from "../sign-up/person";
import type { Identity, SignUp } from "../sign-up/sign-up";

/**
 * For whom tries are counted: stands for the person in keys, as `digestOf(personKey(…))` does, but is the same for all
 * spellings of a mailbox, +tags included. Else each tag would be as many tries more.
 */
export function attemptKey({ email, identities }: Pick<SignUp, "email" | "identities">): string {
  return digestOf(personKey({ email: baseOf(email), identities: identities.map(plainMail) }));
}

/** With a one-time passcode the account is the address. */
function plainMail(identity: Identity): Identity {
  const address = identity.issuer === "mail" ? normaliseEmail(identity.issuerAssignedId ?? "") : undefined;
  return address === undefined ? identity : { ...identity, issuerAssignedId: baseOf(address) };
}
