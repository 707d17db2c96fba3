import type { AsyncLocalStorage } from "node:async_hooks";
import { errorMonitor } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

/** One call that a function made by HTTP. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  /** "DynamoDB_20120810.BatchGetItem" where an AWS service was called. */
  readonly target?: string;
  readonly body: string;
  /** Milliseconds from the function's start. */
  readonly begunMs: number;
  /** Absent while it goes on. */
  ms?: number;
  status?: number;
  contentType?: string;
  answer?: string;
  /** Why no answer came. */
  failure?: string;
}

/** The calls of one invocation, filled as they are made. */
export interface CallLog {
  readonly begun: number;
  readonly calls: RecordedCall[];
}

/** Of a longer body, nothing is kept but that. */
const MAX_KEPT = 256 * 1_024;
const TOO_LONG = "(too long to be kept)";

/** Notes what the code of each invocation calls, by node:http, node:https or fetch. Once for a thread. @param current the log of the invocation at work */
export function recordCalls(current: AsyncLocalStorage<CallLog>): void {
  for (const module of [http, https]) {
    const request = module.request as (...args: unknown[]) => ClientRequest;
    const recorded = (...args: unknown[]) => {
      const made = request(...args);
      const log = current.getStore();
      if (log !== undefined) follow(made, log);
      return made;
    };
    const get = (...args: unknown[]) => {
      const made = recorded(...args);
      made.end();
      return made;
    };
    Object.assign(module, { request: recorded, get });
  }
  // For `import { request } from "node:https"` in modules that are not compiled to CommonJS.
  syncBuiltinESMExports();
  const { fetch } = globalThis;
  globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
    const log = current.getStore();
    return log === undefined ? await fetch(...args) : await fetched(fetch, new Request(...args), log);
  };
}

function begin(
  log: CallLog,
  given: Omit<RecordedCall, "begunMs">,
): { readonly call: RecordedCall; end(more: Partial<RecordedCall>): void } {
  const begunMs = performance.now() - log.begun;
  const call: RecordedCall = { ...given, begunMs };
  log.calls.push(call);
  return {
    call,
    end(more) {
      if (call.ms === undefined) Object.assign(call, more, { ms: performance.now() - log.begun - begunMs });
    },
  };
}

/** Listens without taking part: the caller reads the answer as always. */
function follow(request: ClientRequest, log: CallLog): void {
  const sent: Buffer[] = [];
  const noteSent = (chunk: unknown, encoding?: unknown) => {
    if (typeof chunk === "string") sent.push(Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8"));
    else if (chunk instanceof Uint8Array) sent.push(Buffer.from(chunk));
  };
  const write = request.write as (...args: unknown[]) => boolean;
  const end = request.end as (...args: unknown[]) => ClientRequest;
  Object.assign(request, {
    write(...args: unknown[]) {
      noteSent(args[0], args[1]);
      return write.apply(request, args);
    },
    end(...args: unknown[]) {
      noteSent(args[0], args[1]);
      return end.apply(request, args);
    },
  });
  const target = request.getHeader("x-amz-target");
  const { call, end: ended } = begin(log, {
    method: request.method,
    url: `${request.protocol}//${request.getHeader("host") ?? request.host}${request.path}`,
    ...(target !== undefined && { target: String(target) }),
    body: "",
  });
  // Known in full once the request has ended.
  Object.defineProperty(call, "body", { enumerable: true, get: () => kept(sent) });
  request.on("response", (response: IncomingMessage) => {
    const got: Buffer[] = [];
    const whole = () => ended({ status: response.statusCode ?? 0, contentType: response.headers["content-type"] ?? "", answer: kept(got) });
    const { push } = response;
    response.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null) whole();
      else got.push(Buffer.from(chunk as Buffer));
      return push.call(response, chunk, encoding);
    };
    response.on("close", () => ended({ status: response.statusCode ?? 0, failure: "broken off" }));
  });
  // The caller handles the error, or nobody does: this is no listener for it.
  request.on(errorMonitor, (error: NodeJS.ErrnoException) => ended({ failure: error.code ?? error.name }));
  request.on("close", () => ended({ failure: "broken off" }));
}

async function fetched(send: typeof fetch, request: Request, log: CallLog): Promise<Response> {
  const body = await request.clone().text();
  const { end } = begin(log, { method: request.method, url: request.url, body: kept([Buffer.from(body)]) });
  try {
    const response = await send(request);
    const { status } = response;
    const contentType = response.headers.get("content-type") ?? "";
    // The reader of the copy goes on by itself.
    response
      .clone()
      .arrayBuffer()
      .then(
        (bytes) => end({ status, contentType, answer: kept([Buffer.from(bytes)]) }),
        () => end({ status, failure: "broken off" }),
      );
    return response;
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    end({ failure: cause?.code ?? name });
    throw error;
  }
}

function kept(chunks: readonly Buffer[]): string {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  return size > MAX_KEPT ? TOO_LONG : Buffer.concat(chunks).toString("utf8");
}
