import { randomBytes, randomInt } from "node:crypto";

/** Capital letters and digits, of those that are taken for each other (0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V) one at most. */
const ALPHABET = "34679ACDEFGHJKMNPQRTVWXY";
/** Of 24 letters each: 55 bits. */
export const CODE_LENGTH = 12;
const GROUP = /.{4}(?=.)/g;

/** A random code that is easy to read aloud. */
export function randomCode(length = CODE_LENGTH): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** The code of an invitation, as its mail shows it: `QH7K-93FN-XAMT`. */
export function invitationCode(): string {
  return randomCode().replace(GROUP, "$&-");
}

/** The secret in the link of a mail: 256 bits. */
export function linkSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** An id that tells when something began, `20261121-020305123-k7qd`: UTC, and a random end. Ids are in the order of time. */
export function momentId(now: Date): string {
  const moment = now.toISOString().replace(/[-:.Z]/g, "");
  return `${moment.replace("T", "-")}-${randomCode(4).toLowerCase()}`;
}

export function isMomentId(text: string): boolean {
  return /^\d{8}-\d{9}-[a-z\d]{4}$/.test(text);
}
