/**
 * FNV-1a over UTF-16 units, 32 bits: spreads texts evenly, which is all it is for. Texts that differ in few places often have the
 * same lowest bits: `folded` is for a few parts that neighbours are to be spread over.
 */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** The 16 bits that FNV's authors make of 32 where fewer are wanted: http://www.isthe.com/chongo/tech/comp/fnv/#xor-fold */
export function computeShortHash(text: string): number {
  const value = hash(text);
  return (value ^ (value >>> 16)) & 0xffff;
}
