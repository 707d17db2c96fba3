import { createHash } from "node:crypto";
import { ENTRA_ISSUER, type SignUp } from "./sign-up";

/** Base64url characters: 132 bits. */
const HASH_LENGTH = 22;

/**
 * One person, whatever they typed: address and account, so that two people who come with the same address through
 * different providers stay apart. `entra` stands for the account of those who come without one.
 */
export function personKey({ email, identities }: Pick<SignUp, "email" | "identities">): string {
  const accounts = identities.map(({ issuer, issuerAssignedId = "" }) => `${issuer}/${issuerAssignedId}`).sort();
  return JSON.stringify([email, ...(accounts.length === 0 ? [ENTRA_ISSUER] : accounts)]);
}

/** Stands for a text in a row's key where the text itself has no business. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, HASH_LENGTH);
}
