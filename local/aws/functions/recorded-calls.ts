import type { AsyncLocalStorage } from "node:async_hooks";
import { errorMonitor } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  /** "DynamoDB_20120810.BatchGetItem" for an AWS service. */
  readonly target?: string;
  readonly body: string;
  /** Milliseconds from the invocation's start. */
  readonly begunMs: number;
  /** Absent while the call is under way. */
  ms?: number;
  status?: number;
  contentType?: string;
  answer?: string;
  failure?: string;
}

/** Each call is added when it begins. */
export interface CallLog {
  readonly begun: number;
  readonly calls: RecordedCall[];
}

const MAX_KEPT = 256 * 1_024;
const TOO_LONG = "(too long to be kept)";

/** Records calls by node:http, node:https and fetch. To be called once in each thread. @param current the running invocation's log */
export function recordCalls(current: AsyncLocalStorage<CallLog>): void {
  for (const module of [http, https]) {
    const request = module.request as (...args: unknown[]) => ClientRequest;
    const recordRequest = (...args: unknown[]) => {
      const clientRequest = request(...args);
      const log = current.getStore();
      if (log !== undefined) follow(clientRequest, log);
      return clientRequest;
    };
    const get = (...args: unknown[]) => {
      const clientRequest = recordRequest(...args);
      clientRequest.end();
      return clientRequest;
    };
    Object.assign(module, { request: recordRequest, get });
  }
  // This call is for `import { request } from "node:https"` in modules that are not compiled to CommonJS.
  syncBuiltinESMExports();
  const { fetch } = globalThis;
  globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
    const log = current.getStore();
    return log === undefined ? await fetch(...args) : await fetchRecorded(fetch, new Request(...args), log);
  };
}

function begin(
  log: CallLog,
  details: Omit<RecordedCall, "begunMs">,
): { readonly call: RecordedCall; end(more: Partial<RecordedCall>): void } {
  const begunMs = performance.now() - log.begun;
  const call: RecordedCall = { ...details, begunMs };
  log.calls.push(call);
  return {
    call,
    end(more) {
      if (call.ms === undefined) Object.assign(call, more, { ms: performance.now() - log.begun - begunMs });
    },
  };
}

/** Records a call without a change to it: the caller reads the response as usual. */
function follow(request: ClientRequest, log: CallLog): void {
  const chunks: Buffer[] = [];
  const noteSent = (chunk: unknown, encoding?: unknown) => {
    if (typeof chunk === "string") chunks.push(Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8"));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
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
  const { call, end: endCall } = begin(log, {
    method: request.method,
    url: `${request.protocol}//${request.getHeader("host") ?? request.host}${request.path}`,
    target: target?.toString(),
    body: "",
  });
  // The body is complete only when the request has ended.
  Object.defineProperty(call, "body", { enumerable: true, get: () => joinChunks(chunks) });
  request.on("response", (response: IncomingMessage) => {
    const got: Buffer[] = [];
    const whole = () =>
      endCall({ status: response.statusCode ?? 0, contentType: response.headers["content-type"] ?? "", answer: joinChunks(got) });
    const { push } = response;
    response.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null) whole();
      else got.push(Buffer.from(chunk as Buffer));
      return push.call(response, chunk, encoding);
    };
    response.on("close", () => endCall({ status: response.statusCode ?? 0, failure: "broken off" }));
  });
  // `errorMonitor` observes without handling: an error that the caller does not handle still counts as unhandled.
  request.on(errorMonitor, (error: NodeJS.ErrnoException) => endCall({ failure: error.code ?? error.name }));
  request.on("close", () => endCall({ failure: "broken off" }));
}

async function fetchRecorded(send: typeof fetch, request: Request, log: CallLog): Promise<Response> {
  const body = await request.clone().text();
  const { end } = begin(log, { method: request.method, url: request.url, body: joinChunks([Buffer.from(body)]) });
  try {
    const response = await send(request);
    const { status } = response;
    const contentType = response.headers.get("content-type") ?? "";
    // The copy is read in the background, because the caller need not wait for it.
    response
      .clone()
      .arrayBuffer()
      .then(
        (bytes) => end({ status, contentType, answer: joinChunks([Buffer.from(bytes)]) }),
        () => end({ status, failure: "broken off" }),
      );
    return response;
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    end({ failure: cause?.code ?? name });
    throw error;
  }
}

function joinChunks(chunks: readonly Buffer[]): string {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  return size > MAX_KEPT ? TOO_LONG : Buffer.concat(chunks).toString("utf8");
}
