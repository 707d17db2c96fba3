#!/usr/bin/env bash
# Node 20.20.2 and 24.21.0 (npm node@20.20.2, node@24.21.0; c-ares 1.34): a Resolver with { timeout: 100, tries: 3 } repeats a question that got no
# answer after 250 ms or more, not after 100 ms. And a referral (NOERROR, name servers, no SOA), of a server that does not recurse, is ENODATA, as
# is "no such record". Seen: asked again after 273 ms (20), 311 ms (24); referral: ENODATA.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cat >ask.mjs <<'JS'
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Resolver } from "node:dns/promises";
const server = createSocket("udp4").bind(0, "127.0.0.1");
await once(server, "listening");
const asked = [];
server.on("message", (query, from) => {
  asked.push(performance.now());
  if (asked.length === 1) return; // The first packet is lost.
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8100, 2); // NOERROR, no recursion
  head.writeUInt32BE(0x00000001, 6); // no answer, one record of authority
  head.writeUInt16BE(0, 10);
  const record = Buffer.from([0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 60, 0, 5, 2, 110, 115, 0xc0, 12]); // NS ns.contoso.example
  server.send(Buffer.concat([head, query.subarray(12, end), record]), from.port, from.address);
});
const resolver = new Resolver({ timeout: 100, tries: 3 });
resolver.setServers([`127.0.0.1:${server.address().port}`]);
const code = await resolver.resolveMx("contoso.example").catch((error) => error.code);
server.close();
const waited = Math.round(asked[1] - asked[0]);
console.log(`${process.version}: asked again after ${waited} ms; referral: ${code}`);
if (waited < 240 || code !== "ENODATA") process.exitCode = 1;
JS
for version in 20.20.2 24.21.0; do
  npm install --silent --no-audit --no-fund --prefix "node-$version" "node@$version"
  "node-$version/node_modules/node/bin/node" ask.mjs
done
