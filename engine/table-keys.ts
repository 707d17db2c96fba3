/** DynamoDB's limit for a partition key, in bytes of UTF-8. */
export const MAX_PARTITION_KEY_BYTES = 2_048;
/** The same for a sort key. */
export const MAX_SORT_KEY_BYTES = 1_024;

/** Asked for what cannot be a key, DynamoDB fails; there is no such row. */
export function canBeKey(text: string, maxBytes = MAX_PARTITION_KEY_BYTES): boolean {
  return text !== "" && Buffer.byteLength(text) <= maxBytes;
}

/** As DynamoDB orders texts: by the bytes of UTF-8. JavaScript's own order differs above U+FFFF. */
export function byteOrder(one: string, other: string): number {
  if (isPlain(one) && isPlain(other)) return one < other ? -1 : one > other ? 1 : 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Without halves of characters, both orders are the same. */
function isPlain(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}
