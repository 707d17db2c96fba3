import type { HttpAnswer } from "../contract/rule";

/** An answer larger than this is not kept in memory. Entra's documentation names no limit. */
const MAX_ANSWER_BYTES = 1_024 * 1_024;

export interface HttpCall {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Attempt {
  readonly durationMs: number;
  readonly answer?: HttpAnswer;
  /** The reason why there is no answer: "timeout", or the connection's error. */
  readonly failure?: string;
  /** True if the simulator ignores the answer, as if the network had lost it. */
  readonly lost?: boolean;
}

/** Sends a call once. Never rejects. Does not follow redirects, because Entra's contract has none. @param send sends the request */
export async function sendCall({ url, ...call }: HttpCall, timeoutMs: number, send: typeof fetch = fetch): Promise<Attempt> {
  const startedMs = performance.now();
  const durationMs = () => Math.round(performance.now() - startedMs);
  try {
    const response = await send(url, { ...call, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    const answer = await readHttpAnswer(response);
    return { durationMs: durationMs(), answer };
  } catch (error) {
    return { durationMs: durationMs(), failure: describeFailure(error) };
  }
}

async function readHttpAnswer(response: Response): Promise<HttpAnswer> {
  const bytes = await readBody(response);
  const header = (name: string) => response.headers.get(name) ?? undefined;
  const head = {
    status: response.status,
    contentType: header("content-type"),
    challenge: header("www-authenticate"),
    requestId: header("x-amzn-requestid") ?? header("apigw-requestid"),
  };
  if (bytes === undefined) return { ...head, body: "", unreadable: "too large" };
  try {
    // A byte order mark is kept in the text, so that the text is no valid JSON: JSON must not begin with a byte order mark (RFC 8259 §8.1).
    return { ...head, body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ...head, body: bytes.toString("latin1"), unreadable: "not UTF-8" };
  }
}

async function readBody(response: Response): Promise<Buffer | undefined> {
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
  /** The code that Node's own client sets. */
  readonly code?: string;
  /** The error's cause. If the host's name has several addresses, the cause contains an error for each. */
  readonly cause?: {
    readonly name?: string;
    readonly code?: string;
    readonly message?: string;
    readonly errors?: readonly { readonly code?: string }[];
  };
}

function describeFailure(error: unknown): string {
  const { name = "unknown", code, cause } = error as FetchFailure;
  if (name === "TimeoutError" || cause?.name === "TimeoutError") return "timeout";
  return cause?.code ?? cause?.errors?.find((each) => each.code !== undefined)?.code ?? cause?.message ?? code ?? name;
}
