#!/usr/bin/env bash
# npm's @microsoft/microsoft-graph-client 3.0.7 sends paths and filters as they are: the # in the name of every guest begins a URL's fragment, so
# that Graph is asked for another name, and an & in a filter's value ends the filter. With encodeURIComponent both arrive whole.
# Seen by a server, as path and parameters:
#   /v1.0/users/kim_partner.com
#   /v1.0/users $filter=companyName eq 'Kim
#   /v1.0/users/kim_partner.com#EXT#@contoso.onmicrosoft.com
#   /v1.0/users $filter=companyName eq 'Kim & Lee'
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @microsoft/microsoft-graph-client@3.0.7
cat >ask.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { Client } from "@microsoft/microsoft-graph-client";
const server = createServer(({ url }, response) => {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const filter = searchParams.get("$filter")?.trim();
  console.log(decodeURIComponent(pathname) + (filter === undefined ? "" : ` $filter=${filter}`));
  response.setHeader("content-type", "application/json").end("{}");
}).listen(0, "127.0.0.1");
await once(server, "listening");
const graph = Client.init({ baseUrl: `http://127.0.0.1:${server.address().port}/`, authProvider: (done) => done(null, "token") });
const guest = "kim_partner.com#EXT#@contoso.onmicrosoft.com";
const filter = "companyName eq 'Kim & Lee'";
await graph.api(`/users/${guest}`).get();
await graph.api("/users").filter(filter).get();
await graph.api(`/users/${encodeURIComponent(guest)}`).get();
await graph.api("/users").filter(encodeURIComponent(filter)).get();
server.close();
server.closeAllConnections();
JS
cat >expected.txt <<'TEXT'
/v1.0/users/kim_partner.com
/v1.0/users $filter=companyName eq 'Kim
/v1.0/users/kim_partner.com#EXT#@contoso.onmicrosoft.com
/v1.0/users $filter=companyName eq 'Kim & Lee'
TEXT
node ask.mjs | tee seen.txt
diff expected.txt seen.txt
