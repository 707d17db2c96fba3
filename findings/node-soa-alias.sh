#!/usr/bin/env bash
# Node 20.20.2 and 24.21.0 (npm node@20.20.2, node@24.21.0; c-ares 1.34): resolveSoa of a name that is an alias (CNAME) of one without an SOA of its own
# fails with EBADRESP, "Misformatted DNS reply", though the answer is as RFC 2308 wants it. Of the same answer resolveMx makes an empty list and
# no error, though a name without records is ENODATA otherwise. Seen: resolveSoa EBADRESP; resolveMx [] (both versions).
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
const name = (text) => Buffer.concat([...text.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
const record = (owner, type, data) => Buffer.concat([owner, Buffer.from([0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
server.on("message", (query, from) => {
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180, 2); // NOERROR
  head.writeUInt16BE(1, 6); // an answer: the alias
  head.writeUInt16BE(1, 8); // one record of authority: the SOA of the zone above
  head.writeUInt16BE(0, 10);
  const alias = record(Buffer.from([0xc0, 12]), 5, name("host.contoso.example"));
  const soa = record(name("contoso.example"), 6, Buffer.concat([name("ns.contoso.example"), name("it.contoso.example"), Buffer.alloc(20, 1)]));
  server.send(Buffer.concat([head, query.subarray(12, end), alias, soa]), from.port, from.address);
});
const resolver = new Resolver();
resolver.setServers([`127.0.0.1:${server.address().port}`]);
const seen = [];
for (const ask of ["resolveSoa", "resolveMx"]) seen.push(`${ask} ${await resolver[ask]("www.contoso.example").then(JSON.stringify, (error) => error.code)}`);
server.close();
console.log(`${process.version}: ${seen.join("; ")}`);
if (seen.join("; ") !== "resolveSoa EBADRESP; resolveMx []") process.exitCode = 1;
JS
for version in 20.20.2 24.21.0; do
  npm install --silent --no-audit --no-fund --prefix "node-$version" "node@$version"
  "node-$version/node_modules/node/bin/node" ask.mjs
done
