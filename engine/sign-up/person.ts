import { createHmac } from "node:crypto";
import { getProvider } from "./issuers";
import type { Identity } from "./sign-up";
import { normaliseMailbox } from "./spellings";

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

/** An account at its provider: the same in every dialect. */
export function buildAccountKey(identity: Identity): string {
  return `${getProvider(identity)}/${identity.issuerAssignedId ?? ""}`;
}

/** The person's keyed hash in every table, event and log line: the same for all spellings of their mailbox. */
export function buildPersonId(email: string, hashOf: HashOf): string {
  return hashOf(`person\n${normaliseMailbox(email)}`);
}

/** Stands for the account that the person signed in with; undefined where the provider names none. */
export function hashAccount(identities: readonly Identity[], hashOf: HashOf): string | undefined {
  const named = identities.find(hasAccountId);
  return named && hashOf(`account\n${buildAccountKey(named)}`);
}

/** True if the provider names the account. */
export function hasAccountId(identity: Identity): identity is Required<Pick<Identity, "issuerAssignedId">> & Identity {
  return identity.issuerAssignedId !== undefined;
}
