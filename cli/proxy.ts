import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import tls from "node:tls";

/** Opens connections by the proxy that HTTPS_PROXY names; undefined where it names none. NO_PROXY is heeded. */
export function proxyAgent(): https.Agent | undefined {
  const proxy = variable("HTTPS_PROXY");
  return proxy === undefined ? undefined : new ProxyAgent(new URL(proxy.includes("://") ? proxy : `http://${proxy}`));
}

/** `fetch`, by the proxy if there is one. Follows no redirect, and sends texts alone. */
export const proxiedFetch: typeof fetch = async (target, { method = "GET", headers, body, signal } = {}) => {
  const url = new URL(target instanceof Request ? target.url : target);
  const agent = url.protocol === "https:" ? proxyAgent() : undefined;
  const transport = url.protocol === "https:" ? https : http;
  return await new Promise((resolve, reject) => {
    const options = { method, agent, headers: Object.fromEntries(new Headers(headers)), ...(signal && { signal }) };
    const request = transport.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0 } = response;
        const type = response.headers["content-type"];
        resolve(
          new Response(withBody(status, Buffer.concat(chunks)), { status, headers: type === undefined ? {} : { "content-type": type } }),
        );
      });
    });
    request.on("error", reject);
    request.end(body === undefined || body === null ? undefined : String(body));
  });
};

/** Some statuses take no body. */
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
      hostname,
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

/** Written either way; the small letters win, as in curl. */
function variable(name: string): string | undefined {
  return process.env[name.toLowerCase()] || process.env[name] || undefined;
}
