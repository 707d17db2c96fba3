import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { type Duplex, Readable } from "node:stream";
import tls from "node:tls";
import { boundedFetch, TooLargeError } from "../adapters/http/bounded-fetch";
import { CommandError } from "./failure";

/** Connects directly to the hosts in NO_PROXY. Undefined if no proxy is set. */
export function proxyAgent(): https.Agent | undefined {
  const proxy = variable("HTTPS_PROXY");
  if (proxy === undefined) return undefined;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return new ProxyAgent(new URL(address));
  // The error does not quote the address, because the address may contain a password.
  throw new CommandError("HTTPS_PROXY is not a proxy's address: write it like http://proxy.contoso.com:8080.");
}

/**
 * `fetch`, but through the proxy if there is one. Through a proxy, a body is sent as a string, and redirects are never followed. Without a
 * proxy, redirects are followed only if `init` requests it.
 */
export const proxiedFetch: typeof fetch = async (target, init = {}) => {
  const url = new URL(target instanceof Request ? target.url : target);
  const agent = url.protocol === "https:" ? proxyAgent() : undefined;
  if (agent === undefined) return await boundedFetch(fetch)(url, { redirect: "manual", ...init });
  try {
    return await boundedFetch(() => fetchBy(agent, url, init))(url);
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    // Throws the same error as `fetch`: the abort's reason, or a TypeError whose cause is the connection's error.
    throw init.signal?.aborted ? init.signal.reason : new TypeError("fetch failed", { cause });
  }
};

export function fetchHere(): typeof fetch {
  return proxyAgent() === undefined ? fetch : proxiedFetch;
}

/** The result has only the members of a response that `boundedFetch` reads. */
async function fetchBy(agent: https.Agent, url: URL, { method = "GET", headers, body, signal }: RequestInit): Promise<Response> {
  const options = { method, agent, headers: Object.fromEntries(new Headers(headers)), signal: signal ?? undefined };
  const request = https.request(url, options).end(body === undefined || body === null ? undefined : String(body));
  // Without this listener, an error of the connection would end the program. Once the response has begun, its body reports the error.
  request.on("error", () => undefined);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  const { statusCode: status = 0, statusMessage: statusText = "", headersDistinct } = response;
  const receivedHeaders = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return {
    status,
    statusText,
    headers: new Headers(receivedHeaders),
    body: Readable.toWeb(response),
    url: url.href,
  } as unknown as Response;
}

/** An agent that uses HTTP CONNECT: RFC 9110 §9.3.6. */
class ProxyAgent extends https.Agent {
  constructor(private readonly proxy: URL) {
    super();
  }

  override createConnection(
    options: https.RequestOptions & tls.ConnectionOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    // The brackets of an IPv6 address belong only in URLs.
    const host = removeBrackets(options.host ?? "").toLowerCase();
    const port = Number(options.port ?? 443);
    if (isExempt(host, port)) return super.createConnection(options, callback);
    const onConnected = callback as (error: Error | null, socket?: Duplex) => void;
    const { protocol, hostname, username, password } = this.proxy;
    const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
    const path = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const request = (protocol === "https:" ? https : http).request({
      method: "CONNECT",
      hostname: removeBrackets(hostname),
      port: this.proxy.port,
      path,
      headers: { host: path, ...(username !== "" && { "proxy-authorization": `Basic ${login}` }) },
      signal: options.signal,
    });
    request.on("connect", ({ statusCode }, socket) => {
      if (statusCode === 200)
        return onConnected(null, tls.connect({ ...options, socket, servername: options.servername || (isIP(host) === 0 ? host : "") }));
      socket.destroy();
      onConnected(new Error(`The proxy ${this.proxy.host} answers ${statusCode}: check HTTPS_PROXY`));
    });
    request.on("error", (error) => onConnected(error));
    request.end();
    return undefined;
  }
}

/** An entry of NO_PROXY names the host, or a domain above it. If the entry has a port, only that port is exempt. */
function isExempt(host: string, port: number): boolean {
  const entries = (variable("NO_PROXY") ?? "").toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    // An IPv6 address without brackets is taken as a whole: its last part is not a port.
    const [, address, name = address, only = port] = /^(?:\*?\.)?(?:\[(.+)\]|([^:]+|.*:.*:.*))(?::(\d+))?$/.exec(entry) ?? [];
    return name !== undefined && Number(only) === port && (name === "*" || host === name || host.endsWith(`.${name}`));
  });
}

function removeBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

/** Lower case takes precedence, as in curl. */
function variable(name: string): string | undefined {
  return process.env[name.toLowerCase()] || process.env[name] || undefined;
}
