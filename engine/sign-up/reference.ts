import { createHash } from "node:crypto";

/** Letters and digits that nobody mistakes for one another on the telephone: no 0 O, 1 I L, U V, 5 S, 8 B, 2 Z. */
const ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
const LENGTH = 8;

/** The code on a page that stopped somebody, `K7QD-9MXD`. @param id the decision's */
export function referenceFor(id: string): string {
  let number = createHash("sha256").update(id).digest().readBigUInt64BE();
  let code = "";
  for (let place = 0; place < LENGTH; place++) {
    code += ALPHABET[Number(number % BigInt(ALPHABET.length))];
    number /= BigInt(ALPHABET.length);
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A code as somebody typed it, "k7qd 9mxd", in its one spelling. Undefined if it is none. */
export function readReference(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  const legal = code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter));
  return legal ? `${code.slice(0, 4)}-${code.slice(4)}` : undefined;
}
