import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { boundedFetch, MAX_ANSWER_BYTES, TooLargeError } from "../adapters/http/bounded-fetch";
import { CommandError } from "./failure";

/** Opens connections through the proxy in HTTPS_PROXY, except to hosts in NO_PROXY; undefined without a proxy. */
export function proxyAgent(): https.Agent | undefined {
  const proxy = variable("HTTPS_PROXY");
  return proxy === undefined ? undefined : new ProxyAgent(addressOf(proxy));
}

/** Never quotes the address: it may contain a password. */
function addressOf(proxy: string): URL {
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return new URL(address);
  throw new CommandError("HTTPS_PROXY is not a proxy's address: write it like http://proxy.contoso.com:8080.");
}

/** `fetch` through the proxy, if there is one. Follows redirects only if `init` requests it, and sends only strings. */
export const proxiedFetch: typeof fetch = async (target, init = {}) => {
  const url = new URL(target instanceof Request ? target.url : target);
  const agent = url.protocol === "https:" ? proxyAgent() : undefined;
  return await (agent === undefined ? boundedFetch(fetch)(url, { redirect: "manual", ...init }) : fetchBy(agent, url, init));
};

/** The global `fetch`, unless a proxy is set. */
export function fetchHere(): typeof fetch {
  return proxyAgent() === undefined ? fetch : proxiedFetch;
}

async function fetchBy(agent: https.Agent, url: URL, { method = "GET", headers, body, signal }: RequestInit): Promise<Response> {
  return await new Promise((resolve, reject) => {
    const options = { method, agent, headers: Object.fromEntries(new Headers(headers)), ...(signal && { signal }) };
    // Like fetch, it wraps the connection's error, and passes on the reason of an abort.
    const failed = (cause: Error) => reject(signal?.aborted ? signal.reason : new TypeError("fetch failed", { cause }));
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > MAX_ANSWER_BYTES) response.destroy(new TooLargeError());
        chunks.push(chunk);
      });
      response.on("error", failed);
      response.on("end", () => {
        const { statusCode: status = 0 } = response;
        resolve(new Response(withBody(status, Buffer.concat(chunks)), { status, headers: headersOf(response) }));
      });
    });
    request.on("error", failed);
    request.end(body === undefined || body === null ? undefined : String(body));
  });
}

function headersOf({ headersDistinct }: http.IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) for (const value of values) headers.append(name, value);
  return headers;
}

/** Some statuses allow no body. */
function withBody(status: number, body: Buffer): Uint8Array<ArrayBuffer> | null {
  return status === 204 || status === 304 ? null : new Uint8Array(body);
}

/** HTTP CONNECT: RFC 9110 §9.3.6. */
class ProxyAgent extends https.Agent {
  constructor(private readonly proxy: URL) {
    super();
  }

  override createConnection(
    options: https.RequestOptions & tls.ConnectionOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const host = options.host ?? "";
    if (isExempt(host)) return super.createConnection(options, callback);
    const done = callback as (error: Error | null, socket?: Duplex) => void;
    const { protocol, hostname, port, username, password } = this.proxy;
    const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
    const path = `${host}:${options.port ?? 443}`;
    const request = (protocol === "https:" ? https : http).request({
      method: "CONNECT",
      // Only URLs put an IPv6 address in brackets.
      hostname: hostname.replace(/^\[|\]$/g, ""),
      port,
      path,
      headers: { host: path, ...(username !== "" && { "proxy-authorization": `Basic ${login}` }) },
      ...(options.signal && { signal: options.signal }),
    });
    request.on("connect", ({ statusCode }, socket) => {
      if (statusCode === 200) return done(null, tls.connect({ ...options, socket, servername: options.servername || host }));
      socket.destroy();
      done(new Error(`The proxy ${this.proxy.host} answers ${statusCode}: check HTTPS_PROXY`));
    });
    request.on("error", (error) => done(error));
    request.end();
    return undefined;
  }
}

function isExempt(host: string): boolean {
  const exempt = (variable("NO_PROXY") ?? "").split(",").map((each) =>
    each
      .trim()
      .replace(/^\*?\./, "")
      .toLowerCase(),
  );
  return exempt.some((each) => each === "*" || (each !== "" && (host.toLowerCase() === each || host.toLowerCase().endsWith(`.${each}`))));
}

/** Reads either spelling; lower case takes precedence, as in curl. */
function variable(name: string): string | undefined {
  return process.env[name.toLowerCase()] || process.env[name] || undefined;
}
