import { createHash } from "node:crypto";
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";
import { parseJson } from "../../engine/json";
import { UpstreamError } from "../../engine/sign-up/failure";
import type { Context } from "../../engine/sign-up/rule";
import type { UpstreamFailure, UpstreamFailureKind } from "../../engine/sign-up/service";
import { within } from "../../engine/sign-up/time";
import { endpointVariable } from "../aws/environment";
import { systemClock } from "../system";
import { cameWords } from "./bounded-fetch";
import { timedCall } from "./call-times";

export interface OutboundRequest {
  /** The system's name in trouble reports. */
  readonly service: string;
  readonly url: URL;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent unchanged (a string as UTF-8). */
  readonly body?: string | Buffer;
  /** Limit of the whole call, including a second try, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** Largest body of an answer, in bytes. A longer body is refused. @default 262144, 256 KiB */
  readonly maxBytes?: number;
  /** Sent to a server that asks for a certificate. */
  readonly certificate?: ClientCertificate;
  /** Statuses besides 2xx that the caller can read. @default none */
  readonly accepts?: readonly number[];
  /** True if the call may be made twice. @default true for a GET */
  readonly isRepeatable?: boolean;
}

/** A client certificate: certificate and key in PEM, or the bytes of a PKCS #12 file. */
export type ClientCertificate =
  | { readonly cert: string; readonly key: string; readonly passphrase?: string }
  | { readonly pfx: Buffer; readonly passphrase?: string };

export interface OutboundResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_MAX_BYTES = 256 * 1_024;
/** Milliseconds of the remaining time that no call uses, so that a failure can still be reported. */
const RESERVE_MS = 100;
const ROOM_MS = 500;
/** The pause before a second try if the answer does not name a time. */
const PAUSE_MS = 100;
/**
 * A connection is used again after at most this idle time. Servers close an idle connection after 5 s or longer. A frozen function does not
 * notice that.
 */
const IDLE_MS = 4_000;

/** Makes one call within its limit, whatever the other side does. Throws only UpstreamError. */
export async function send(request: OutboundRequest, context: Pick<Context, "signal" | "remainingMs">): Promise<OutboundResponse> {
  const limit = Math.min(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, context.remainingMs() - RESERVE_MS);
  const until = Date.now() + limit;
  try {
    return await timedCall(request.service, () =>
      within(limit, systemClock, (signal) => tryTwice(request, AbortSignal.any([context.signal, signal]), until)),
    );
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    // Every other error is already an UpstreamError, so this one comes from the time limit or the caller's signal.
    throw upstreamFailure(request, "timeout");
  }
}

/** A failed attempt. `retryAfterMs` is the wait before a second try; undefined if a second try cannot help. */
interface Failed {
  readonly error: UpstreamError;
  readonly retryAfterMs: number | undefined;
}

async function tryTwice(request: OutboundRequest, signal: AbortSignal, until: number): Promise<OutboundResponse> {
  const first = await attempt(request, signal);
  if (!("error" in first)) return first;
  // A call is repeated only if a repeat does no harm and a second try can help. By default, only a GET counts as harmless.
  if (!(request.isRepeatable ?? request.method === "GET") || first.retryAfterMs === undefined) throw first.error;
  if (Date.now() + first.retryAfterMs + ROOM_MS > until) throw first.error;
  await sleep(first.retryAfterMs, undefined, { signal });
  const second = await attempt(request, signal);
  if ("error" in second) throw second.error;
  return second;
}

async function attempt(request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse | Failed> {
  const agent = agentFor(request);
  try {
    const response = await answer(request, agent, signal);
    const status = response.statusCode ?? 0;
    if ((status >= 200 && status < 300) || request.accepts?.includes(status)) {
      return { status, headers: response.headers, body: await readBody(request, response) };
    }
    const kind = (await refusesCertificate(response)) ? "unauthorised" : toFailureKind(status);
    response.destroy();
    return {
      error: upstreamFailure(request, kind, status),
      retryAfterMs: pauseAfter(status, response.headers["retry-after"]),
    };
  } catch (thrown) {
    if (thrown instanceof UpstreamError) throw thrown;
    if (signal.aborted) throw upstreamFailure(request, "timeout");
    const code = (thrown as NodeJS.ErrnoException).code ?? "";
    // ERR_INVALID_CHAR counts as a fault of a secret: only a header causes this error, and only secrets make headers vary. The error arises
    // before anything is sent.
    if (code === "ERR_INVALID_CHAR") throw upstreamFailure(request, "secret");
    const error = upstreamFailure(request, "connection");
    if (certificateAlert.test(code)) certificateRefusals.add(error);
    return { error, retryAfterMs: lostConnections.has(code) ? PAUSE_MS : undefined };
  }
}

/** The server refuses the client certificate, or demands one: RFC 8446, 6.2. With TLS 1.2, a handshake failure may mean the same. */
const certificateAlert =
  /^ERR_SSL_(SSLV3|TLSV1|TLSV13)_ALERT_(CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|(BAD|UNSUPPORTED|NO)_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)$/;
/** The page that nginx sends with the status 400 if the client certificate is missing or wrong. */
const certificatePage = /<title>400 (No required SSL certificate was sent|The SSL certificate error)<\/title>/;
/** A page of nginx has some hundred bytes. */
const CERTIFICATE_PAGE_BYTES = 1_000;
const certificateRefusals = new WeakSet<UpstreamError>();

/** True if a call failed because our credentials are refused or unusable, so that others may work. */
export function concernsCredentials(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && (["unauthorised", "secret"].includes(error.failure.kind) || certificateRefusals.has(error));
}

const lostConnections = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);

function answer({ url, method, headers, body }: OutboundRequest, agent: http.Agent, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const transport = url.protocol === "http:" ? http : https;
    const call = transport.request(url, { method, agent, signal, headers: { "accept-encoding": "identity", ...headers } });
    // An error can also occur after the answer has begun, so both error listeners stay attached.
    call.on("response", (response) => resolve(response.on("error", () => undefined)));
    call.on("error", reject);
    call.end(body);
  });
}

async function readBody(request: OutboundRequest, response: IncomingMessage): Promise<Buffer> {
  const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
  const chunks: Buffer[] = [];
  let size = 0;
  // An error in the loop, such as a body that is too large, also closes the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw upstreamFailure(request, "too-large", response.statusCode);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function refusesCertificate(response: IncomingMessage): Promise<boolean> {
  const { "content-type": type = "", "content-length": length } = response.headers;
  if (response.statusCode !== 400 || !type.startsWith("text/html") || !(Number(length) <= CERTIFICATE_PAGE_BYTES)) return false;
  return certificatePage.test(Buffer.concat(await response.toArray()).toString("latin1"));
}

function toFailureKind(status: number): UpstreamFailureKind {
  if (status === 401 || status === 403) return "unauthorised";
  return status === 429 ? "throttled" : "failed";
}

/** Returns the milliseconds until a second try. Undefined if a second try would not help, or if an answer 429 has no `retry-after`. */
function pauseAfter(status: number, retryAfter: string | undefined): number | undefined {
  if (![429, 502, 503, 504].includes(status)) return undefined;
  if (retryAfter === undefined) return status === 429 ? undefined : PAUSE_MS;
  const waitMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(waitMs) ? undefined : Math.max(waitMs, PAUSE_MS);
}

interface Kept {
  readonly agent: http.Agent;
  usedAt: number;
}

const keptAgents = new Map<string, Kept>();

function agentFor(request: OutboundRequest): http.Agent {
  const { url, certificate } = request;
  const key = url.protocol === "http:" ? url.origin : `${url.origin} ${fingerprint(certificate)}`;
  const now = Date.now();
  const knownAgent = keptAgents.get(key);
  if (knownAgent === undefined) {
    const agent = url.protocol === "http:" ? new http.Agent({ keepAlive: true }) : secureAgent(request);
    keptAgents.set(key, { agent, usedAt: now });
    return agent;
  }
  if (now - knownAgent.usedAt > IDLE_MS) {
    for (const socket of Object.values(knownAgent.agent.freeSockets).flat()) socket?.destroy();
  }
  knownAgent.usedAt = now;
  return knownAgent.agent;
}

function secureAgent(request: OutboundRequest): https.Agent {
  try {
    const secureContext = tls.createSecureContext({ ...request.certificate, minVersion: "TLSv1.2" });
    return new https.Agent({ keepAlive: true, secureContext });
  } catch {
    throw upstreamFailure(request, "secret");
  }
}

function fingerprint(certificate: ClientCertificate | undefined): string {
  const hash = createHash("sha256");
  for (const part of Object.values(certificate ?? {})) hash.update(`${part.length} `).update(part);
  return hash.digest("base64");
}

function upstreamFailure({ service }: Pick<OutboundRequest, "service">, kind: UpstreamFailureKind, status?: number): UpstreamError {
  return new UpstreamError({ service, kind, status });
}

/** Throws UpstreamError "unreadable" for invalid bytes, an unknown charset, and a compressed body, which the request does not accept. */
export function bodyText(service: string, { headers, body, status }: OutboundResponse): string {
  try {
    if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") throw new TypeError("compressed");
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers["content-type"] ?? "")?.[1];
    return new TextDecoder(charset ?? "utf-8", { fatal: true }).decode(body);
  } catch {
    throw upstreamFailure({ service }, "unreadable", status);
  }
}

/**
 * If the unreadable answer was an HTML page or empty, adds this to the failure. Names only the URL's host, because a path may contain typed
 * text.
 */
export function cameInstead(
  failure: UpstreamFailure,
  { method, url }: Pick<OutboundRequest, "method" | "url">,
  { body, headers }: Pick<OutboundResponse, "body" | "headers">,
): UpstreamFailure {
  const came = cameWords(body.toString("latin1"), headers["content-type"]) ?? "";
  const isTold = failure.kind === "unreadable" && ["HTML", "nothing"].includes(came);
  return isTold ? { ...failure, came: `${came} from ${method} ${url.host}` } : failure;
}

export function parseJsonBody(service: string, response: OutboundResponse): unknown {
  const json = parseJson(bodyText(service, response));
  if (json === undefined) throw upstreamFailure({ service }, "unreadable", response.status);
  return json;
}

/**
 * If `npm start` has set the system's variable, takes the origin from there: GATEHOUSE_ENDPOINT_IDOLOGY, _EXPERIAN, _OAUTH, or the variable
 * of an `http()` source or service.
 */
export function at(url: URL, endpointName: string): URL {
  const origin = process.env[endpointVariable(endpointName)];
  if (origin === undefined || origin === "") return url;
  const there = new URL(origin);
  there.pathname = url.pathname;
  there.search = url.search;
  return there;
}
