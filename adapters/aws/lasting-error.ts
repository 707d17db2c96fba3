import { AwsError } from "./client";

/** Error codes of calls that AWS always refuses. A missing permission or table is not among them: it can come back. */
const refusals = new Set(["ItemCollectionSizeLimitExceededException", "SerializationException", "ValidationException"]);

/**
 * Whether an error comes from what was given, such as a row that cannot be read or written, and so comes again at each try. Not the
 * network's, nor what a busy or broken service says: these pass.
 */
export function isLasting(error: unknown): boolean {
  if (error instanceof AwsError) return refusals.has(error.name);
  // A failed `fetch` is a TypeError too, with its cause.
  return [TypeError, RangeError, SyntaxError, URIError].some((kind) => error instanceof kind && error.cause === undefined);
}
