// What the AWS SDK tries again: test/adapters/aws/retries.test.ts compares.

/** AWS asks callers to slow down. */
const throttling: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);
/** It failed without doing anything, and may not the next time. */
const passing: ReadonlySet<string> = new Set([
  "ReplicatedWriteConflictException",
  "RequestTimeout",
  "RequestTimeoutException",
  "TimeoutError",
]);
const statuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Whether trying again can help. @param code the service's own name of the error */
export function isPassing(status: number, code: string): boolean {
  return statuses.has(status) || throttling.has(code) || passing.has(code);
}

/** Errors by which AWS refuses a signature of another time than its own. */
const CLOCK_SKEW =
  /AccessDeniedException|AuthFailure|InvalidSignatureException|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|SignatureDoesNotMatch/;
/** Signatures hold for five minutes; the SDK too corrects a clock from here on. */
const SKEW_MS = 240_000;

/** An answer, as far as it tells AWS's time. */
interface Dated {
  readonly status: number;
  readonly text: string;
  readonly date?: string | undefined;
}

/**
 * By how much this machine's clock is behind AWS's, in milliseconds, where that may be why a request was refused;
 * undefined where it is not.
 * @param known by how much it was known to be when the request was signed
 */
export function clockSkew({ status, text, date = "" }: Dated, known: number): number | undefined {
  if (status < 400 || !CLOCK_SKEW.test(text)) return undefined;
  const skew = Date.parse(date) - Date.now();
  return Math.abs(skew - known) >= SKEW_MS ? skew : undefined;
}
