import { createHmac } from "node:crypto";
import { ENTRA_ISSUER, getProvider } from "./issuers";
import type { Identity } from "./sign-up";
import { normaliseMailbox } from "./spellings";

/** The length of a hash in base64url characters: 132 bits. */
const HASH_LENGTH = 22;

/** Hashes texts that must not appear in keys, events or log lines. Nobody without the secret can find a text by hashing guesses. */
export type HashOf = (text: string) => string;

/** A hash never begins with a dash, which commands would take for an option. @param key the secret's value */
export function keyedHash(key: string): HashOf {
  return (text) => createHmac("sha256", key).update(text).digest("base64url").slice(0, HASH_LENGTH).replace(/^-/, "A");
}

export interface PersonHashes {
  readonly hashOf: HashOf;
  /** The hash under the secret's other key: rows from before a rotation contain it. */
  readonly otherHashOf?: HashOf;
}

/** Returns the hash functions, with the one for new rows first. */
export function eachHash({ hashOf, otherHashOf }: PersonHashes): readonly HashOf[] {
  return otherHashOf === undefined ? [hashOf] : [hashOf, otherHashOf];
}

/** The key is the same in every dialect. */
export function buildAccountKey(identity: Identity): string {
  return `${getProvider(identity)}/${identity.issuerAssignedId ?? ""}`;
}

/** Returns a person's id: the same in every table, event and log line, for all spellings of the mailbox. */
export function buildPersonId(email: string, hashOf: HashOf): string {
  return hashOf(`person\n${normaliseMailbox(email)}`);
}

export function hashAccount(identities: readonly Identity[], hashOf: HashOf): string | undefined {
  const named = identities.find(hasAccountId);
  return named && hashOf(`account\n${buildAccountKey(named)}`);
}

/** An account of the directory itself, as an entry of the access list names it. @param userId its object id, lower case */
export function directoryAccount(userId: string): Identity {
  return { issuer: ENTRA_ISSUER, issuerAssignedId: userId };
}

export function hasAccountId(identity: Identity): identity is Required<Pick<Identity, "issuerAssignedId">> & Identity {
  return identity.issuerAssignedId !== undefined;
}
