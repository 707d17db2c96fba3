/** DynamoDB's limit for a partition key, in bytes of UTF-8. */
export const MAX_PARTITION_KEY_BYTES = 2_048;
/** The same for a sort key. */
export const MAX_SORT_KEY_BYTES = 1_024;

/** Asked for what cannot be a key, DynamoDB fails; there is no such row. */
export function canBeKey(text: string, maxBytes = MAX_PARTITION_KEY_BYTES): boolean {
  return text !== "" && Buffer.byteLength(text) <= maxBytes;
}
