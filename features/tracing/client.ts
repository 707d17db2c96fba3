import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";

interface Begun {
  readonly name: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly start_time: number;
  readonly namespace: "aws" | "remote";
  readonly aws?: { readonly operation?: string | undefined; readonly region?: string | undefined };
}

/** X-Ray's daemon requires this line before each document. */
const HEADER = '{"format":"json","version":1}\n';

/** Other services appear under the name in the signature of their calls. */
const names: Readonly<Record<string, string>> = { dynamodb: "DynamoDB", lambda: "Lambda", s3: "S3", sqs: "SQS" };

/** A request of undici, which `fetch` uses. */
type FetchRequest = { readonly origin: string };

const begunByObject = new WeakMap<object, Begun>();
const socket = createSocket("udp4").on("error", () => undefined);
socket.unref();

/** Works with any client, because Node announces every call. Reports name, times and status; no addresses, headers or bodies. */
export function traceCalls(settings: Readonly<Record<string, string | undefined>>): void {
  listen<{ request: ClientRequest }>("http.client.request.start", ({ request }) => {
    const host = String(request.getHeader("host") ?? request.host);
    const [, region, service] =
      /^AWS4-\S+ Credential=[^/]+\/\d+\/([\w-]+)\/([\w-]+)\//.exec(String(request.getHeader("authorization"))) ?? [];
    // Omits calls to Lambda's own address, which give the function its next event.
    if (host === settings.AWS_LAMBDA_RUNTIME_API) return;
    if (service === undefined) return begin(request, { name: host, namespace: "remote" });
    const [, operation] = String(request.getHeader("x-amz-target") ?? "").split(".");
    begin(request, { name: names[service] ?? service, namespace: "aws", aws: { region, operation } });
  });
  listen<{ request: ClientRequest; response: IncomingMessage }>("http.client.response.finish", ({ request, response }) =>
    end(request, response.statusCode),
  );
  listen<{ request: ClientRequest }>("http.client.request.error", ({ request }) => end(request));
  listen<{ request: FetchRequest }>("undici:request:create", ({ request }) =>
    begin(request, { name: new URL(request.origin).host, namespace: "remote" }),
  );
  listen<{ request: FetchRequest; response: { readonly statusCode: number } }>("undici:request:headers", ({ request, response }) =>
    end(request, response.statusCode),
  );
  listen<{ request: FetchRequest }>("undici:request:error", ({ request }) => end(request));

  function begin(request: object, call: Pick<Begun, "name" | "namespace" | "aws">): void {
    // Lambda sets `_X_AMZN_TRACE_ID` for each event. Calls while a function starts belong to none; unsampled events are omitted.
    const [, trace_id, parent_id] = /^Root=([\w-]+);Parent=(\w+);Sampled=1/.exec(settings._X_AMZN_TRACE_ID ?? "") ?? [];
    if (trace_id === undefined || parent_id === undefined) return;
    begunByObject.set(request, { ...call, trace_id, parent_id, start_time: Date.now() / 1_000 });
  }

  /** @param status undefined if there was no answer */
  function end(request: object, status?: number): void {
    const call = begunByObject.get(request);
    const [, host, port] = /([\w.-]+):(\d+)$/.exec(settings.AWS_XRAY_DAEMON_ADDRESS ?? "") ?? [];
    if (!begunByObject.delete(request) || host === undefined) return;
    const document = {
      ...call,
      id: randomBytes(8).toString("hex"),
      type: "subsegment",
      end_time: Date.now() / 1_000,
      ...(status === undefined || status >= 500 ? { fault: true } : status >= 400 && { error: true, throttle: status === 429 }),
      ...(status !== undefined && { http: { response: { status } } }),
    };
    socket.send(`${HEADER}${JSON.stringify(document)}`, Number(port), host, () => undefined);
  }
}

/** Ignores errors of the tracing: a trace must not cost a sign-up. */
function listen<Message>(channel: string, heard: (message: Message) => void): void {
  subscribe(channel, (message) => {
    try {
      heard(message as Message);
    } catch {
      // If the report of a call fails, only the trace lacks the call.
    }
  });
}
