import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { proxiedFetch, proxyAgent } from "../../cli/proxy";
import { packageRoot } from "../../lib/package-root";
import { listen } from "../support/dynamodb";

const pem = (name: string) => readFileSync(join(packageRoot, "test/fixtures/tls", name));

const server = https.createServer({ key: pem("server.key"), cert: pem("server.pem") }, (_, response) => response.end("hello"));
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

it("leads through it to the server, whose certificate is checked", async () => {
  process.env.HTTPS_PROXY = proxyUrl.replace("//", "//kim:pass%3Aword@");
  expect(await get(proxyAgent())).toBe("hello");
  expect(asked).toEqual([{ path: `localhost:${port}`, login: `Basic ${btoa("kim:pass:word")}` }]);
  await expect(proxiedFetch(`https://localhost:${port}`)).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
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
