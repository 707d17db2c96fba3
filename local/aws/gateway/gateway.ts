import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, validateHeaderName, validateHeaderValue } from "node:http";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { JWTPayload } from "jose";
import type { AccessKey } from "../access-key";
import type { Inside, Invocation } from "../functions/function-thread";
import { BodyTooLargeError, type Handle, type LocalServer, type OnRefused, readBody, serve } from "../server";
import { verifySignature, WRONG_SIGNATURE } from "../signature";
import { type Api, type Limits, matchRoute, type Route, type RouteMatch } from "./api";
import { type Authorizer, authorizer, type FunctionGuard } from "./authorizer";
import { type GatewayAnswer, GatewayError } from "./gateway-responses";
import { authorizerEvent, type Exchange, integrationEvent, type Known, parseUrl, type Signer } from "./proxy-event";
import { type JwtSettings, type TokenCheck, TokenRefusedError } from "./token-check";

/** API Gateway's limits. */
const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
const INTEGRATION_TIMEOUT_MS = 29_000;

export interface Answered {
  /** The path of the matching route. Undefined if no route matches: the request's own path may contain anything. */
  readonly route: string | undefined;
  readonly status: number;
  readonly responseType: string | undefined;
  readonly requestId: string;
  readonly durationMs: number;
  readonly output: readonly string[];
  /** The function's time and calls. Present if the function returned a result. */
  readonly inside?: Inside | undefined;
}

export interface GatewayOptions {
  readonly port: number;
  /** Opens the server. `serveNear` uses another port if `port` is taken. @default serve */
  readonly listen?: typeof serve;
  readonly onRefused?: OnRefused;
  /** Checks requests before the API sees them. */
  readonly guard?: (handle: Handle) => Handle;
}

export interface ServedApi {
  readonly api: Api;
  /** True if the limits of the stage and of usage plans apply. */
  readonly throttle: boolean;
  /** Returns the time in epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** The key with which callers sign calls to routes that use IAM. Without a key, such calls are refused. */
  readonly key?: AccessKey;
  /** Returns the check of tokens for an authorizer's settings. If `checkOf` is absent, all tokens are refused. */
  readonly checkOf?: (jwt: JwtSettings) => TokenCheck;
  readonly onAnswer?: (answeredCall: Answered) => void;
}

/** The gateway opens before the functions exist, because the functions need its address for their links. */
export interface Gateway extends LocalServer {
  /** Serves an API. Until the first one is served, each call gets 404. */
  answerWith(servedApi: ServedApi): void;
}

export async function serveGateway({ port, listen = serve, onRefused, guard = (each) => each }: GatewayOptions): Promise<Gateway> {
  let gates: Gates | undefined;
  const handle: Handle = async (request, response) => {
    if (gates === undefined) response.writeHead(404).end();
    else await answerRequest(gates, request, response);
  };
  const server = await listen(port, guard(handle), onRefused);
  return { ...server, answerWith: (servedApi) => (gates = createGates(servedApi)) };
}

interface Gates extends ServedApi {
  readonly authorizers: ReadonlyMap<Route["guard"], Authorizer>;
  /** Returns true if the call is within the stage's limits. */
  readonly passes: () => boolean;
  /** Functions by the usage key that the authorizer returns. Each returns true if a call is within the usage plan's limits. */
  readonly shares: ReadonlyMap<string, () => boolean>;
}

function createGates(servedApi: ServedApi): Gates {
  const { api, throttle: isThrottled, now } = servedApi;
  const bucket = (limits: Limits | undefined) => (isThrottled && limits ? throttle(limits.rate, limits.burst, now) : () => true);
  const guards = new Set(api.routes.map((route) => route.guard));
  return {
    ...servedApi,
    authorizers: new Map([...guards].flatMap((each) => (isFunction(each) ? [[each, authorizer(each)] as const] : []))),
    passes: bucket(api.limits),
    shares: new Map([...api.plans].map(([usageKey, limits]) => [usageKey, bucket(limits)])),
  };
}

function isFunction(guard: Route["guard"]): guard is FunctionGuard {
  return typeof guard === "object" && "function" in guard;
}

async function answerRequest(gates: Gates, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { api, onAnswer } = gates;
  const arrivedAt = new Date();
  const requestId = randomUUID();
  const match = matchRoute(api, request.method, parseUrl(request).pathname);
  const work: FunctionWork = { output: [] };
  const gatewayAnswer = await readRequestBody(request)
    .then((body) => answer(gates, { request, requestId, arrivedAt, body }, match, work))
    .catch((error: unknown) => {
      if (error instanceof GatewayError) return api.responses(error, requestId);
      throw error;
    });
  const length = Buffer.byteLength(gatewayAnswer.body);
  response.writeHead(gatewayAnswer.status, {
    ...gatewayAnswer.headers,
    ...(length > 0 && { "Content-Length": length }),
    [api.idHeader]: requestId,
  });
  response.end(gatewayAnswer.body);
  onAnswer?.({
    route: match?.route.path,
    status: gatewayAnswer.status,
    responseType: gatewayAnswer.responseType,
    requestId,
    durationMs: Date.now() - arrivedAt.getTime(),
    ...work,
  });
}

interface FunctionWork {
  output: readonly string[];
  inside?: Inside | undefined;
}

/** @param work receives the function's output, even if the function crashed, and its calls if it returned a result */
async function answer(gates: Gates, exchange: Exchange, match: RouteMatch | undefined, work: FunctionWork): Promise<GatewayAnswer> {
  if (match === undefined) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  if (!gates.passes()) throw new GatewayError("THROTTLED", "Too Many Requests");
  const callerContext = await identify(gates, exchange, match);
  const invocation = await limitInvocation(match.route.integration.invoke(integrationEvent(exchange, gates.api, match, callerContext)));
  Object.assign(work, { output: invocation.output, inside: invocation.inside });
  return readResult(invocation);
}

async function identify({ api, authorizers, shares, key, checkOf }: Gates, exchange: Exchange, match: RouteMatch): Promise<Known> {
  const { guard, keyRequired } = match.route;
  if (guard === undefined) return {};
  if (guard === "iam") return { signer: await signerFor(exchange, key) };
  if (!isFunction(guard)) return { claims: await checkToken(exchange, checkOf?.(guard)) };
  const authorization = await authorizers.get(guard)?.(authorizerEvent(exchange, api, match));
  if (keyRequired) {
    const takeShare = shares.get(authorization?.usageKey ?? "");
    if (takeShare === undefined) throw new GatewayError("INVALID_API_KEY", "Forbidden");
    if (!takeShare()) throw new GatewayError("THROTTLED", "Too Many Requests");
  }
  return { caller: authorization?.caller };
}

async function signerFor({ request, body, arrivedAt }: Exchange, key: AccessKey | undefined): Promise<Signer> {
  const signer = key && (await verifySignature(request, body, { service: "execute-api", key, now: arrivedAt }));
  if (signer === "missing") throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  if (signer === undefined || signer === "wrong") throw new GatewayError("INVALID_SIGNATURE", WRONG_SIGNATURE);
  return signer;
}

async function checkToken({ request: { headers } }: Exchange, check: TokenCheck | undefined): Promise<JWTPayload> {
  const refuse = (challenge: string) => new GatewayError("UNAUTHORIZED", "Unauthorized", { "WWW-Authenticate": challenge });
  if (check === undefined || headers.authorization === undefined) throw refuse("Bearer");
  return await check(headers.authorization).catch((error: unknown) => {
    if (!(error instanceof TokenRefusedError)) throw error;
    throw refuse(`Bearer scope="" error="invalid_token" error_description="${error.message}"`);
  });
}

async function readRequestBody(request: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(request, MAX_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    // Waits for the rest of the request, because a client that is still sending would not see the reply.
    await finished(request.resume());
    throw new GatewayError("REQUEST_TOO_LARGE", "Request Too Long");
  }
}

async function limitInvocation(invocation: Promise<Invocation>): Promise<Invocation> {
  const cancel = new AbortController();
  const timeout = sleep(INTEGRATION_TIMEOUT_MS, undefined, { signal: cancel.signal }).then(() => {
    throw new GatewayError("INTEGRATION_TIMEOUT", "Endpoint request timed out");
  });
  // Once the function has replied, the timer is cancelled and this promise rejects. So the rejection needs a handler.
  timeout.catch(() => undefined);
  try {
    return await Promise.race([invocation, timeout]);
  } finally {
    cancel.abort();
  }
}

interface ProxyResult {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

function readResult({ outcome }: Invocation): GatewayAnswer {
  const malformedError = new GatewayError("DEFAULT_5XX", "Internal server error");
  if (!outcome.ok || typeof outcome.value !== "object" || outcome.value === null) throw malformedError;
  const result = outcome.value as ProxyResult;
  const status = Number(result.statusCode);
  const body = result.body ?? "";
  const headers = readHeaders(result);
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== "string" || headers === undefined) throw malformedError;
  return { status, headers, body: result.isBase64Encoded ? Buffer.from(body, "base64") : body };
}

/** Merges the headers of a result. Undefined if HTTP cannot carry them. */
function readHeaders({ headers, multiValueHeaders, cookies }: ProxyResult): Record<string, string[]> | undefined {
  const single = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), [String(value)]] as const);
  const multiple = Object.entries(multiValueHeaders ?? {}).map(([name, values]) => [name.toLowerCase(), values.map(String)] as const);
  const all = [...single, ...multiple, ...(cookies ? [["set-cookie", [...cookies]] as const] : [])];
  try {
    for (const [name, values] of all) {
      validateHeaderName(name);
      for (const value of values) validateHeaderValue(name, value);
    }
  } catch {
    return undefined;
  }
  return { "content-type": ["application/json"], ...Object.fromEntries(all) };
}

function throttle(rate: number, burst: number, now: () => number = Date.now): () => boolean {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1_000) * rate);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
