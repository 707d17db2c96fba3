import type { Context } from "aws-lambda";

/** The gateway itself gives up after 29 s: a request stamped earlier than that has a clock we cannot go by. */
const GATEWAY_TIMEOUT_MS = 29_000;
/** Kept back of the function's own time for the answer. */
const ANSWER_MS = 300;

/** When the answer is due, in epoch milliseconds: it counts from the request's arrival at the gateway. */
export function dueAt(
  arrivedAt: number | undefined,
  context: Context,
  { now, deadlineMs }: { readonly now: number; readonly deadlineMs: number },
): number {
  const elapsed = now - (arrivedAt ?? now);
  const trusted = elapsed > 0 && elapsed < GATEWAY_TIMEOUT_MS ? elapsed : 0;
  const lambdaMs = context.getRemainingTimeInMillis?.() ?? deadlineMs;
  return now + Math.min(deadlineMs - trusted, lambdaMs - ANSWER_MS);
}
