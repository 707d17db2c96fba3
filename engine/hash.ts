/**
 * FNV-1a over UTF-16 units. The lowest bits are often equal for similar texts: `computeShortHash` is better for dividing texts into a few
 * parts.
 */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** Computes the 16 bits that FNV's authors derive from 32: http://www.isthe.com/chongo/tech/comp/fnv/#xor-fold */
export function computeShortHash(text: string): number {
  const value = hash(text);
  return (value ^ (value >>> 16)) & 0xffff;
}
