import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The values of Host that are accepted. A request with another one may come from a page that rebinds its own name to this address. */
const ownNames = ["127.0.0.1", "localhost", "[::1]"];
const HTTP_PORT = 80;

/**
 * Returns why a request cannot come from a local program or from a page of this server; undefined if it can. The check is needed because a
 * browser lets any site's page send requests to this machine.
 * @param port where the server listens
 */
function foreignTo(port: number, { headers }: IncomingMessage): string | undefined {
  const { host = "", origin } = headers;
  const isOwnHost = ownNames.some((name) => host === `${name}:${port}` || (port === HTTP_PORT && host === name));
  if (!isOwnHost) return "its Host is another";
  if (origin !== undefined && origin !== `http://${host}` && !isHiddenOwn(headers)) return "its Origin is another";
  return isFetchedFromElsewhere(headers) ? "a page of another origin made it" : undefined;
}

/** No page can set Sec-Fetch-Site, so this header proves that this server's page sent the Origin "null". */
function isHiddenOwn(headers: IncomingMessage["headers"]): boolean {
  return headers.origin === "null" && headers["sec-fetch-site"] === "same-origin";
}

/**
 * True if another site's page loads the address. Links do not count, because mails link to the console. Reads Sec-Fetch-Site, because
 * requests without CORS have no Origin.
 */
function isFetchedFromElsewhere(headers: IncomingMessage["headers"]): boolean {
  const site = headers["sec-fetch-site"];
  return (site === "cross-site" || site === "same-site") && headers["sec-fetch-mode"] !== "navigate";
}

/** Other machines cannot reach this address, because the runner is for one person. */
export const HOST = "127.0.0.1";

export const MAX_PORT = 65_535;

/** Milliseconds that open requests have to end when a server closes. */
const CLOSE_MS = 3_000;

export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(port: number) {
    super(`Port ${port} is in use. Stop what uses it, or choose another: npm start -- --port 0 takes any free one.`);
  }
}

/** If a client breaks off, sends no HTTP, or sends too slowly, only its own connection ends. The server goes on. */
export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Receives the reason why a request is refused. The reason contains no text of the request. */
export type OnRefused = (why: string) => void;

/**
 * Serves local programs and pages of this server. Throws PortInUseError.
 * @param port 0 for any free port
 * @param findForeign returns the reason why a request gets 403, if there is one
 */
export async function serve(
  port: number,
  handle: Handle,
  onRefused: OnRefused = () => undefined,
  findForeign: typeof foreignTo = foreignTo,
): Promise<LocalServer> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }, (request, response) => {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    const why = findForeign(request.socket.localPort ?? 0, request);
    if (why === undefined) {
      handle(request, response).catch(() => response.destroy());
      return;
    }
    onRefused(why);
    // The connection ends without waiting for the rest of the request.
    response.writeHead(403, { "Content-Type": "application/json", Connection: "close" }).end('{"message":"Forbidden"}');
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

/** Uses any free port if the given port is taken. */
export async function serveNear(port: number, handle: Handle, onRefused?: OnRefused): Promise<LocalServer> {
  try {
    return await serve(port > MAX_PORT ? 0 : port, handle, onRefused);
  } catch (error) {
    if (error instanceof PortInUseError) return await serve(0, handle, onRefused);
    throw error;
  }
}

async function close(server: Server): Promise<void> {
  const closing = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closing;
  clearTimeout(timer);
}

export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** Rejects with BodyTooLargeError, or with the connection's error if the client breaks off. */
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
