import { createHash } from "node:crypto";
import { addressOf } from "./email";
import type { HashOf } from "./person";
import type { SignUp, Step } from "./sign-up";
import { MS_PER_MINUTE } from "./time";

/** Returns a text that is the same for identical calls. The order of the attributes does not matter. */
export function buildFingerprint(signUp: SignUp): string {
  const { step, gate, attributes, correlationId, application, identities, locales, userId } = signUp;
  const names = Object.keys(attributes).sort();
  const sorted = names.map((name) => [name, attributes[name]]);
  const account = userId === undefined ? [] : [userId];
  const email = addressOf(signUp) ?? "";
  return JSON.stringify([step, gate, correlationId, application?.id, email, identities, sorted, locales, ...account]);
}

/** Builds the fingerprint of a call whose claims cannot be read. */
export function fingerprintOfBody(step: Step, gate: string | undefined, body: string): string {
  return JSON.stringify([step, gate, body]);
}

/** If Entra considers a call lost, Entra repeats it within this time: after 20 s at the latest. */
const REPEATED_WITHIN_MS = 30_000;

/**
 * Returns the ids under which a call's decision may be stored. Entra may repeat a call, so the first try may have an id of the previous
 * minute. That id is added only shortly after the minute's start, because each id costs a read.
 * @param hashOf uses a secret, so that nobody who sees an id or a reference code can test whose it is
 */
export function callIds(fingerprint: string, now: Date, hashOf: HashOf): readonly [string, ...string[]] {
  const minute = Math.floor(now.getTime() / MS_PER_MINUTE);
  const id = (at: number) => hashOf(`call\n${at}\n${fingerprint}`);
  return now.getTime() % MS_PER_MINUTE <= REPEATED_WITHIN_MS ? [id(minute), id(minute - 1)] : [id(minute)];
}

/** Letters and digits that are hard to confuse, by eye or on the telephone: no 0 O, 1 I L, U V, 5 S, 8 B, 2 Z. */
const ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
const LENGTH = 8;

/** Makes the reference code, such as `K7QD-9MXD`, for the page of a person who was stopped. @param id the decision's id */
export function referenceFor(id: string): string {
  let number = createHash("sha256").update(id).digest().readBigUInt64BE();
  let code = "";
  for (let place = 0; place < LENGTH; place++) {
    code += ALPHABET[Number(number % BigInt(ALPHABET.length))];
    number /= BigInt(ALPHABET.length);
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

export function readReference(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  const legal = code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter));
  return legal ? `${code.slice(0, 4)}-${code.slice(4)}` : undefined;
}
