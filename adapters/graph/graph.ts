import { setTimeout as sleep } from "node:timers/promises";
import { boundedFetch, TooLargeError } from "../http/bounded-fetch";
import { CredentialError, type GraphToken, graphSignIn, readCredential } from "./sign-in";

/** Names of the variables that the stack sets for functions that call Graph. */
export const graphEnvironment = {
  tenant: "GRAPH_TENANT",
  client: "GRAPH_CLIENT",
  /** The secret whose value is the application's client secret, or certificate. */
  secret: "GRAPH_SECRET",
  /** Stand-ins for Graph and for the place that gives out tokens. */
  graphEndpoint: "GATEHOUSE_ENDPOINT_GRAPH",
  loginEndpoint: "GATEHOUSE_ENDPOINT_LOGIN",
} as const;

export const GRAPH = "https://graph.microsoft.com";
export const LOGIN = "https://login.microsoftonline.com";

/** Where tokens are given out: without path. */
export const loginOrigin = () => process.env[graphEnvironment.loginEndpoint] ?? LOGIN;
/** What a token for Graph is asked for with. */
export const GRAPH_SCOPE = `${GRAPH}/.default`;

/** How long a call goes on. */
interface Patience {
  readonly attempts: number;
  readonly attemptMs: number;
  /** Longer pauses are the caller's to keep. */
  readonly pauseMs: number;
  /** Whether a POST is sent again although the first one may have been done. */
  readonly repeatsPosts: boolean;
}

/** A function's: somebody waits, or the queue brings the work again. */
const briefly: Patience = { attempts: 3, attemptMs: 5_000, pauseMs: 5_000, repeatsPosts: true };
/** A command's. Graph takes a second object of the same name. */
export const patiently: Patience = { attempts: 6, attemptMs: 30_000, pauseMs: 120_000, repeatsPosts: false };
const DEFAULT_PAUSE_MS = 500;
/** A token is not used in its last minutes. */
const TOKEN_MARGIN_MS = 300_000;

/** One of the things that Graph names in a refusal: `ObjectConflict` of `userPrincipalName`. */
export interface GraphDetail {
  readonly code: string;
  /** The property. */
  readonly target: string | undefined;
}

export interface GraphRefusal {
  /** 0 where there was no whole answer. */
  readonly status: number;
  /** `timeout`, `connection`, `too-large` or `unreadable` where there was no answer that can be used. */
  readonly code: string;
  readonly details?: readonly GraphDetail[];
  /** How long to keep away, where the answer said so. */
  readonly retryAfterMs?: number | undefined;
  /** What Microsoft's support asks for. */
  readonly requestId?: string | undefined;
}

/** What Graph answered instead. Carries codes only: messages quote names and addresses. */
export class GraphError extends Error {
  override readonly name: string = "GraphError";
  readonly status: number;
  readonly code: string;
  readonly details: readonly GraphDetail[];
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor({ status, code, details = [], retryAfterMs, requestId }: GraphRefusal) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
  }
}

/** The place that gives out tokens gave none. */
export class SignInError extends GraphError {
  override readonly name = "SignInError";
}

/**
 * Microsoft Graph, version 1.0, as an application. Throws GraphError for what it refuses, after retries where these can
 * help, and CredentialError where the application's secret cannot be used. A signal that is aborted ends the call as a timeout.
 */
export interface Graph {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  /** Undefined where the answer has no body. */
  post<T>(path: string, body?: object, signal?: AbortSignal): Promise<T | undefined>;
  patch(path: string, body: object, signal?: AbortSignal): Promise<void>;
  /** The address of an object of the directory, as references are written. */
  reference(id: string): string;
}

/** Graph with the verbs that setting a tenant up takes besides. */
export interface GraphClient extends Graph {
  put(path: string, body: object): Promise<void>;
  delete(path: string): Promise<void>;
  /** A path as references write it: with the host and the version. */
  address(path: string): string;
}

/** How Graph is reached, and as whom. */
export interface GraphAccess {
  /** Gives a token, or the response that gives none. */
  readonly signIn: (signal: AbortSignal) => Promise<GraphToken | Response>;
  /** Without path. */
  readonly endpoint: string;
  /** @default v1.0 */
  readonly version?: "v1.0" | "beta";
  /** @default what suits a function */
  readonly patience?: Patience;
  /** @default Node's own */
  readonly fetch?: typeof fetch;
}

export interface GraphApplication extends Pick<GraphAccess, "patience"> {
  readonly tenantId: string;
  readonly clientId: string;
  /**
   * The text of the application's secret: see `readCredential`. Asked for again with each new token, so that a changed
   * secret counts within the hour.
   */
  readonly clientSecret: () => Promise<string>;
}

interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly requestId: string | null;
  readonly body: unknown;
}

export function graph({ tenantId, clientId, clientSecret, ...how }: GraphApplication): GraphClient {
  const endpoint = process.env[graphEnvironment.graphEndpoint] ?? GRAPH;
  const login = loginOrigin();
  return graphClient({
    ...how,
    endpoint,
    signIn: async (signal) =>
      graphSignIn({ tenantId, clientId, credential: readCredential(await clientSecret()), login, scope: GRAPH_SCOPE, signal }),
  });
}

export const awsDirectory = () => ({ directory: graph });

/** Microsoft Graph by any way of signing in. */
export function graphClient(access: GraphAccess): GraphClient {
  const { signIn, endpoint, version = "v1.0", patience = briefly } = access;
  const fetchWith = boundedFetch(access.fetch ?? ((...given) => fetch(...given)));
  const base = `${endpoint}/${version}`;
  let token: { readonly value: string; readonly until: number } | undefined;

  async function accessToken(signal: AbortSignal | undefined): Promise<string> {
    if (token !== undefined && Date.now() < token.until) return token.value;
    const reply = await succeed(() => whole({ signal, patience }, signIn), { signal, patience, repeats: true }, SignInError);
    const { value, expiresInSeconds } = reply.body as GraphToken;
    token = { value, until: Date.now() + expiresInSeconds * 1_000 - TOKEN_MARGIN_MS };
    return value;
  }

  async function authorized(path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Reply> {
    const attempt = async () => {
      // All that is done here can wait for what people wait for.
      const headers = { ...init.headers, authorization: `Bearer ${await accessToken(signal)}`, "x-ms-throttle-priority": "low" };
      // A redirect would take the token elsewhere.
      return await whole({ signal, patience }, (limit) =>
        fetchWith(`${base}${path}`, { ...init, headers, redirect: "manual", signal: limit }),
      );
    };
    const reply = await attempt();
    if (reply.status !== 401) return reply;
    // The token was revoked before its time.
    token = undefined;
    return await attempt();
  }

  async function call(method: string, path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    const content = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const repeats = method !== "POST" || patience.repeatsPosts;
    return (await succeed(() => authorized(path, { method, ...content }, signal), { signal, patience, repeats }, GraphError)).body;
  }

  return {
    get: async <T>(path: string, signal?: AbortSignal) => {
      const body = await call("GET", path, undefined, signal);
      // A page of somebody else's, or nothing at all, does not say that there is no such thing.
      if (typeof body !== "object" || body === null) throw new GraphError({ status: 200, code: "unreadable" });
      return body as T;
    },
    post: async <T>(path: string, body?: object, signal?: AbortSignal) => (await call("POST", path, body, signal)) as T | undefined,
    patch: async (path, body, signal) => void (await call("PATCH", path, body, signal)),
    put: async (path, body) => void (await call("PUT", path, body)),
    delete: async (path) => void (await call("DELETE", path)),
    address: (path) => `${base}${path}`,
    reference: (id) => `${base}/directoryObjects/${id}`,
  };
}

/** What bounds a call. */
interface Bounds {
  readonly signal: AbortSignal | undefined;
  readonly patience: Patience;
}

/** A reply that says yes; tries again what passes by itself. */
async function succeed(
  attempt: () => Promise<Reply>,
  { signal, patience, repeats }: Bounds & { readonly repeats: boolean },
  Refused: typeof GraphError,
): Promise<Reply> {
  for (let count = 1; ; count++) {
    const refusal = await refusalOf(attempt, Refused);
    if (!(refusal instanceof GraphError)) return refusal;
    const pause = repeats || refusal.status === 429 ? pauseAfter(refusal, count) : undefined;
    if (pause === undefined || pause > patience.pauseMs || count >= patience.attempts || signal?.aborted) throw refusal;
    await sleep(pause, undefined, { signal }).catch(() => {
      throw refusal;
    });
  }
}

/** The reply, or what it refuses. Refusals met on the way, such as the token's, have had their retries: they are thrown. */
async function refusalOf(attempt: () => Promise<Reply>, Refused: typeof GraphError): Promise<Reply | GraphError> {
  try {
    const reply = await attempt();
    return reply.status >= 200 && reply.status < 300 ? reply : new Refused(refused(reply));
  } catch (error) {
    if (error instanceof NoAnswerError) return new Refused({ status: 0, code: error.message });
    throw error;
  }
}

/** Milliseconds to wait before trying again; undefined where it would not help. */
export function pauseAfter({ status, code, retryAfterMs }: GraphError, count: number): number | undefined {
  if (code === "too-large") return undefined;
  if (status !== 0 && status !== 429 && status < 500) return undefined;
  return retryAfterMs ?? DEFAULT_PAUSE_MS * 2 ** (count - 1) * (1 + Math.random());
}

/** The connection failed, took too long, or gave what is no answer. */
class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  constructor(override readonly message: "timeout" | "connection" | "too-large" | "unreadable") {
    super(message);
  }
}

/** Asks, and reads the answer to its end; throws NoAnswerError where there is none in time. What is no Response counts as a success. */
async function whole({ signal, patience }: Bounds, ask: (limit: AbortSignal) => Promise<Response | object>): Promise<Reply> {
  const timeout = AbortSignal.timeout(patience.attemptMs);
  const limit = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const answer = await ask(limit);
    if (!(answer instanceof Response)) return { status: 200, retryAfter: null, requestId: null, body: answer };
    const { status, headers } = answer;
    return { status, retryAfter: headers.get("retry-after"), requestId: headers.get("request-id"), body: jsonOf(await answer.text()) };
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    if (error instanceof TooLargeError) throw new NoAnswerError("too-large");
    // What fetch itself throws is a TypeError; anything else is said of the answer.
    throw new NoAnswerError(limit.aborted ? "timeout" : (error as Error).name === "TypeError" ? "connection" : "unreadable");
  }
}

function jsonOf(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Graph's `{ error: { code, details, innerError } }`, or the token endpoint's `{ error }`: RFC 6749 §5.2. */
interface ErrorBody {
  readonly error?: string | { readonly code?: unknown; readonly details?: unknown; readonly innerError?: { "request-id"?: unknown } };
}

function refused({ status, retryAfter, requestId, body }: Reply): GraphRefusal {
  const error = (body as ErrorBody | null | undefined)?.error;
  const { code, details, innerError } = typeof error === "object" && error !== null ? error : { code: error };
  return {
    status,
    code: textOf(code) ?? "none",
    details: Array.isArray(details) ? details.map(detailOf) : [],
    retryAfterMs: retryAfter === null ? undefined : millisecondsUntil(retryAfter),
    requestId: textOf(innerError?.["request-id"]) ?? requestId ?? undefined,
  };
}

/** Seconds or a date: RFC 9110 §10.2.3. Undefined for anything else. */
function millisecondsUntil(retryAfter: string): number | undefined {
  const milliseconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 0);
}

function detailOf(detail: { readonly code?: unknown; readonly target?: unknown } | null): GraphDetail {
  return { code: textOf(detail?.code) ?? "none", target: textOf(detail?.target) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A text in a filter. OData 4.01, URL conventions §5.1.1.6.1: quotes are doubled. */
export function odataText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
