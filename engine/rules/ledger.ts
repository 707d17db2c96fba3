import { addressOf, normaliseEmail } from "../sign-up/email";
import { getProvider, MAIL_ISSUER, type ProvingPerson } from "../sign-up/issuers";
import { toBaseSpelling } from "../sign-up/kept-spellings";
import { buildPersonId, type HashOf, hasAccountId } from "../sign-up/person";
import { personKey } from "../sign-up/person-key";
import type { Row } from "../sign-up/rule";
import type { Identity } from "../sign-up/sign-up";
import { addressProven } from "../sign-up/trust";

/**
 * Names the person who is counted or remembered, for keys. All who prove the same mailbox are one person, whichever account and spelling
 * they use, +tags included. Others are identified by their account, whatever address they show, so that they use up nothing of the
 * address's owner. If the provider names no account, they are identified by the provider and the mailbox.
 */
export function countedPerson(person: ProvingPerson, hashOf: HashOf): string {
  const email = addressOf(person);
  if (email !== undefined && addressProven(person)) return buildPersonId(toBaseSpelling(email), hashOf);
  const countedEmail = person.identities.some(hasAccountId) ? undefined : email;
  const identities = person.identities.map(plainMail);
  return hashOf(personKey({ ...(countedEmail !== undefined && { email: toBaseSpelling(countedEmail) }), identities }));
}

/**
 * Names one account, with its address. The address is left out if the account has an id and does not prove the address: such an account
 * could show any number of addresses, and would count as another account each time.
 */
export function countedAccount(person: ProvingPerson): string {
  const isNamed = person.identities.some(hasAccountId);
  return personKey(isNamed && !addressProven(person) ? { identities: person.identities } : person);
}

/** Gives the account of a one-time passcode, whose id is an address, the base spelling of that address as its id. */
function plainMail(identity: Identity): Identity {
  const address = getProvider(identity) === MAIL_ISSUER ? normaliseEmail(identity.issuerAssignedId ?? "") : undefined;
  return address === undefined ? identity : { ...identity, issuerAssignedId: toBaseSpelling(address) };
}

/** Returns the members of a row's set. */
export function readHolders(row: Row | undefined, setColumn: string): readonly string[] {
  const members: unknown = row?.[setColumn];
  return Array.isArray(members) ? members.filter((member) => typeof member === "string") : [];
}

/** True if a place for the member cannot be reserved in a row's set: the set does not have the member, and has no room for it. */
export function isFull(row: Row | undefined, setColumn: string, member: string, atMost: number): boolean {
  const members = readHolders(row, setColumn);
  return members.length >= atMost && !members.includes(member);
}
