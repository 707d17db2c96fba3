import type { HttpAnswer } from "../contract/answer";

/** No limit is documented. Whatever answers more than this is not worth holding in memory. */
const MAX_ANSWER_BYTES = 1_024 * 1_024;

export interface HttpCall {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One attempt at a call. */
export interface Attempt {
  readonly durationMs: number;
  readonly answer?: HttpAnswer;
  /** Why there is no answer: "timeout", or the connection's error. */
  readonly failure?: string;
  /** Answered, but the answer never arrived: the simulator plays a network that loses it. */
  readonly lost?: boolean;
}

/** Sends once. Never rejects. Redirects are not followed: Entra's contract knows none. @param send how to reach the endpoint */
export async function sendCall({ url, ...call }: HttpCall, timeoutMs: number, send: typeof fetch = fetch): Promise<Attempt> {
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  try {
    const response = await send(url, { ...call, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    const answer = await answerOf(response);
    return { durationMs: durationMs(), answer };
  } catch (error) {
    return { durationMs: durationMs(), failure: failureOf(error) };
  }
}

async function answerOf(response: Response): Promise<HttpAnswer> {
  const bytes = await bytesOf(response);
  const contentType = response.headers.get("content-type");
  const challenge = response.headers.get("www-authenticate");
  const requestId = response.headers.get("x-amzn-requestid") ?? response.headers.get("apigw-requestid");
  const head = {
    status: response.status,
    ...(contentType !== null && { contentType }),
    ...(challenge !== null && { challenge }),
    ...(requestId !== null && { requestId }),
  };
  if (bytes === undefined) return { ...head, body: "", unreadable: "too large" };
  try {
    // A byte order mark stays: JSON must not begin with one (RFC 8259 §8.1).
    return { ...head, body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ...head, body: bytes.toString("latin1"), unreadable: "not UTF-8" };
  }
}

/** Undefined if there are too many. */
async function bytesOf(response: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface FetchFailure {
  readonly name?: string;
  /** Of Node's own client. */
  readonly code?: string;
  /** Several of them where a name has several addresses. */
  readonly cause?: {
    readonly name?: string;
    readonly code?: string;
    readonly message?: string;
    readonly errors?: readonly { readonly code?: string }[];
  };
}

function failureOf(error: unknown): string {
  const { name = "unknown", code, cause } = error as FetchFailure;
  if (name === "TimeoutError" || cause?.name === "TimeoutError") return "timeout";
  return cause?.code ?? cause?.errors?.find((each) => each.code !== undefined)?.code ?? cause?.message ?? code ?? name;
}
