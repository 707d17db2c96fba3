import { addressOf } from "./email";
import { AddressNeededError } from "./failure";
import { ENTRA_ISSUER } from "./issuers";
import { buildAccountKey, buildPersonId, type HashOf, hasAccountId, hashAccount } from "./person";
import type { SignUp } from "./sign-up";

export type Identifiable = Partial<Pick<SignUp, "email">> & Pick<SignUp, "identities">;

/**
 * Identifies one account of one person. People with one address at different providers have different keys. Throws AddressNeededError for a
 * person with neither an address nor an account's id.
 */
export function personKey(person: Identifiable): string {
  if (isNameless(person)) throw new AddressNeededError();
  const accounts = person.identities.map(buildAccountKey).sort();
  return JSON.stringify([addressOf(person) ?? "", ...(accounts.length === 0 ? [ENTRA_ISSUER] : accounts)]);
}

export const isNameless = (person: Identifiable) => addressOf(person) === undefined && !person.identities.some(hasAccountId);

/** Adds the named gate to the person's key, because facts about a person at one gate do not count at another. */
export function personKeyAt(person: Identifiable & Pick<SignUp, "gate">): string {
  const { gate } = person;
  return gate === undefined ? personKey(person) : JSON.stringify([gate, personKey(person)]);
}

/**
 * Returns `buildPersonId` of the address, or else the hash of the account. Throws AddressNeededError if the person has neither an address
 * nor an account with an id.
 */
export function personIdFor(person: Identifiable, hashOf: HashOf): string {
  const email = addressOf(person);
  const id = email === undefined ? hashAccount(person.identities, hashOf) : buildPersonId(email, hashOf);
  if (id === undefined) throw new AddressNeededError();
  return id;
}
