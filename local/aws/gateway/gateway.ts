import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, validateHeaderName, validateHeaderValue } from "node:http";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { AccessKey } from "../access-key";
import type { Inside, Invocation } from "../functions/function-thread";
import { BodyTooLargeError, type LocalServer, type OnRefused, readBody, serve } from "../server";
import { verifySignature, WRONG_SIGNATURE } from "../signature";
import { type Authorizer, authorizer } from "./authorizer";
import { type GatewayAnswer, GatewayError } from "./gateway-responses";
import type { Limits } from "./http-apis";
import { authorizerEvent, type Exchange, proxyEvent, type Signer, urlOf } from "./proxy-event";
import { type Api, type AuthorizerSettings, matchRoute, type RouteMatch } from "./routes";
import { throttle } from "./throttle";

/** API Gateway's limits. */
const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
const INTEGRATION_TIMEOUT_MS = 29_000;

/** A reply for the reporter: the access log's fields, and the function's output. */
export interface Answered {
  /** Undefined for a path that is no route: it may contain anything. */
  readonly route: string | undefined;
  readonly status: number;
  readonly responseType: string | undefined;
  readonly requestId: string;
  readonly durationMs: number;
  readonly output: readonly string[];
  /** The function's calls, if it replied. */
  readonly inside?: Inside | undefined;
}

export interface Gateway extends LocalServer {
  readonly paths: readonly string[];
}

export interface GatewayOptions {
  readonly port: number;
  /**
   * `serveNear` uses another port if this one is taken.
   * @default serve
   */
  readonly listen?: typeof serve;
  /** True if the limits of the stage and of usage plans apply. */
  readonly throttle: boolean;
  /**
   * The clock for the limits, in epoch milliseconds.
   * @default Date.now
   */
  readonly now?: () => number;
  readonly onAnswer: (answered: Answered) => void;
  readonly onRefused?: OnRefused;
  /** Signs calls to routes that use IAM. */
  readonly key: AccessKey;
}

interface ServedApi {
  readonly api: Api;
  readonly key: AccessKey;
  readonly authorizers: ReadonlyMap<AuthorizerSettings, Authorizer>;
  /** False for a call above the stage's limits. */
  readonly passes: () => boolean;
  /** The same for usage plans, by the key that the authorizer returns. */
  readonly shares: ReadonlyMap<string, () => boolean>;
  readonly onAnswer: GatewayOptions["onAnswer"];
}

/** Serves a REST API as API Gateway does. */
export async function serveGateway(api: Api, options: GatewayOptions): Promise<Gateway> {
  const { port, listen = serve, key, onAnswer, onRefused } = options;
  const bucket = (limits: Limits | undefined) =>
    options.throttle && limits !== undefined ? throttle(limits.rate, limits.burst, options.now) : () => true;
  const shares = new Map([...api.plans].map(([usageKey, limits]) => [usageKey, bucket(limits)]));
  const settings = new Set(api.routes.flatMap((route) => route.authorizer ?? []));
  const authorizers = new Map([...settings].map((each) => [each, authorizer(each)]));
  const served: ServedApi = { api, key, authorizers, passes: bucket(api.limits), shares, onAnswer };
  const server = await listen(port, (request, response) => handle(served, request, response), onRefused);
  return { ...server, paths: api.routes.map(({ path }) => path) };
}

/** Answers one request and reports the reply. */
async function handle(served: ServedApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedAt = new Date();
  const requestId = randomUUID();
  const matched = matchRoute(served.api, request.method, urlOf(request).pathname);
  const work: FunctionWork = { output: [] };
  const given = await bodyOf(request)
    .then((body) => answer(served, { request, requestId, arrivedAt, body }, matched, work))
    .catch((error: unknown) => {
      if (error instanceof GatewayError) return served.api.responses(error, requestId);
      throw error;
    });
  const length = Buffer.byteLength(given.body);
  response.writeHead(given.status, { ...given.headers, "Content-Length": length, "x-amzn-RequestId": requestId }).end(given.body);
  served.onAnswer({
    route: matched?.route.path,
    status: given.status,
    responseType: given.responseType,
    requestId,
    durationMs: Date.now() - arrivedAt.getTime(),
    ...work,
  });
}

interface FunctionWork {
  output: readonly string[];
  inside?: Inside | undefined;
}

/** Returns the reply of the route's function. @param work receives the function's output and calls, even if there is no reply */
async function answer(
  { api, key, authorizers, passes, shares }: ServedApi,
  exchange: Exchange,
  matched: RouteMatch | undefined,
  work: FunctionWork,
): Promise<GatewayAnswer> {
  if (matched === undefined) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  if (!passes()) throw new GatewayError("THROTTLED", "Too Many Requests");
  const { route } = matched;
  const authorize = route.authorizer && authorizers.get(route.authorizer);
  const authorized = await authorize?.(authorizerEvent(exchange, api, matched));
  if (route.keyRequired) assertWithinShare(shares.get(authorized?.usageKey ?? ""));
  const signer = route.signed ? await signerFor(exchange, key) : undefined;
  const event = proxyEvent(exchange, api, matched, { caller: authorized?.caller, signer });
  const invocation = await withinTimeout(route.integration.invoke(event));
  Object.assign(work, { output: invocation.output, inside: invocation.inside });
  return readResult(invocation);
}

/** Throws GatewayError if no usage plan has the key, or its calls are used up. */
function assertWithinShare(share: (() => boolean) | undefined): void {
  if (share === undefined) throw new GatewayError("INVALID_API_KEY", "Forbidden");
  if (!share()) throw new GatewayError("THROTTLED", "Too Many Requests");
}

/** Throws GatewayError if IAM would refuse the call. */
async function signerFor({ request, body, arrivedAt }: Exchange, key: AccessKey): Promise<Signer> {
  const signed = await verifySignature(request, body, { service: "execute-api", key, now: arrivedAt });
  if (signed === "missing") throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  if (signed === "wrong") throw new GatewayError("INVALID_SIGNATURE", WRONG_SIGNATURE);
  return signed;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(request, MAX_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    // A client that is still sending would not see the reply: read the rest and discard it.
    await finished(request.resume());
    throw new GatewayError("REQUEST_TOO_LARGE", "Request Too Long");
  }
}

async function withinTimeout(invocation: Promise<Invocation>): Promise<Invocation> {
  const cancel = new AbortController();
  const timeout = sleep(INTEGRATION_TIMEOUT_MS, undefined, { signal: cancel.signal }).then(() => {
    throw new GatewayError("INTEGRATION_TIMEOUT", "Endpoint request timed out");
  });
  // Cancelled once the function has replied: the rejection then needs a handler.
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
  readonly body?: unknown;
}

/** Reads a function's reply. A crash or a malformed reply becomes the gateway's 502. */
function readResult({ outcome }: Invocation): GatewayAnswer {
  const malformed = new GatewayError("DEFAULT_5XX", "Internal server error");
  if (!outcome.ok || typeof outcome.value !== "object" || outcome.value === null) throw malformed;
  const result = outcome.value as ProxyResult;
  const status = Number(result.statusCode);
  const body = result.body ?? "";
  const headers = readHeaders(result);
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== "string" || headers === undefined) throw malformed;
  return { status, headers, body };
}

/** Undefined if HTTP cannot carry them. */
function readHeaders({ headers, multiValueHeaders }: ProxyResult): Record<string, string[]> | undefined {
  const single = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), [String(value)]] as const);
  const multiple = Object.entries(multiValueHeaders ?? {}).map(([name, values]) => [name.toLowerCase(), values.map(String)] as const);
  try {
    for (const [name, values] of [...single, ...multiple]) {
      validateHeaderName(name);
      for (const value of values) validateHeaderValue(name, value);
    }
  } catch {
    return undefined;
  }
  return { "content-type": ["application/json"], ...Object.fromEntries(single), ...Object.fromEntries(multiple) };
}
