import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import type { WireRequest } from "../engine/protocols/protocol";

/** The gateway itself gives up after 29 s: a request stamped earlier than that has a clock we cannot go by. */
const GATEWAY_TIMEOUT_MS = 29_000;
/** Kept back of the function's own time for the answer. */
const ANSWER_MS = 300;

/** A call as a gateway hands it over. */
export interface GatewayCall {
  readonly request: WireRequest;
  /** When the gateway took it, in epoch milliseconds. */
  readonly arrivedAt: number | undefined;
  /** The gateway's own id of it. */
  readonly id: string | undefined;
}

/** A call of API Gateway's REST API. */
export function restCall(event: APIGatewayProxyEvent): GatewayCall {
  const { requestTimeEpoch, requestId } = event.requestContext ?? {};
  return { request: wireRequest(event), arrivedAt: requestTimeEpoch, id: requestId };
}

/** What of a gateway's event a dialect looks at. */
export function wireRequest({
  headers,
  body,
  isBase64Encoded,
}: Pick<APIGatewayProxyEvent, "headers" | "isBase64Encoded"> & { readonly body?: string | null }): WireRequest {
  const contentType = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const text = isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "");
  return { contentType, body: text };
}

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
