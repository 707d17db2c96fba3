import { addressOf } from "./email";
import { AddressNeededError } from "./failure";
import { ENTRA_ISSUER } from "./issuers";
import { buildAccountKey, buildPersonId, type HashOf, hasAccountId, hashAccount } from "./person";
import type { SignUp } from "./sign-up";

// The person behind a sign-up, in keys of rows that rules keep.

/** As much of a sign-up as says who it is. */
export type Identifiable = Partial<Pick<SignUp, "email">> & Pick<SignUp, "identities">;

/**
 * One account of one person, whatever they typed: address and account, so that two people who come with the same address
 * through different providers stay apart. People without an account have `entra` in its place. Throws AddressNeededError for the nameless.
 */
export function personKey(person: Identifiable): string {
  if (isNameless(person)) throw new AddressNeededError();
  const accounts = person.identities.map(buildAccountKey).sort();
  return JSON.stringify([addressOf(person) ?? "", ...(accounts.length === 0 ? [ENTRA_ISSUER] : accounts)]);
}

/** True without an address and an account to recognize them by. */
export const isNameless = (person: Identifiable) => addressOf(person) === undefined && !person.identities.some(hasAccountId);

/** The same at one gate: what was decided or found out of a person there holds at no other. */
export function personKeyAt(person: Identifiable & Pick<SignUp, "gate">): string {
  const { gate } = person;
  return gate === undefined ? personKey(person) : JSON.stringify([gate, personKey(person)]);
}

/**
 * `buildPersonId` for a sign-up; for somebody without an address, what stands for their account. Throws AddressNeededError
 * where they have neither.
 */
export function personIdFor(person: Identifiable, hashOf: HashOf): string {
  const email = addressOf(person);
  const id = email === undefined ? hashAccount(person.identities, hashOf) : buildPersonId(email, hashOf);
  if (id === undefined) throw new AddressNeededError();
  return id;
}
