import { readFileSync } from "node:fs";
import http, { createServer } from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { proxiedFetch, proxyAgent } from "../../cli/proxy";
import { packageRoot } from "../../lib/package-root";
import { listen } from "../support/dynamodb";

const pem = (name: string) => readFileSync(join(packageRoot, "test/fixtures/tls", name));

const server = https.createServer({ key: pem("server.key"), cert: pem("server.pem") }, async (request, response) => {
  if (request.method === "GET") response.end("hello");
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

it("is there where HTTPS_PROXY is, in capitals or not", () => {
  expect(proxyAgent()).toBeUndefined();
  process.env.https_proxy = "proxy.contoso.com:8080";
  expect(proxyAgent()).toBeInstanceOf(https.Agent);
});

it.each(["http://user:s3cret@[", "proxy:99999", "socks5://proxy:1080"])("says that %s is no address, and quotes none of it", (address) => {
  process.env.HTTPS_PROXY = address;
  expect(() => proxyAgent()).toThrow(/^HTTPS_PROXY is not a proxy's address: write it like http:\/\/proxy\.contoso\.com:8080\.$/);
});

it("is asked at an address of IPv6 without the brackets of a URL", () => {
  process.env.HTTPS_PROXY = "http://[::1]:3128";
  const request = vi.spyOn(http, "request").mockImplementation(() => {
    throw new Error("asked");
  });
  expect(() => proxyAgent()?.createConnection({ host: "localhost", port: 443 })).toThrow("asked");
  expect(request).toHaveBeenCalledWith(expect.objectContaining({ hostname: "::1", port: "3128", path: "localhost:443" }));
  request.mockRestore();
});

it("leads through it to the server, whose certificate is checked", async () => {
  process.env.HTTPS_PROXY = proxyUrl.replace("//", "//kim:pass%3Aword@");
  expect(await get(proxyAgent())).toBe("hello");
  expect(asked).toEqual([{ path: `localhost:${port}`, login: `Basic ${btoa("kim:pass:word")}` }]);
  await expect(proxiedFetch(`https://localhost:${port}`)).rejects.toMatchObject({ cause: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } });
});

it("brings headers and bodies there and back, as fetch does", async () => {
  process.env.HTTPS_PROXY = proxyUrl;
  const { connect } = tls;
  const trusting = vi.spyOn(tls, "connect").mockImplementation(((options: object) => connect({ ...options, ca: pem("ca.pem") })) as never);
  const answer = await proxiedFetch(`https://localhost:${port}/token`, { method: "POST", body: new URLSearchParams({ a: "b c" }) });
  trusting.mockRestore();
  expect([answer.status, answer.headers.get("retry-after"), answer.headers.get("request-id")]).toEqual([429, "7", "r1"]);
  expect(await answer.text()).toBe("POST a=b+c");
  expect(asked).toHaveLength(1);
});

it("tells why it was aborted, as fetch does", async () => {
  process.env.HTTPS_PROXY = proxyUrl;
  const late = new DOMException("too late", "TimeoutError");
  await expect(proxiedFetch(`https://localhost:${port}`, { signal: AbortSignal.abort(late) })).rejects.toBe(late);
});

it.each(["localhost", "contoso.com, .localhost", "*"])("goes straight where NO_PROXY says %s", async (exempt) => {
  Object.assign(process.env, { HTTPS_PROXY: proxyUrl, NO_PROXY: exempt });
  expect(await get(proxyAgent())).toBe("hello");
  expect(asked).toEqual([]);
});

it("leaves plain HTTP alone", async () => {
  process.env.HTTPS_PROXY = "http://127.0.0.1:1";
  expect(await (await proxiedFetch(proxyUrl)).text()).toBe("plain");
});
