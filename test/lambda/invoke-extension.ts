import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyResult, Context } from "aws-lambda";
import { extensionWorld } from "../../adapters/aws/world";
import type { Policy } from "../../engine/sign-up/policy";
import type { Clock } from "../../engine/sign-up/time";
import { decidingParts } from "../../features/deciding-parts";
import { ENTRA_APP_ID } from "../../features/external-tenant/extension-caller";
import { extensionHandler } from "../../handlers/extension";
import type { Claims } from "../fixtures";
import { lambdaContext } from "./invoke";

export const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
export const audience = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";
/** Of a token that passes. */
export const tokenClaims = { ver: "2.0", azp: ENTRA_APP_ID, tid: tenantId, aud: audience };

/** One event to a function. */
export interface EventCall {
  /** The body: a text as it is, anything else as JSON. */
  readonly body: unknown;
  /** @default those of a token that passes */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly arrivedAt?: number;
  readonly isBase64Encoded?: boolean;
  readonly context?: Partial<Context>;
}

export interface EventAnswer {
  readonly status: number;
  readonly headers: APIGatewayProxyResult["headers"];
  readonly body: Claims;
}

/** A function, asked as API Gateway's HTTP API asks it. @param clock its own, in place of the machine's */
export function askingExtension(policy: Policy, clock?: Clock): (call: EventCall) => Promise<EventAnswer> {
  let handler: ReturnType<ReturnType<typeof extensionHandler>> | undefined;
  return async (call) => {
    handler ??= extensionHandler(policy, { decidingParts })({ ...extensionWorld(), ...(clock && { clock }) });
    const { body, arrivedAt = Date.now(), isBase64Encoded = false } = call;
    const given = "claims" in call ? call.claims : tokenClaims;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const event = {
      version: "2.0",
      headers: { "content-type": "application/json; charset=utf-8" },
      requestContext: {
        requestId: randomUUID(),
        timeEpoch: arrivedAt,
        ...(given && { authorizer: { jwt: { claims: given, scopes: null } } }),
      },
      body: isBase64Encoded ? Buffer.from(text).toString("base64") : text,
      isBase64Encoded,
    } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
    const result = await handler(event, { ...lambdaContext, ...call.context } as Context);
    return { status: result.statusCode, headers: result.headers, body: JSON.parse(result.body) as Claims };
  };
}
