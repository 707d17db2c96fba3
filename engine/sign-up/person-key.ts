import { addressOf } from "./email";
import { AddressNeededError } from "./failure";
import { ENTRA_ISSUER } from "./issuers";
import { buildAccountKey, buildPersonId, type HashOf, hasAccountId, hashAccount } from "./person";
import type { SignUp } from "./sign-up";

// The person of a sign-up, in the keys of rows that rules store.

/** The parts of a sign-up that identify the person. */
export type Identifiable = Partial<Pick<SignUp, "email">> & Pick<SignUp, "identities">;

/**
 * Identifies one account of one person, by address and account. If two people have the same address at different providers, their keys
 * differ. For people without an account, `entra` takes the place of the account. Throws AddressNeededError if the person has neither an
 * address nor an account with an id.
 */
export function personKey(person: Identifiable): string {
  if (isNameless(person)) throw new AddressNeededError();
  const accounts = person.identities.map(buildAccountKey).sort();
  return JSON.stringify([addressOf(person) ?? "", ...(accounts.length === 0 ? [ENTRA_ISSUER] : accounts)]);
}

/** True for a person who has neither an address nor an account with an id. */
export const isNameless = (person: Identifiable) => addressOf(person) === undefined && !person.identities.some(hasAccountId);

/** Identifies the person at one gate. Facts about the person there do not count at another gate. */
export function personKeyAt(person: Identifiable & Pick<SignUp, "gate">): string {
  const { gate } = person;
  return gate === undefined ? personKey(person) : JSON.stringify([gate, personKey(person)]);
}

/**
 * Returns a person's id: `buildPersonId` of the address, or the hash of the account if there is no address. Throws AddressNeededError if
 * the person has neither an address nor an account with an id.
 */
export function personIdFor(person: Identifiable, hashOf: HashOf): string {
  const email = addressOf(person);
  const id = email === undefined ? hashAccount(person.identities, hashOf) : buildPersonId(email, hashOf);
  if (id === undefined) throw new AddressNeededError();
  return id;
}
