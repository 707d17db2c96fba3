import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import type { WireRequest } from "../engine/protocols/protocol";
import { DEFAULT_DEADLINE_MS, type Policy } from "../engine/sign-up/policy";

/** The gateway itself gives up after 29 s: a request stamped earlier than that has a clock we cannot go by. */
const GATEWAY_TIMEOUT_MS = 29_000;
/** Kept back of the function's own time for the answer. */
const ANSWER_MS = 300;

/** What of a gateway's event a dialect looks at. */
export function wireRequest({ headers, body, isBase64Encoded }: APIGatewayProxyEvent): WireRequest {
  const contentType = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const text = isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "");
  return { contentType, body: text };
}

/** When the answer is due, in epoch milliseconds: it counts from the request's arrival at the gateway. */
export function dueAt(event: APIGatewayProxyEvent, context: Context, { options }: Policy): number {
  const now = Date.now();
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const elapsed = now - (event.requestContext?.requestTimeEpoch ?? now);
  const trusted = elapsed > 0 && elapsed < GATEWAY_TIMEOUT_MS ? elapsed : 0;
  const lambdaMs = context.getRemainingTimeInMillis?.() ?? deadlineMs;
  return now + Math.min(deadlineMs - trusted, lambdaMs - ANSWER_MS);
}
