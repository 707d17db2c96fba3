import { randomBytes, randomInt } from "node:crypto";

/**
 * Capital letters and digits. Of characters that look alike (0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V) at most one is
 * included.
 */
const ALPHABET = "34679ACDEFGHJKMNPQRTVWXY";
/** 12 characters, each one of 24: 55 bits. */
export const CODE_LENGTH = 12;
const GROUP = /.{4}(?=.)/g;

/** Makes a random code that is easy to read aloud. */
export function randomCode(length = CODE_LENGTH): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Makes the code of an invitation, in the form of its mail: `QH7K-93FN-XAMT`. */
export function invitationCode(): string {
  return randomCode().replace(GROUP, "$&-");
}

/** Makes the secret in a mail's link: 256 bits. */
export function linkSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Makes an id from a time in UTC and random characters, `20261121-020305123-k7qd`. Ids sort by time. */
export function momentId(now: Date): string {
  const moment = now.toISOString().replace(/[-:.Z]/g, "");
  return `${moment.replace("T", "-")}-${randomCode(4).toLowerCase()}`;
}

export function isMomentId(text: string): boolean {
  return /^\d{8}-\d{9}-[a-z\d]{4}$/.test(text);
}
