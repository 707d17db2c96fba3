import { createHmac } from "node:crypto";
import { getProvider } from "./issuers";
import type { Identity } from "./sign-up";
import { normaliseMailbox } from "./spellings";

/** Number of base64url characters: 132 bits. */
const HASH_LENGTH = 22;

/**
 * Hashes a text for places where the text itself must not appear: a row's key, an event, a log line. The hash is keyed by a secret, so
 * nobody without the secret can find the text by hashing guesses.
 */
export type HashOf = (text: string) => string;

/** Makes a keyed hash. A hash never begins with a dash, which commands would take for an option. @param key the secret's value */
export function keyedHash(key: string): HashOf {
  return (text) => createHmac("sha256", key).update(text).digest("base64url").slice(0, HASH_LENGTH).replace(/^-/, "A");
}

/** The hashes in the keys of a deployment's rows. */
export interface PersonHashes {
  /** The hash for new rows. */
  readonly hashOf: HashOf;
  /** The hash under the secret's other key, if there is one. Rows from before a rotation contain this hash. */
  readonly otherHashOf?: HashOf;
}

/** Lists all hashes, the one for new rows first. */
export function eachHash({ hashOf, otherHashOf }: PersonHashes): readonly HashOf[] {
  return otherHashOf === undefined ? [hashOf] : [hashOf, otherHashOf];
}

/** Identifies an account at its provider. The key is the same in every dialect. */
export function buildAccountKey(identity: Identity): string {
  return `${getProvider(identity)}/${identity.issuerAssignedId ?? ""}`;
}

/** Computes a person's keyed hash. It is the same in every table, event and log line, and for all spellings of the person's mailbox. */
export function buildPersonId(email: string, hashOf: HashOf): string {
  return hashOf(`person\n${normaliseMailbox(email)}`);
}

/** Computes the hash of the account with which the person signed in; undefined if the provider names none. */
export function hashAccount(identities: readonly Identity[], hashOf: HashOf): string | undefined {
  const named = identities.find(hasAccountId);
  return named && hashOf(`account\n${buildAccountKey(named)}`);
}

/** True if the provider names the account. */
export function hasAccountId(identity: Identity): identity is Required<Pick<Identity, "issuerAssignedId">> & Identity {
  return identity.issuerAssignedId !== undefined;
}
