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
