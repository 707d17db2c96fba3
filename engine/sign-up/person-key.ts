import { addressOf, normaliseEmail } from "./email";
import { AddressNeededError } from "./failure";
import { ENTRA_ISSUER, getProvider, MAIL_ISSUER, type ProvingPerson } from "./issuers";
import { buildAccountKey, buildPersonId, type HashOf, hasAccountId, hashAccount } from "./person";
import type { Row } from "./rule";
import type { Identity, SignUp } from "./sign-up";
import { toCountedSpelling } from "./spellings";
import { addressProven } from "./trust";

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

/**
 * Returns one id for all who prove the same mailbox, with any account, spelling or tag. Without proof, returns an id of the account, so
 * that the person does not count as the owner. If no account has an id, returns an id of provider and mailbox.
 */
export function countedPerson(person: ProvingPerson, hashOf: HashOf): string {
  const email = addressOf(person);
  if (email !== undefined && addressProven(person)) return buildPersonId(toCountedSpelling(email), hashOf);
  const countedEmail = person.identities.some(hasAccountId) ? undefined : email;
  const identities = person.identities.map(plainMail);
  return hashOf(personKey({ email: countedEmail && toCountedSpelling(countedEmail), identities }));
}

/** Omits an unproven address if the account has an id: otherwise, an account that shows several addresses would count several times. */
export function countedAccount(person: ProvingPerson): string {
  const isNamed = person.identities.some(hasAccountId);
  return personKey(isNamed && !addressProven(person) ? { identities: person.identities } : person);
}

/** The id of a one-time passcode's identity is an address: replaces this id by the address's base spelling. */
function plainMail(identity: Identity): Identity {
  const address = getProvider(identity) === MAIL_ISSUER ? normaliseEmail(identity.issuerAssignedId ?? "") : undefined;
  return address === undefined ? identity : { ...identity, issuerAssignedId: toCountedSpelling(address) };
}

export function readHolders(row: Row | undefined, setColumn: string): readonly string[] {
  const members: unknown = row?.[setColumn];
  return Array.isArray(members) ? members.filter((member) => typeof member === "string") : [];
}

export function isFull(row: Row | undefined, setColumn: string, member: string, atMost: number): boolean {
  const members = readHolders(row, setColumn);
  return members.length >= atMost && !members.includes(member);
}
