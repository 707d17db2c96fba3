import { addressOf, normaliseEmail } from "../sign-up/email";
import { getProvider, MAIL_ISSUER, type ProvingPerson } from "../sign-up/issuers";
import { toCountedSpelling } from "../sign-up/kept-spellings";
import { buildPersonId, type HashOf, hasAccountId } from "../sign-up/person";
import { personKey } from "../sign-up/person-key";
import type { Row } from "../sign-up/rule";
import type { Identity } from "../sign-up/sign-up";
import { addressProven } from "../sign-up/trust";

/**
 * Returns one id for all who prove the same mailbox, with any account, spelling or tag. Without proof, returns an id of the account, so
 * that the person does not count as the owner. If no account has an id, returns an id of provider and mailbox.
 */
export function countedPerson(person: ProvingPerson, hashOf: HashOf): string {
  const email = addressOf(person);
  if (email !== undefined && addressProven(person)) return buildPersonId(toCountedSpelling(email), hashOf);
  const countedEmail = person.identities.some(hasAccountId) ? undefined : email;
  const identities = person.identities.map(plainMail);
  return hashOf(personKey({ ...(countedEmail !== undefined && { email: toCountedSpelling(countedEmail) }), identities }));
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
