import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { Hash } from "@smithy/hash-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { endpointHost } from "./endpoint";
import { requireVariable } from "./environment";

/** An AWS service whose operations are called by a POST of JSON to the path `/`. The header X-Amz-Target contains the operation's name. */
export interface Service {
  readonly name: string;
  readonly target: string;
  readonly contentType: string;
  /** The variable that overrides the service's address, as in the AWS SDKs. */
  readonly endpointVariable: string;
}

export const dynamodb: Service = {
  name: "dynamodb",
  target: "DynamoDB_20120810",
  contentType: "application/x-amz-json-1.0",
  endpointVariable: "AWS_ENDPOINT_URL_DYNAMODB",
};

export const secretsManager: Service = {
  name: "secretsmanager",
  target: "secretsmanager",
  contentType: "application/x-amz-json-1.1",
  endpointVariable: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
};

/** The error that a service returned; `name` is its code. The message may quote data: keep it out of logs. */
export class AwsError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface ClientOptions {
  /** @default the environment variable AWS_REGION */
  readonly region?: string;
  /** @default the three environment variables that Lambda sets */
  readonly credentials?: () => Promise<AwsCredentials>;
  /** @default the service's own variable, else AWS_ENDPOINT_URL, else the service's public address in the region */
  readonly endpoint?: string;
  /** Opens connections, for example through a proxy. @default a new agent for this connection alone */
  readonly agent?: https.Agent | undefined;
  /** The time limit of one attempt, in milliseconds. @default 2000 */
  readonly attemptTimeoutMs?: number;
}

/** A client of one AWS service. It keeps its connection open. */
export interface AwsClient {
  /** Calls one operation. Retries temporary failures. Throws AwsError if the service refuses the operation. */
  call<T = Record<string, unknown>>(operation: string, input: object, signal?: AbortSignal): Promise<T>;
  /** Opens the connection ahead of the next call. Never fails. Undefined if the client cannot open it ahead of a call. */
  warm(): Promise<void> | undefined;
}

export const MAX_ATTEMPTS = 4;
/**
 * Time limit of one attempt. A service normally answers within milliseconds; if a packet is lost, this limit leaves time for another
 * attempt.
 */
export const ATTEMPT_TIMEOUT_MS = 2_000;
const BACKOFF_BASE_MS = 40;

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}

export interface AwsConnection {
  /** Sends one request without retrying. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string, signal?: AbortSignal): Promise<AwsReply>;
  /** Opens the connection if it is closed, so that the next request does not wait for it. Never fails. */
  warm(): Promise<void>;
}

export function awsConnection(
  service: Pick<Service, "endpointVariable"> & { readonly name: string },
  options: ClientOptions = {},
): AwsConnection {
  const region = options.region ?? requireVariable("AWS_REGION");
  const configuredEndpoint = options.endpoint ?? process.env[service.endpointVariable] ?? process.env.AWS_ENDPOINT_URL;
  const endpoint = new URL(configuredEndpoint ?? `https://${endpointHost(service.name, region, process.env)}`);
  const transport = endpoint.protocol === "http:" ? http : https;
  const agent = (transport === https ? options.agent : undefined) ?? new transport.Agent({ keepAlive: true });
  const signer = new SignatureV4({
    service: service.name,
    region,
    credentials: options.credentials ?? (async () => lambdaCredentials()),
    sha256: Sha256,
  });
  let skewMs = 0;

  async function attempt({ path, headers: extraHeaders, body, signal }: Sent): Promise<DatedReply> {
    const { protocol, hostname, host } = endpoint;
    const unsignedRequest = new HttpRequest({
      method: "POST",
      protocol,
      hostname,
      path,
      headers: { host, ...callerHeaders(), ...extraHeaders },
      body,
    });
    const { headers } = await signer.sign(unsignedRequest, { signingDate: new Date(Date.now() + skewMs) });
    const limit = AbortSignal.timeout(options.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, limit]) : limit;
    return await send(transport, { method: "POST", agent, headers, signal: both }, new URL(path, endpoint), body);
  }

  /**
   * If AWS refuses a request because this machine's clock is wrong, sends it once more with the time corrected. The refused request had no
   * effect.
   */
  async function request(sentRequest: Sent): Promise<AwsReply> {
    const reply = await attempt(sentRequest);
    const skew = clockSkew(reply, skewMs);
    if (skew === undefined) return reply;
    skewMs = skew;
    return await attempt(sentRequest);
  }

  function openConnection(): Promise<boolean> {
    return new Promise((resolve) => {
      const signal = AbortSignal.timeout(options.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS);
      const opening = transport.get(endpoint, { agent, signal }, (response) => response.resume().on("end", () => resolve(true)));
      opening.on("error", () => resolve(false)).on("close", () => resolve(false));
    });
  }

  return {
    post: (path, headers, body, signal) => request({ path, headers, body, signal }),
    async warm() {
      // The first attempt fails if the service closed the connection while the function was frozen.
      if (!(await openConnection())) await openConnection();
    },
  };
}

/** Creates a client that replaces the AWS SDK's, because a function starts faster with it: see docs/decisions/0001. */
export function awsClient(service: Service, options: ClientOptions = {}): AwsClient {
  const connection = awsConnection(service, options);
  const headersFor = (operation: string) => ({ "content-type": service.contentType, "x-amz-target": `${service.target}.${operation}` });
  return {
    warm: connection.warm,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      const body = JSON.stringify(input);
      for (let count = 1; ; count++) {
        signal?.throwIfAborted();
        let reply: AwsReply | undefined;
        try {
          reply = await connection.post("/", headersFor(operation), body, signal);
        } catch (error) {
          if (count >= MAX_ATTEMPTS || signal?.aborted) throw error;
        }
        if (reply?.status === 200) return JSON.parse(reply.text) as T;
        if (reply !== undefined) {
          const error = toAwsError(reply);
          if (count >= MAX_ATTEMPTS || !isPassing(reply.status, error.name)) throw error;
        }
        await sleep(backoff(count), undefined, { signal });
      }
    },
  };
}

/** Returns the wait before a retry, in milliseconds: exponential with full jitter. @param count number of attempts so far */
export function backoff(count: number): number {
  return Math.random() * BACKOFF_BASE_MS * 2 ** Math.min(count, 6);
}

interface AwsReply {
  readonly status: number;
  readonly text: string;
}

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
}

/** Returns headers that name the caller for CloudTrail and the trace for X-Ray. The signature does not cover them. */
function callerHeaders(): Readonly<Record<string, string>> {
  const { AWS_EXECUTION_ENV: runtime, AWS_LAMBDA_FUNCTION_NAME: name, _X_AMZN_TRACE_ID: trace } = process.env;
  const agent = ["entra-gatehouse", "lang/js", `md/nodejs#${process.versions.node}`, ...(runtime ? [`exec-env/${runtime}`] : [])];
  return { "user-agent": agent.join(" "), ...(name && trace && { "x-amzn-trace-id": trace }) };
}

interface DatedReply extends AwsReply {
  /** The time of the answer, by the service's clock. */
  readonly date: string | undefined;
}

function send(transport: typeof http | typeof https, options: http.RequestOptions, url: URL, body: string): Promise<DatedReply> {
  return new Promise((resolve, reject) => {
    const request = transport.request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, date: response.headers.date }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function toAwsError({ status, text }: AwsReply): AwsError {
  let body: Record<string, unknown> = {};
  try {
    body = (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    // Something other than JSON arrived, such as a proxy's page. Only the status is usable.
  }
  const type = typeof body.__type === "string" ? body.__type : `Http${status}`;
  const message = body.message ?? body.Message;
  return new AwsError(type.slice(type.lastIndexOf("#") + 1), typeof message === "string" ? message : "", status, body);
}

function lambdaCredentials(): AwsCredentials {
  return {
    accessKeyId: requireVariable("AWS_ACCESS_KEY_ID"),
    secretAccessKey: requireVariable("AWS_SECRET_ACCESS_KEY"),
    sessionToken: process.env.AWS_SESSION_TOKEN || undefined,
  };
}

// The two sets below contain the errors that the AWS SDK retries: test/adapters/aws/retries.test.ts compares them.

const throttling: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);
/** Error codes of calls that had no effect and may succeed the next time. */
const passing: ReadonlySet<string> = new Set([
  "ReplicatedWriteConflictException",
  "RequestTimeout",
  "RequestTimeoutException",
  "TimeoutError",
]);
const statuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** True if a retry can succeed. @param code the service's own error name */
export function isPassing(status: number, code: string): boolean {
  return statuses.has(status) || throttling.has(code) || passing.has(code);
}

const CLOCK_SKEW =
  /AccessDeniedException|AuthFailure|InvalidSignatureException|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|SignatureDoesNotMatch/;
/** Smallest error of the clock that is corrected, as in the SDK. AWS accepts a signature for five minutes. */
const SKEW_MS = 240_000;

interface Dated {
  readonly status: number;
  readonly text: string;
  readonly date?: string | undefined;
}

/**
 * Returns the milliseconds by which this machine's clock is behind AWS's; undefined if a wrong clock did not cause the refusal.
 * @param knownSkew the milliseconds by which the clock was already corrected when the request was signed
 */
export function clockSkew({ status, text, date = "" }: Dated, knownSkew: number): number | undefined {
  if (status < 400 || !CLOCK_SKEW.test(text)) return undefined;
  const skew = Date.parse(date) - Date.now();
  return Math.abs(skew - knownSkew) >= SKEW_MS ? skew : undefined;
}

/** Codes of calls that AWS refuses every time; not those for a missing permission or table, which somebody may restore. */
const refusals = new Set(["ItemCollectionSizeLimitExceededException", "SerializationException", "ValidationException"]);

/** True if the input causes the error, so that every retry would fail too; false for errors of the network or the service. */
export function isLasting(error: unknown): boolean {
  if (error instanceof AwsError) return refusals.has(error.name);
  // A failed `fetch` also throws a TypeError, but one with a cause.
  return [TypeError, RangeError, SyntaxError, URIError].some((kind) => error instanceof kind && error.cause === undefined);
}
