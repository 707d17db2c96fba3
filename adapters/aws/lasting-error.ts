import { AwsError } from "./client";

/** Error codes of calls that AWS always refuses. A missing permission or table is not among them: it can come back. */
const refusals = new Set(["ItemCollectionSizeLimitExceededException", "SerializationException", "ValidationException"]);

/**
 * True if the input causes the error, such as a row that cannot be read or written: every retry fails in the same way. False for errors of
 * the network and of a busy or broken service, which pass.
 */
export function isLasting(error: unknown): boolean {
  if (error instanceof AwsError) return refusals.has(error.name);
  // A failed `fetch` is a TypeError too, with its cause.
  return [TypeError, RangeError, SyntaxError, URIError].some((kind) => error instanceof kind && error.cause === undefined);
}
