import fc from "fast-check";

const SURROGATES_FROM = 0xd800;
const SURROGATES = 0x800;

/**
 * Any code point that is a character by itself, as a `unit` of `fc.string`. fast-check's own `"binary"` is the same, but makes a table
 * of all million of them first, in each process: more than a second, and a hundred megabytes that stay.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(0x10ffff - SURROGATES).map(
  (place) => String.fromCodePoint(place < SURROGATES_FROM ? place : place + SURROGATES),
  (text) => {
    const code = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (code === undefined || text !== String.fromCodePoint(code)) throw new Error("This is not one character.");
    return code < SURROGATES_FROM ? code : code - SURROGATES;
  },
);
