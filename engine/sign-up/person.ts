import { createHmac } from "node:crypto";
import { addressOf } from "./email";
import { AddressNeededError } from "./errors";
import { ENTRA_ISSUER, providerOf } from "./issuers";
import type { Identity, SignUp } from "./sign-up";
import { mailboxOf } from "./spellings";

/** Base64url characters: 132 bits. */
const HASH_LENGTH = 22;

/**
 * Stands for a text where the text itself has no business: in a row's key, an event, a log line. It is keyed by a secret,
 * so nobody without the secret can find the text by hashing guesses.
 */
export type HashOf = (text: string) => string;

/** Never begins with a dash: people hand ids to commands, which take that for an option. @param key the secret's value */
export function keyedHash(key: string): HashOf {
  return (text) => createHmac("sha256", key).update(text).digest("base64url").slice(0, HASH_LENGTH).replace(/^-/, "A");
}

/** The hashes in the keys of a deployment's rows. */
export interface PersonHashes {
  /** New rows are written under it. */
  readonly hashOf: HashOf;
  /** By the secret's other key, if there is one: rows from before a rotation stand under it. */
  readonly otherHashOf?: HashOf;
}

/** All hashes that there are, the one to write under first. */
export function eachHash({ hashOf, otherHashOf }: PersonHashes): readonly HashOf[] {
  return otherHashOf === undefined ? [hashOf] : [hashOf, otherHashOf];
}

/** As much of a sign-up as says who it is. */
export type Identifiable = Partial<Pick<SignUp, "email">> & Pick<SignUp, "identities">;

/**
 * One account of one person, whatever they typed: address and account, so that two people who come with the same address
 * through different providers stay apart. People without an account have `entra` in its place. Throws AddressNeededError for the nameless.
 */
export function personKey(person: Identifiable): string {
  if (isNameless(person)) throw new AddressNeededError();
  const accounts = person.identities.map(accountKeyOf).sort();
  return JSON.stringify([addressOf(person) ?? "", ...(accounts.length === 0 ? [ENTRA_ISSUER] : accounts)]);
}

/** Whether there is neither address nor account, by which to know them again. */
export const isNameless = (person: Identifiable) => addressOf(person) === undefined && !person.identities.some(hasAccountId);

/** The same in every dialect. */
export function accountKeyOf(identity: Identity): string {
  return `${providerOf(identity)}/${identity.issuerAssignedId ?? ""}`;
}

/** The same at one gate: what was decided or found out of a person there holds at no other. */
export function personKeyAt(person: Identifiable & Pick<SignUp, "gate">): string {
  const { gate } = person;
  return gate === undefined ? personKey(person) : JSON.stringify([gate, personKey(person)]);
}

/** What everything about a person carries, in every table, event and log line: the same for all spellings of their mailbox. */
export function personIdOf(email: string, hashOf: HashOf): string {
  return hashOf(`person\n${mailboxOf(email)}`);
}

/**
 * The same for a sign-up; for somebody without an address, what stands for their account. Throws AddressNeededError
 * where they have neither.
 */
export function personIdFor(person: Identifiable, hashOf: HashOf): string {
  const email = addressOf(person);
  const id = email === undefined ? accountHashOf(person.identities, hashOf) : personIdOf(email, hashOf);
  if (id === undefined) throw new AddressNeededError();
  return id;
}

/** Stands for the account that the person signed in with; undefined where the provider names none. */
export function accountHashOf(identities: readonly Identity[], hashOf: HashOf): string | undefined {
  const named = identities.find(hasAccountId);
  return named && hashOf(`account\n${accountKeyOf(named)}`);
}

/** Whether the provider names the account. */
export function hasAccountId({ issuerAssignedId }: Identity): boolean {
  return issuerAssignedId !== undefined;
}
