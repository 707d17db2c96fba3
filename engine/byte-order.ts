/** As DynamoDB orders texts: by the bytes of UTF-8. JavaScript's own order differs above U+FFFF. */
export function byteOrder(one: string, other: string): number {
  if (isPlain(one) && isPlain(other)) return one < other ? -1 : one > other ? 1 : 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Without halves of characters, both orders are the same. */
function isPlain(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text);
}
