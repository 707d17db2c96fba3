import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { JWTPayload } from "jose";
import type { Inside } from "../functions/function-thread";
import { BodyTooLargeError, type Handle, type LocalServer, type OnRefused, readBody, serveNear } from "../server";
import { ACCOUNT } from "../template";
import type { Answered } from "./gateway";
import { DEFAULT_ROUTE, type HttpApi, type HttpRoute, type JwtSettings, matchHttpRoute } from "./http-apis";
import { urlOf } from "./proxy-event";
import { throttle } from "./throttle";
import { claimTexts, type TokenCheck, TokenRefusedError } from "./token-check";

/** API Gateway's limit. */
const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
/** Media types of bodies that are sent as text; others are sent in base64. */
const plainText = /^(text\/|application\/(json|javascript|xml)\b)/i;

/** Its address is known before the functions exist, because they link to it. */
export interface HttpServer extends LocalServer {
  /** Serves this API from now on. Until then, each call gets 404. */
  answerWith(served: ServedHttpApi): void;
}

export interface ServedHttpApi {
  readonly api: HttpApi;
  /** True if the stage's limit applies, to unauthorized calls too. */
  readonly throttle: boolean;
  /** Returns the token check for these settings. @default no route requires a token */
  readonly checkOf?: (jwt: JwtSettings) => TokenCheck;
  readonly onAnswer?: (answered: Answered) => void;
}

/** A reply and its origin. */
interface Outcome {
  readonly result: APIGatewayProxyStructuredResultV2;
  /** Present if the gateway replied instead of the function. */
  readonly responseType?: string;
  readonly output: readonly string[];
  readonly inside?: Inside | undefined;
}

/**
 * Serves an HTTP API as API Gateway does.
 * @param port uses another free one if it is taken
 * @param guard checks requests first
 */
export async function serveHttpApi(
  port: number,
  onRefused?: OnRefused,
  guard: (handle: Handle) => Handle = (each) => each,
): Promise<HttpServer> {
  let served: ServedHttpApi | undefined;
  let passes = () => true;
  const server = await serveNear(port, guard(handle), onRefused);
  return {
    ...server,
    answerWith(given) {
      served = given;
      const { limits } = given.api;
      if (given.throttle && limits !== undefined) passes = throttle(limits.rate, limits.burst);
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = new Date();
    const requestId = randomUUID();
    const route = served && matchHttpRoute(served.api, request.method, urlOf(request).pathname);
    const { result, responseType, output, inside } = passes()
      ? await answer(served, route, { request, requestId, arrivedAt })
      : own(429, "Too Many Requests", "THROTTLED");
    send(response, result, requestId);
    served?.onAnswer?.({
      route: route?.key.replace(/^\S+ /, ""),
      status: result.statusCode ?? 0,
      responseType,
      requestId,
      durationMs: Date.now() - arrivedAt.getTime(),
      output,
      inside,
    });
  }
}

function send(
  response: ServerResponse,
  { statusCode = 500, headers = {}, cookies, body = "", isBase64Encoded }: APIGatewayProxyStructuredResultV2,
  requestId: string,
): void {
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  response.writeHead(statusCode, { ...texts, "Apigw-Requestid": requestId, ...(cookies && { "Set-Cookie": cookies }) });
  response.end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly arrivedAt: Date;
}

async function answer(served: ServedHttpApi | undefined, route: HttpRoute | undefined, arrival: Arrival): Promise<Outcome> {
  if (route === undefined) return own(404, "Not Found", "NOT_FOUND");
  let claims: JWTPayload | undefined;
  try {
    claims = route.jwt && (await claimsOf(arrival.request, served?.checkOf?.(route.jwt)));
  } catch (error) {
    if (error instanceof TokenRefusedError)
      return own(401, "Unauthorized", "UNAUTHORIZED", { "WWW-Authenticate": challenge(error.message) });
    throw error;
  }
  const body = await readBody(arrival.request, MAX_BODY_BYTES).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  });
  if (body === undefined) return own(413, "Request Entity Too Large", "REQUEST_TOO_LARGE", { Connection: "close" });
  const { outcome, output, inside } = await route.integration.invoke(eventOf(arrival, route, body, claims));
  const result = outcome.ok ? (outcome.value as APIGatewayProxyStructuredResultV2) : undefined;
  if (result?.statusCode === undefined) return { ...own(500, "Internal Server Error", "INTEGRATION_FAILURE"), output };
  return { result, output, inside };
}

const NO_TOKEN = "";

async function claimsOf({ headers }: IncomingMessage, check: TokenCheck | undefined): Promise<JWTPayload> {
  // Fails closed if there is no check.
  if (check === undefined || headers.authorization === undefined) throw new TokenRefusedError(NO_TOKEN);
  return await check(headers.authorization);
}

function challenge(why: string): string {
  return why === NO_TOKEN ? "Bearer" : `Bearer scope="" error="invalid_token" error_description="${why}"`;
}

/** The gateway's own reply. */
function own(statusCode: number, message: string, responseType: string, headers: Record<string, string> = {}): Outcome {
  const result = { statusCode, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify({ message }) };
  return { result, responseType, output: [] };
}

/** A request as an event in payload format 2.0. */
function eventOf(
  { request, requestId, arrivedAt }: Arrival,
  { key }: HttpRoute,
  body: Buffer,
  claims: JWTPayload | undefined,
): APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithJWTAuthorizer {
  const { pathname, search } = urlOf(request);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, [value ?? ""].flat().join(",")]));
  const isText = plainText.test(headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: key,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      ...(claims && { authorizer: { jwt: { claims: claimTexts(claims), scopes: [] } } }),
      domainName: request.headers.host ?? "",
      domainPrefix: "local",
      http: {
        method: request.method ?? "GET",
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: key,
      stage: DEFAULT_ROUTE,
      time: arrivedAt.toISOString(),
      timeEpoch: arrivedAt.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}
