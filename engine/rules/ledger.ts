import { baseOf } from "../access-list/spellings";
import { addressOf } from "../sign-up/address";
import { normaliseEmail } from "../sign-up/email";
import { type HashOf, hasAccountId, type Identifiable, personKey } from "../sign-up/person";
import type { Row } from "../sign-up/rule";
import { type Identity, MAIL_ISSUER, providerOf } from "../sign-up/sign-up";

/**
 * Names in keys the person whose tries are counted. Unlike `hashOf(personKey(…))` it is the same for all
 * spellings of a mailbox, +tags included, and for all addresses that an account shows, or none. Else each tag, and each address
 * that somebody types, would be as many tries more.
 */
export function attemptKey(person: Identifiable, hashOf: HashOf): string {
  const email = person.identities.some(hasAccountId) ? undefined : addressOf(person);
  return hashOf(personKey({ ...(email !== undefined && { email: baseOf(email) }), identities: person.identities.map(plainMail) }));
}

/** With a one-time passcode the account is the address. */
function plainMail(identity: Identity): Identity {
  const address = providerOf(identity) === MAIL_ISSUER ? normaliseEmail(identity.issuerAssignedId ?? "") : undefined;
  return address === undefined ? identity : { ...identity, issuerAssignedId: baseOf(address) };
}

/** The members of a row's set. */
export function holdersOf(row: Row | undefined, set: string): readonly string[] {
  const members: unknown = row?.[set];
  return Array.isArray(members) ? members.filter((member) => typeof member === "string") : [];
}

/** True if a row's set has neither this member nor room for it: taking a place in it would fail. */
export function isFull(row: Row | undefined, set: string, member: string, atMost: number): boolean {
  const members = holdersOf(row, set);
  return members.length >= atMost && !members.includes(member);
}
