import { baseOf } from "../access-list/spellings";
import { normaliseEmail } from "../sign-up/email";
import { type HashOf, personKey } from "../sign-up/person";
import type { Row } from "../sign-up/rule";
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

/** Who has a place in a row's set. */
export function holdersOf(row: Row | undefined, set: string): readonly string[] {
  const members: unknown = row?.[set];
  return Array.isArray(members) ? members.filter((member) => typeof member === "string") : [];
}

/** True if a row's set has neither this member nor room for it: taking a place in it would fail. */
export function isFull(row: Row | undefined, set: string, member: string, atMost: number): boolean {
  const members = holdersOf(row, set);
  return members.length >= atMost && !members.includes(member);
}
