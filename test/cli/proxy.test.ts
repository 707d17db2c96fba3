import { readFileSync } from "node:fs";
import http, { createServer } from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { MAX_ANSWER_BYTES, TooLargeError } from "../../adapters/http/bounded-fetch";
import { proxiedFetch, proxyAgent } from "../../cli/proxy";
import { packageRoot } from "../../lib/app-root";
import { listen } from "../support/dynamodb";

const pem = (name: string) => readFileSync(join(packageRoot, "test/fixtures/tls", name));

const server = https.createServer({ key: pem("server.key"), cert: pem("server.pem") }, async (request, response) => {
  if (request.url === "/large") response.end(Buffer.alloc(MAX_ANSWER_BYTES + 1));
  else if (request.method === "GET") response.end("hello");
  else response.writeHead(429, { "Retry-After": "7", "request-id": "r1" }).end(`${request.method} ${await text(request)}`);
});
let asked: { readonly path: string | undefined; readonly login: string | undefined }[] = [];
const proxy = createServer((_, response) => response.end("plain")).on("connect", ({ url, headers }, socket) => {
  asked.push({ path: url, login: headers["proxy-authorization"] });
  const there = net.connect((server.address() as AddressInfo).port, "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.pipe(there).pipe(socket);
  });
});

let port: number;
let proxyUrl: string;
const before = { ...process.env };
beforeAll(async () => {
  await listen(server);
  port = (server.address() as AddressInfo).port;
  proxyUrl = await listen(proxy);
});
afterAll(() => {
  for (const each of [server, proxy]) {
    each.closeAllConnections();
    each.close();
  }
});
afterEach(() => {
  process.env = { ...before };
  asked = [];
});

/** What the server answers by the agent. */
function get(agent: https.Agent | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    https
      .get({ host: "localhost", port, ca: pem("ca.pem"), agent }, (response) => response.on("data", (chunk) => resolve(String(chunk))))
      .on("error", reject);
  });
}

it("a proxy is used if HTTPS_PROXY is set, in capitals or small letters", () => {
  expect(proxyAgent()).toBeUndefined();
  process.env.https_proxy = "proxy.contoso.com:8080";
  expect(proxyAgent()).toBeInstanceOf(https.Agent);
});

it.each(["http://user:s3cret@[", "proxy:99999", "socks5://proxy:1080"])(
  "an error says that %s is no proxy address, and quotes none of it",
  (address) => {
    process.env.HTTPS_PROXY = address;
    expect(() => proxyAgent()).toThrow(/^HTTPS_PROXY is not a proxy's address: write it like http:\/\/proxy\.contoso\.com:8080\.$/);
  },
);

it("a proxy at an IPv6 address is reached without the brackets of the URL", () => {
  process.env.HTTPS_PROXY = "http://[::1]:3128";
  const request = vi.spyOn(http, "request").mockImplementation(() => {
    throw new Error("asked");
  });
  expect(() => proxyAgent()?.createConnection({ host: "localhost", port: 443 })).toThrow("asked");
  expect(request).toHaveBeenCalledWith(expect.objectContaining({ hostname: "::1", port: "3128", path: "localhost:443" }));
  request.mockRestore();
});

it("a proxied call checks the certificate of the server behind the proxy", async () => {
  process.env.HTTPS_PROXY = proxyUrl.replace("//", "//kim:pass%3Aword@");
  expect(await get(proxyAgent())).toBe("hello");
  expect(asked).toEqual([{ path: `localhost:${port}`, login: `Basic ${btoa("kim:pass:word")}` }]);
  await expect(proxiedFetch(`https://localhost:${port}`)).rejects.toMatchObject({ cause: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } });
});

it("a proxied call passes the headers and bodies of request and answer, as fetch does", async () => {
  process.env.HTTPS_PROXY = proxyUrl;
  const { connect } = tls;
  const trusting = vi.spyOn(tls, "connect").mockImplementation(((options: object) => connect({ ...options, ca: pem("ca.pem") })) as never);
  const answer = await proxiedFetch(`https://localhost:${port}/token`, { method: "POST", body: new URLSearchParams({ a: "b c" }) });
  trusting.mockRestore();
  expect([answer.status, answer.headers.get("retry-after"), answer.headers.get("request-id")]).toEqual([429, "7", "r1"]);
  expect(await answer.text()).toBe("POST a=b+c");
  expect(asked).toHaveLength(1);
});

it("a proxied call fails if the answer is too large", async () => {
  process.env.HTTPS_PROXY = proxyUrl;
  const { connect } = tls;
  const trusting = vi.spyOn(tls, "connect").mockImplementation(((options: object) => connect({ ...options, ca: pem("ca.pem") })) as never);
  await expect(proxiedFetch(`https://localhost:${port}/large`)).rejects.toThrow(TooLargeError);
  trusting.mockRestore();
});

it("a proxied call reports why it was aborted, as fetch does", async () => {
  process.env.HTTPS_PROXY = proxyUrl;
  const late = new DOMException("too late", "TimeoutError");
  await expect(proxiedFetch(`https://localhost:${port}`, { signal: AbortSignal.abort(late) })).rejects.toBe(late);
});

it.each([
  ["localhost", true],
  ["contoso.com, .localhost", true],
  ["contoso.com *.LOCALHOST", true],
  ["*", true],
  ["contoso.com,*", true],
  ["localhost:PORT", true],
  [".localhost:PORT", true],
  ["localhost:1", false],
  ["*:1", false],
  ["host", false],
  ["", false],
])("a call with NO_PROXY=%s bypasses the proxy: %s", async (exempt, isStraight) => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl, NO_PROXY: exempt.replace("PORT", String(port)) });
  expect(await get(proxyAgent())).toBe("hello");
  expect(asked).toHaveLength(isStraight ? 0 : 1);
});

it.each([
  ["::1", true],
  ["[::1]", true],
  ["[::1]:PORT", true],
  ["[::1]:1", false],
  ["::2", false],
])("a call to an IPv6 address with NO_PROXY=%s bypasses the proxy: %s", async (exempt, isStraight) => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl, NO_PROXY: exempt.replace("PORT", String(port)) });
  // Nobody listens there, or the certificate is of another name.
  await expect(proxiedFetch(`https://[::1]:${port}`)).rejects.toThrow("fetch failed");
  expect(asked.map(({ path }) => path)).toEqual(isStraight ? [] : [`[::1]:${port}`]);
});

it("https_proxy in small letters has priority over HTTPS_PROXY unless it is empty", async () => {
  Object.assign(process.env, { https_proxy: proxyUrl, HTTPS_PROXY: "http://127.0.0.1:1" });
  expect(await get(proxyAgent())).toBe("hello");
  Object.assign(process.env, { https_proxy: "", HTTPS_PROXY: proxyUrl });
  expect(await get(proxyAgent())).toBe("hello");
  expect(asked).toHaveLength(2);
});

it("an error names the status of a proxy's refusal, and prints no password", async () => {
  const refusing = createServer().on("connect", (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
  const url = await listen(refusing);
  process.env.HTTPS_PROXY = url.replace("//", "//kim:s3cret@");
  const { message } = ((await proxiedFetch(`https://localhost:${port}`).catch((error: Error) => error)) as Error).cause as Error;
  expect(message).toBe(`The proxy ${new URL(url).host} answers 407: check HTTPS_PROXY`);
  refusing.close();
});

it("a plain HTTP call does not use the proxy", async () => {
  process.env.HTTPS_PROXY = "http://127.0.0.1:1";
  expect(await (await proxiedFetch(proxyUrl)).text()).toBe("plain");
});
