import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** This runner is for one person on one machine: nothing else can reach it. */
export const HOST = "127.0.0.1";

/** How long requests that are still at work may take when a server closes. */
const CLOSE_MS = 3_000;

/** A port that something else holds. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(port: number) {
    super(`Port ${port} is in use. Stop what uses it, or choose another: npm start -- --port 0 takes any free one.`);
  }
}

/** A server on this machine. A client that breaks off, sends no HTTP, or sends it byte by byte costs it nothing but a connection. */
export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

/** @param port 0 takes any free one */
export async function serve(
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LocalServer> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }, (request, response) => {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    handle(request, response).catch(() => response.destroy());
  });
  server.on("clientError", (_, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", () => socket.destroy());
    else socket.destroy();
  });
  server.listen(port, HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? new PortInUseError(port) : error;
  }
  return { url: `http://${HOST}:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(timer);
}

/** The body is larger than the reader takes. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** Reads a request to its end. Rejects with BodyTooLargeError, or with the connection's error if the client breaks off. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > maxBytes) throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
