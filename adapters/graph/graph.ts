import { setTimeout as sleep } from "node:timers/promises";
import { parseJson, parseJsonObject } from "../../engine/json";
import type { ClientOptions } from "../aws/client";
import { type RoleTokens, roleTokens } from "../aws/role-token";
import { boundedFetch, cameWords, TooLargeError } from "../http/bounded-fetch";
import { graphEnvironment, graphPlaces } from "./clouds";
import { type RoleSignIn, signInByRole } from "./role-sign-in";
import { CredentialError, type GraphToken, graphSignIn, readCredential, readRefusal } from "./sign-in";

interface RetryPolicy {
  readonly attempts: number;
  readonly attemptMs: number;
  /** The longest pause between two attempts. If Graph asks for a longer one, the call fails. */
  readonly pauseMs: number;
  /** True if a POST is sent again after a failure, although the failed one may have taken effect. */
  readonly repeatsPosts: boolean;
}

/** Retries of a function. They are short, because somebody waits, or because the queue repeats the work later. */
const shortRetries: RetryPolicy = { attempts: 3, attemptMs: 5_000, pauseMs: 5_000, repeatsPosts: true };
/** Retries of a command. A POST is not repeated, because Graph may accept a second object of the same name: see `madeOnce`. */
export const longRetries: RetryPolicy = { attempts: 6, attemptMs: 30_000, pauseMs: 120_000, repeatsPosts: false };
const DEFAULT_PAUSE_MS = 500;
/** A token is not used in its last five minutes. */
const TOKEN_MARGIN_MS = 300_000;

/** One detail of Graph's refusal, such as `ObjectConflict` for `userPrincipalName`. */
export interface GraphDetail {
  readonly code: string;
  /** The property that the detail is about. */
  readonly target: string | undefined;
  /** The value in a role's token that matches no federated credential in Entra. */
  readonly quoted?: string;
}

export interface GraphRefusal {
  /** The HTTP status; 0 if there was no complete answer. */
  readonly status: number;
  /** Graph's error code; `timeout`, `connection`, `too-large` or `unreadable` if there was no usable answer. */
  readonly code: string;
  /** The request, without the parts that may name a person: "GET graph.microsoft.com/v1.0/users". */
  readonly call?: string | undefined;
  /** A name for the content that arrived instead of a JSON object: "HTML". */
  readonly came?: string | undefined;
  readonly details?: readonly GraphDetail[];
  /** The answer's Retry-After, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The request id that Microsoft's support asks for. */
  readonly requestId?: string | undefined;
}

/** An error of Graph. It contains Graph's codes but not its messages, because they quote names and addresses. */
export class GraphError extends Error {
  override readonly name: string = "GraphError";
  readonly status: number;
  readonly code: string;
  readonly call: string | undefined;
  readonly came: string | undefined;
  readonly details: readonly GraphDetail[];
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor({ status, code, call, came, details = [], retryAfterMs, requestId }: GraphRefusal) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.call = call;
    this.came = came;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
  }
}

/** True if the answer is not Graph's: an empty or unreadable answer, a redirect, or a page of a proxy (407) or of the network (511). */
export function isElsewhere({ status, code }: GraphError): boolean {
  return code === "unreadable" || (status >= 300 && status < 400) || status === 407 || status === 511;
}

/** The token endpoint returned no token. */
export class SignInError extends GraphError {
  override readonly name = "SignInError";
}

/**
 * A method throws GraphError if its call fails and retries do not help, and CredentialError if the secret is unusable. An aborted signal
 * counts as a timeout.
 */
export interface Graph {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  /** Returns undefined if the answer has no body. */
  post<T>(path: string, body?: object, signal?: AbortSignal): Promise<T | undefined>;
  patch(path: string, body: object, signal?: AbortSignal): Promise<void>;
  /** Returns the whole address of a path: references between objects contain such addresses. */
  address(path: string): string;
}

export interface GraphClient extends Graph {
  /** Sends a POST that must not take effect twice: it is not repeated if it may have succeeded. */
  postOnce<T>(path: string, body: object): Promise<T | undefined>;
  put(path: string, body: object): Promise<void>;
  delete(path: string): Promise<void>;
  /** Waits, for example until Graph shows a new object. */
  pause(ms: number): Promise<void>;
  /** The permissions that the application's token carries. */
  permissions(): Promise<readonly string[]>;
}

type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export interface GraphAccess {
  /** Returns a token, or a response that contains no token. */
  readonly signIn: (signal: AbortSignal) => Promise<GraphToken | Response>;
  /** Graph's origin, without path. */
  readonly endpoint: string;
  /** @default v1.0 */
  readonly version?: "v1.0" | "beta";
  /** @default the retries of a function */
  readonly retries?: RetryPolicy;
  /** @default Node's own */
  readonly fetch?: typeof fetch;
  /** @default the machine's own time */
  readonly sleep?: Sleep;
}

export interface GraphApplication extends Pick<GraphAccess, "retries"> {
  readonly tenantId: string;
  readonly clientId: string;
  /**
   * Returns the text for `readCredential`. Called for each new token, so a changed secret takes effect within an hour. If a role signs in,
   * the text may be undefined or empty.
   * @param refused the text that Entra refused: it is read again
   */
  readonly clientSecret: (refused?: string) => Promise<string | undefined>;
  /** Logs and counts each refusal of the role's sign-in by AWS or Entra. */
  readonly log: RoleSignIn["log"];
}

interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The id that Graph adds to each of its answers. */
  readonly requestId: string | null;
  /** The answer's parsed JSON. Undefined if the answer is not JSON. */
  readonly body: unknown;
  readonly came?: string | undefined;
  readonly isEmpty?: boolean;
  /** The URL that answered. Undefined for a token, because it is not a response. */
  readonly url?: string;
}

/** @param tokens signs in by a role; undefined if the application's credential signs in */
export function graph({ tenantId, clientId, clientSecret, log, ...how }: GraphApplication, tokens?: RoleTokens): GraphClient {
  const { graph: endpoint, login, scope, audience } = graphPlaces();
  const request = { tenantId, clientId, login, scope };
  const signInBySecret = async (signal: AbortSignal) => {
    const signInBy = (text: string) => graphSignIn({ ...request, credential: readCredential(text), signal });
    const text = (await clientSecret()) ?? "";
    if (text.trim() === "" && tokens !== undefined) return undefined;
    const answer = await signInBy(text);
    if (!(answer instanceof Response) || !(await refusesClient(answer))) return answer;
    const textNow = (await clientSecret(text)) ?? "";
    return textNow === text ? answer : await signInBy(textNow);
  };
  const signIn = async (signal: AbortSignal) =>
    tokens === undefined
      ? ((await signInBySecret(signal)) as GraphToken | Response)
      : await signInByRole({ request, tokens, audience, signInBySecret, log }, signal);
  return graphClient({ ...how, endpoint, signIn });
}

/** True if the token endpoint refuses the credential itself. RFC 6749, 5.2: the status may be 400 as well as 401. */
async function refusesClient(answer: Response): Promise<boolean> {
  if (answer.status === 401) return true;
  return answer.status === 400 && parseJsonObject(await answer.clone().text())?.error === "invalid_client";
}

interface Call {
  readonly body?: object | undefined;
  readonly signal?: AbortSignal | undefined;
  /** @default true */
  readonly repeats?: boolean;
}

/** Returns `directory`. All its clients share one session of the function's role. @param limits the time limit of calls to STS */
export function awsDirectory(limits?: Pick<ClientOptions, "attemptTimeoutMs">): {
  directory(application: GraphApplication): GraphClient;
} {
  const { [graphEnvironment.role]: role } = process.env;
  const tokens = role === undefined ? undefined : roleTokens(role, limits);
  return { directory: (application) => graph(application, tokens) };
}

export function graphClient(access: GraphAccess): GraphClient {
  const {
    signIn,
    endpoint,
    version = "v1.0",
    retries = shortRetries,
    sleep: wait = async (ms, signal) => await sleep(ms, undefined, { signal }),
  } = access;
  const fetchWith = boundedFetch(access.fetch ?? ((...args) => fetch(...args)));
  const base = `${endpoint}/${version}`;
  let token: { readonly value: string; readonly until: number } | undefined;

  async function accessToken(signal: AbortSignal | undefined): Promise<string> {
    if (token !== undefined && Date.now() < token.until) return token.value;
    const reply = await sendWithRetries(() => whole({ signal, retries }, signIn), { signal, retries, wait, repeats: true }, SignInError);
    // Only a response has a URL, and a response from `signIn` contains no token. If the status is no success, `sendWithRetries` has already
    // thrown.
    if (reply.url !== undefined) throw new SignInError(unusable(reply, callWords("POST", reply.url)));
    const { value, expiresInSeconds } = reply.body as GraphToken;
    token = { value, until: Date.now() + expiresInSeconds * 1_000 - TOKEN_MARGIN_MS };
    return value;
  }

  async function sendWithToken(path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Reply> {
    const attempt = async () => {
      // The header allows Graph to delay this client's requests in favour of requests that people wait for.
      const headers = { ...init.headers, authorization: `Bearer ${await accessToken(signal)}`, "x-ms-throttle-priority": "low" };
      // Redirects are not followed: the token would go to another host.
      return await whole({ signal, retries }, (limit) =>
        fetchWith(`${base}${path}`, { ...init, headers, redirect: "manual", signal: limit }),
      );
    };
    const reply = await attempt();
    if (reply.status !== 401) return reply;
    // Graph refused the token, for example because it was revoked. So the next attempt gets a new one.
    token = undefined;
    return await attempt();
  }

  async function call(method: string, path: string, { body, signal, repeats = true }: Call = {}): Promise<unknown> {
    const content = body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {};
    const bounds = { signal, retries, wait, repeats, call: callWords(method, `${base}${path}`) };
    const reply = await sendWithRetries(() => sendWithToken(path, { method, ...content }, signal), bounds, GraphError);
    // An answer that is neither a JSON object nor Graph's own empty answer may be another server's page. That page proves neither that the
    // object exists nor that Graph acted.
    if (isObject(reply.body) || (method !== "GET" && isGraphsSilence(reply))) return reply.body;
    throw new GraphError(unusable(reply, bounds.call));
  }

  return {
    get: async <T>(path: string, signal?: AbortSignal) => (await call("GET", path, { signal })) as T,
    post: async <T>(path: string, body?: object, signal?: AbortSignal) =>
      (await call("POST", path, { body, signal, repeats: retries.repeatsPosts })) as T | undefined,
    postOnce: async <T>(path: string, body: object) => (await call("POST", path, { body, repeats: false })) as T | undefined,
    patch: async (path, body, signal) => void (await call("PATCH", path, { body, signal })),
    put: async (path, body) => void (await call("PUT", path, { body })),
    delete: async (path) => void (await call("DELETE", path)),
    address: (path) => `${base}${path}`,
    pause: (ms) => wait(ms),
    permissions: async () => readRoles(await accessToken(undefined)),
  };
}

/** Returns the permissions in the claim `roles` of an application's token. A person's token has no such claim, so the result is empty. */
function readRoles(token: string): readonly string[] {
  const { roles } = parseJsonObject(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) ?? {};
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
}

interface Bounds {
  readonly signal: AbortSignal | undefined;
  readonly retries: RetryPolicy;
}

interface Repeats extends Bounds {
  readonly wait: Sleep;
  readonly repeats: boolean;
  readonly call?: string;
}

async function sendWithRetries(
  attempt: () => Promise<Reply>,
  { signal, retries, wait, repeats, call }: Repeats,
  Refused: typeof GraphError,
): Promise<Reply> {
  for (let count = 1; ; count++) {
    const refusal = await attemptRequest(attempt, Refused, call);
    if (!(refusal instanceof GraphError)) return refusal;
    const pause = repeats || refusal.status === 429 ? pauseAfter(refusal, count) : undefined;
    if (pause === undefined || pause > retries.pauseMs || count >= retries.attempts || signal?.aborted) throw refusal;
    await wait(pause, signal).catch(() => {
      throw refusal;
    });
  }
}

/** Throws all other errors, such as a failed sign-in, which has its own retries. */
async function attemptRequest(attempt: () => Promise<Reply>, Refused: typeof GraphError, call?: string): Promise<Reply | GraphError> {
  try {
    const reply = await attempt();
    if (reply.status >= 200 && reply.status < 300) return reply;
    return new Refused({ ...parseRefusal(reply), call: call ?? (reply.url && callWords("POST", reply.url)) });
  } catch (error) {
    if (error instanceof NoAnswerError) return new Refused({ status: 0, code: error.message, call });
    throw error;
  }
}

/** Returns the milliseconds to wait before a retry; undefined if a retry would not help. */
export function pauseAfter({ status, code, retryAfterMs }: GraphError, count: number): number | undefined {
  if (code === "too-large") return undefined;
  if (status !== 0 && status !== 429 && status < 500) return undefined;
  return retryAfterMs ?? DEFAULT_PAUSE_MS * 2 ** (count - 1) * (1 + Math.random());
}

class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  constructor(override readonly message: "timeout" | "connection" | "too-large" | "unreadable") {
    super(message);
  }
}

/** A result that is no Response, such as a token, is a success. */
async function whole({ signal, retries }: Bounds, ask: (limit: AbortSignal) => Promise<Response | object>): Promise<Reply> {
  const timeout = AbortSignal.timeout(retries.attemptMs);
  const limit = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const answer = await ask(limit);
    if (!(answer instanceof Response)) return { status: 200, retryAfter: null, requestId: null, body: answer };
    const { status, headers, url } = answer;
    const text = await answer.text();
    const came = cameWords(text, headers.get("content-type"));
    const about = { retryAfter: headers.get("retry-after"), requestId: headers.get("request-id") };
    return { status, ...about, body: parseJson(text), came, isEmpty: text === "", url };
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    if (error instanceof TooLargeError) throw new NoAnswerError("too-large");
    // If `fetch` cannot connect, it throws a TypeError. Any other error means that the answer could not be read.
    throw new NoAnswerError(limit.aborted ? "timeout" : (error as Error).name === "TypeError" ? "connection" : "unreadable");
  }
}

function isObject(body: unknown): body is object {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

/** True for an empty answer that is Graph's own. A 204 is empty by definition; any other status needs Graph's request id. */
function isGraphsSilence({ status, isEmpty, requestId }: Reply): boolean {
  return isEmpty === true && (status === 204 || requestId !== null);
}

function unusable({ status, requestId, came = "JSON of another form" }: Reply, call: string): GraphRefusal {
  return { status, code: "unreadable", call, came, requestId: requestId ?? undefined };
}

/** Returns the error for an answer that is JSON, but not in the form of the call. */
export function otherForm(graph: Pick<GraphClient, "address">, method: string, path: string): GraphError {
  return new GraphError({ status: 200, code: "unreadable", call: callWords(method, graph.address(path)), came: "JSON of another form" });
}

/** True if Graph reports that the object does not exist. For an unknown path, Graph sends another code. */
export function isUnknownObject(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404 && error.code === "Request_ResourceNotFound";
}

/** Names a call for logs and messages. Leaves out the query and the account, because they may contain somebody's address. */
function callWords(method: string, url: string): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: "", pathname: url };
  return `${method} ${host}${pathname.replace(/\/users\/[^/]+/, "/users/{id}")}`;
}

/** Graph's `{ error: { code, details, innerError } }`, or the token endpoint's `{ error, error_codes }` (RFC 6749 §5.2). */
interface ErrorBody {
  readonly error?: string | { readonly code?: unknown; readonly details?: unknown; readonly innerError?: { "request-id"?: unknown } };
  readonly error_codes?: unknown;
  readonly error_description?: unknown;
}

function parseRefusal({ status, retryAfter, requestId, body, came }: Reply): GraphRefusal {
  const { error, error_codes: numbers, error_description: description } = (body ?? {}) as ErrorBody;
  const { code, details, innerError } = typeof error === "object" && error !== null ? error : { code: error };
  return {
    status,
    code: parseText(code) ?? "none",
    came,
    details: Array.isArray(details) ? details.map(parseDetail) : aadstsDetails(numbers, description),
    retryAfterMs: retryAfter === null ? undefined : millisecondsUntil(retryAfter),
    requestId: parseText(innerError?.["request-id"]) ?? requestId ?? undefined,
  };
}

/** Parses seconds or a date (RFC 9110 §10.2.3) into milliseconds. Returns undefined for anything else. */
function millisecondsUntil(retryAfter: string): number | undefined {
  const milliseconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 0);
}

function aadstsDetails(numbers: unknown, description: unknown): readonly GraphDetail[] {
  const { codes, quoted } = readRefusal(numbers, description);
  return codes.map((code) => ({ code, target: undefined, quoted }));
}

function parseDetail(detail: { readonly code?: unknown; readonly target?: unknown } | null): GraphDetail {
  return { code: parseText(detail?.code) ?? "none", target: parseText(detail?.target) };
}

function parseText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Quotes a text for a filter. OData 4.01, URL conventions §5.1.1.6.1: quotes are doubled. */
export function odataText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
