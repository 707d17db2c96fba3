import middy, { type MiddlewareObj } from "@middy/core";
import type { Log } from "../log";

/**
 * Switches off middy's own timeout, which would end a call 5 ms before Lambda's limit while the handler still runs. The engine sets the
 * deadlines.
 */
export const ENTIRE_TIME = { timeoutEarlyInMillis: 0 };

/** The log's middlewares surround the given ones, so that the log sees each call begin and end. */
export function composeHandler<Handler extends (event: never, context: never) => unknown>(
  { log }: { readonly log: Pick<Log, "middlewares"> },
  handler: Handler,
  ...middlewares: readonly MiddlewareObj<Parameters<Handler>[0]>[]
): Handler {
  return middy(handler as never, ENTIRE_TIME).use([...log.middlewares, ...middlewares]) as unknown as Handler;
}
