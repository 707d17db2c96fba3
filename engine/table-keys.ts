/** DynamoDB's limit for a partition key, in bytes of UTF-8. */
export const MAX_PARTITION_KEY_BYTES = 2_048;
/** DynamoDB's limit for a sort key, in bytes of UTF-8. */
export const MAX_SORT_KEY_BYTES = 1_024;

/** True if a row can have the text as its key. DynamoDB refuses to read any other key. */
export function canBeKey(text: string, maxBytes = MAX_PARTITION_KEY_BYTES): boolean {
  return text !== "" && Buffer.byteLength(text) <= maxBytes;
}

/** Compares texts as DynamoDB orders them: by their bytes of UTF-8. JavaScript's own order differs above U+FFFF. */
export function byteOrder(one: string, other: string): number {
  if (isPlain(one) && isPlain(other)) return one < other ? -1 : one > other ? 1 : 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Without surrogates, JavaScript orders a text as DynamoDB does. */
function isPlain(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}

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
