#!/usr/bin/env bash
# undici 7.30.2 (npm): where a proxy refuses a tunnel, as with 407 for a wrong password, fetch by EnvHttpProxyAgent fails with the cause "Request was
# cancelled.", as if the caller had ended it; the status is only in the cause of that cause. HTTP_PROXY alone takes https: addresses too;
# NO_PROXY=contoso.com,* exempts nothing but contoso.com.
# Seen: 407: fetch failed / Request was cancelled. / Proxy response (407) !== 200 when HTTP Tunneling; HTTP_PROXY: tunnelled; list with *: tunnelled; *: direct.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm install --silent --no-audit --no-fund undici@7.30.2
unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY no_proxy NO_PROXY
cat >ask.mjs <<'JS'
import { createServer } from "node:http";
import { EnvHttpProxyAgent, fetch } from "undici";
let asked = 0;
const proxy = createServer().on("connect", (_, socket) => {
  asked += 1;
  socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const closed = createServer();
await new Promise((resolve) => closed.listen(0, "127.0.0.1", resolve));
// Nobody listens there any more.
const target = `https://127.0.0.1:${closed.address().port}/`;
closed.close();
const url = `http://127.0.0.1:${proxy.address().port}`;
async function ask(variables) {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) delete process.env[name];
  Object.assign(process.env, variables);
  asked = 0;
  const messages = [];
  const failed = await fetch(target, { dispatcher: new EnvHttpProxyAgent() }).catch((error) => error);
  for (let error = failed; error !== undefined; error = error.cause) messages.push(error.message);
  return { messages, way: asked > 0 ? "tunnelled" : "direct" };
}
const seen = [
  `407: ${(await ask({ HTTPS_PROXY: url })).messages.join(" / ")}`,
  `HTTP_PROXY: ${(await ask({ HTTP_PROXY: url })).way}`,
  `list with *: ${(await ask({ HTTPS_PROXY: url, NO_PROXY: "contoso.com,*" })).way}`,
  `*: ${(await ask({ HTTPS_PROXY: url, NO_PROXY: "*" })).way}`,
].join("; ");
console.log(seen);
const expected =
  "407: fetch failed / Request was cancelled. / Proxy response (407) !== 200 when HTTP Tunneling; HTTP_PROXY: tunnelled; list with *: tunnelled; *: direct";
process.exit(seen === expected ? 0 : 1);
JS
node ask.mjs
