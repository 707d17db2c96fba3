import { setTimeout as sleep } from "node:timers/promises";

/** Names of the variables that the stack sets for functions that call Graph. */
export const graphEnvironment = {
  tenant: "GRAPH_TENANT",
  client: "GRAPH_CLIENT",
  /** The secret whose value is the application's client secret. */
  secret: "GRAPH_SECRET",
  /** Stand-ins for Graph and for the place that gives out tokens. */
  graphEndpoint: "GATEHOUSE_ENDPOINT_GRAPH",
  loginEndpoint: "GATEHOUSE_ENDPOINT_LOGIN",
} as const;

const GRAPH = "https://graph.microsoft.com";
const LOGIN = "https://login.microsoftonline.com";

const MAX_ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 5_000;
/** Longer pauses are the caller's to keep. */
const MAX_PAUSE_MS = 5_000;
const DEFAULT_PAUSE_MS = 500;
/** A token is not used in its last minutes. */
const TOKEN_MARGIN_MS = 300_000;

/** What Graph, or the place that gives out tokens, answered instead. Carries codes only: messages quote names and addresses. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`${status} ${code}`);
  }
}

/** Microsoft Graph, version 1.0, as an application. Throws GraphError for what it refuses, after retries where these can help. */
export interface Graph {
  get<T>(path: string): Promise<T>;
  /** Undefined where the answer has no body. */
  post<T>(path: string, body: object): Promise<T | undefined>;
  /** The address of an object of the directory, as references are written. */
  reference(id: string): string;
}

export interface GraphApplication {
  readonly tenantId: string;
  readonly clientId: string;
  /** Asked for again with each new token, so that a changed secret counts within the hour. */
  readonly clientSecret: () => Promise<string>;
}

interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

export function graph({ tenantId, clientId, clientSecret }: GraphApplication): Graph {
  const base = `${process.env[graphEnvironment.graphEndpoint] ?? GRAPH}/v1.0`;
  const tokenUrl = `${process.env[graphEnvironment.loginEndpoint] ?? LOGIN}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  let token: { readonly value: string; readonly until: number } | undefined;

  /** The client credentials grant: RFC 6749 §4.4. */
  async function accessToken(): Promise<string> {
    if (token !== undefined && Date.now() < token.until) return token.value;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: await clientSecret(),
      scope: `${GRAPH}/.default`,
    });
    const { access_token, expires_in } = await succeed<{ access_token: string; expires_in: number }>(() =>
      send(tokenUrl, { method: "POST", body: form }),
    );
    token = { value: access_token, until: Date.now() + expires_in * 1_000 - TOKEN_MARGIN_MS };
    return access_token;
  }

  async function authorized(path: string, init: RequestInit): Promise<Reply> {
    const attempt = async () =>
      send(`${base}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${await accessToken()}` } });
    const reply = await attempt();
    if (reply.status !== 401) return reply;
    // The token was revoked before its time.
    token = undefined;
    return await attempt();
  }

  return {
    get: (path) => succeed(() => authorized(path, { method: "GET" })),
    post: (path, body) =>
      succeed(() => authorized(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } })),
    reference: (id) => `${base}/directoryObjects/${id}`,
  };
}

/** The body of a reply that says yes; tries again what passes by itself. */
async function succeed<T>(attempt: () => Promise<Reply>): Promise<T> {
  for (let count = 1; ; count++) {
    const reply = await attempt();
    if (reply.status < 300) return reply.body as T;
    const pause = pauseAfter(reply, count);
    if (pause === undefined || count >= MAX_ATTEMPTS) throw new GraphError(reply.status, codeOf(reply.body));
    await sleep(pause);
  }
}

/** Milliseconds to wait before trying again; undefined where it would not help, or not soon. */
function pauseAfter({ status, retryAfter }: Reply, count: number): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const pause = retryAfter === null ? DEFAULT_PAUSE_MS * 2 ** (count - 1) : Number(retryAfter) * 1_000;
  return pause <= MAX_PAUSE_MS ? pause : undefined;
}

async function send(url: string, init: RequestInit): Promise<Reply> {
  // A redirect would take the token elsewhere.
  const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) });
  const text = await response.text();
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Graph's `{ error: { code } }`, or the token endpoint's `{ error }`. */
function codeOf(body: unknown): string {
  const error = (body as { error?: string | { code?: string } } | undefined)?.error;
  const code = typeof error === "object" ? error?.code : error;
  return typeof code === "string" ? code : "none";
}
