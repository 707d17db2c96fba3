import { createHash } from "node:crypto";

/** Letters and digits that nobody mistakes for one another on the telephone: no 0 O, 1 I L, U V, 5 S, 8 B, 2 Z. */
const ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
const LENGTH = 8;

/**
 * The code on a page that stopped somebody, `K7QD-9MXD`: the same for a call repeated within the minute.
 * @param call what makes the call: its step and claims
 */
export function referenceFor(call: string, now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000);
  let number = createHash("sha256").update(`${minute}\n${call}`).digest().readBigUInt64BE();
  let code = "";
  for (let place = 0; place < LENGTH; place++) {
    code += ALPHABET[Number(number % BigInt(ALPHABET.length))];
    number /= BigInt(ALPHABET.length);
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
