import { randomUUID } from "node:crypto";

/** An event of either API as it would come if the same call came now. */
export function repeated(event: unknown): unknown {
  const { requestContext, ...rest } = event as { readonly requestContext?: Readonly<Record<string, unknown>> };
  const now = Date.now();
  const isRest = requestContext !== undefined && "requestTimeEpoch" in requestContext;
  return { ...rest, requestContext: { ...requestContext, requestId: randomUUID(), [isRest ? "requestTimeEpoch" : "timeEpoch"]: now } };
}
