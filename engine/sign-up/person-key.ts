import { addressOf } from "./email";
import { AddressNeededError } from "./failure";
import { ENTRA_ISSUER } from "./issuers";
import { buildAccountKey, buildPersonId, type HashOf, hasAccountId, hashAccount } from "./person";
import type { SignUp } from "./sign-up";

// The person of a sign-up, in the keys of rows that rules store.

/** The parts of a sign-up that identify the person. */
export type Identifiable = Partial<Pick<SignUp, "email">> & Pick<SignUp, "identities">;

/**
 * Identifies one account of one person by address and account. So two people who have the same address at different providers have
 * different keys. For people without an account, `entra` takes the place of the account. Throws AddressNeededError if there is neither an
 * address nor an account.
 */
export function personKey(person: Identifiable): string {
  if (isNameless(person)) throw new AddressNeededError();
  const accounts = person.identities.map(buildAccountKey).sort();
  return JSON.stringify([addressOf(person) ?? "", ...(accounts.length === 0 ? [ENTRA_ISSUER] : accounts)]);
}

/** True for a person who has neither an address nor an account with an id. */
export const isNameless = (person: Identifiable) => addressOf(person) === undefined && !person.identities.some(hasAccountId);

/** Identifies the person at one gate: facts about a person at one gate do not count at another. */
export function personKeyAt(person: Identifiable & Pick<SignUp, "gate">): string {
  const { gate } = person;
  return gate === undefined ? personKey(person) : JSON.stringify([gate, personKey(person)]);
}

/**
 * Returns `buildPersonId` of a sign-up's address; without an address, the hash of the account. Throws AddressNeededError if there is
 * neither.
 */
export function personIdFor(person: Identifiable, hashOf: HashOf): string {
  const email = addressOf(person);
  const id = email === undefined ? hashAccount(person.identities, hashOf) : buildPersonId(email, hashOf);
  if (id === undefined) throw new AddressNeededError();
  return id;
}
