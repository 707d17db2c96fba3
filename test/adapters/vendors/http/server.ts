import { createServer, type IncomingHttpHeaders, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { UpstreamError } from "../../../../engine/sign-up/failure";

/** One call as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The caller's port: the same for calls over one connection. */
  readonly port: number | undefined;
}

export type Answer = (response: ServerResponse, call: Received) => void;

export interface TestServer {
  readonly origin: string;
  readonly calls: readonly Received[];
  /** Answers the next calls in this order, forgetting those before; the last one also answers all that follow. */
  will(...answers: Answer[]): void;
  close(): Promise<void>;
}

/** A system outside, over https if it has a certificate. */
export async function startServer(secure?: ServerOptions): Promise<TestServer> {
  const calls: Received[] = [];
  let answers: Answer[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers, socket } = request;
      const call = { method, url, headers, body: Buffer.concat(chunks), port: socket.remotePort };
      calls.push(call);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(response, call);
    });
  };
  const server: Server = secure === undefined ? createServer(listener) : createSecureServer(secure, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `${secure === undefined ? "http" : "https"}://localhost:${(server.address() as AddressInfo).port}`,
    calls,
    will(...next) {
      calls.length = 0;
      answers = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function says(body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): Answer {
  return (response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

export function refuses(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return says('{"error":"quotes what was asked"}', headers, status);
}

/** Keeps the caller waiting for ever. */
export const hangs: Answer = () => undefined;

/** Cuts the connection before a word. */
export const resets: Answer = (response) => response.socket?.resetAndDestroy();

/** Says half of what it announced. */
export const stopsHalfway: Answer = (response) => {
  response.writeHead(200, { "content-length": "1000" }).write('{"title":');
  setTimeout(() => response.socket?.destroy(), 5);
};

/** A byte now and then, without end. */
export const drips: Answer = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
};

/** What went wrong, as records have it. A success is none. */
export async function troubleOf(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(
    () => "none",
    (error: unknown) => error,
  );
  const { name, failure, cause } = outcome as UpstreamError;
  return name === "UpstreamError" && cause === undefined ? failure : outcome;
}
