import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { Services } from "../engine/sign-up/rule";
import type { Clock } from "../engine/sign-up/time";

let now = () => Date.now();

/**
 * Makes the clock use the machine's `Date` while `replacement` is the global `Date`. So a case can stop the policy's time, and the case's
 * own time limits still work.
 */
export function keepMachineTime(replacement: DateConstructor): void {
  const machine = Date;
  now = () => (Date === replacement ? machine : Date).now();
}

export const systemClock: Clock = {
  now: () => now(),
  startTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const system: Pick<Services, "clock" | "random"> = {
  clock: systemClock,
  random: { fraction: () => Math.random(), uuid: () => randomUUID() },
};

/** Of each group of characters that look alike, includes at most one (0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V). */
const ALPHABET = "34679ACDEFGHJKMNPQRTVWXY";
/** A code of 12 characters, each one of 24, has 55 bits. */
export const CODE_LENGTH = 12;
const GROUP = /.{4}(?=.)/g;

export function randomCode(length = CODE_LENGTH): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Returns a code in the form of the invitation's mail: `QH7K-93FN-XAMT`. */
export function invitationCode(): string {
  return randomCode().replace(GROUP, "$&-");
}

/** 256 bits: the secret in a mail's link. */
export function linkSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Makes an id that sorts by time (UTC): `20261121-020305123-k7qd`. */
export function momentId(now: Date): string {
  const moment = now.toISOString().replace(/[-:.Z]/g, "");
  return `${moment.replace("T", "-")}-${randomCode(4).toLowerCase()}`;
}

/** Returns a text that sorts right after all ids of a moment, as the place before which older rows follow. */
export function momentBefore(moment: Date): string {
  return momentId(new Date(moment.getTime() + 1)).slice(0, "20261121-020305123".length);
}

export function isMomentId(text: string): boolean {
  return /^\d{8}-\d{9}-[a-z\d]{4}$/.test(text);
}
