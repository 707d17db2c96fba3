#!/usr/bin/env bash
# "Same organisation" by the Public Suffix List, in npm's psl 1.15.0 and tldts 7.6.0: two customers of one host are two organisations to psl and one to
# tldts (which leaves the list's private part out; { allowPrivateDomains: true } reads it). And the tenants of Microsoft Entra are not on the
# list: contoso.onmicrosoft.com and fabrikam.onmicrosoft.com are one organisation in both, with the option too.
# Seen (psl, tldts, tldts with the option):
#   contoso.github.io fabrikam.github.io: two one two
#   contoso.azurewebsites.net fabrikam.azurewebsites.net: two one two
#   contoso.onmicrosoft.com fabrikam.onmicrosoft.com: one one one
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts psl@1.15.0 tldts@7.6.0
cat >same.mjs <<'JS'
import psl from "psl";
import { getDomain } from "tldts";
const readers = [(name) => psl.get(name), (name) => getDomain(name), (name) => getDomain(name, { allowPrivateDomains: true })];
for (const host of ["github.io", "azurewebsites.net", "onmicrosoft.com"]) {
  const names = [`contoso.${host}`, `fabrikam.${host}`];
  console.log(`${names.join(" ")}: ${readers.map((read) => (read(names[0]) === read(names[1]) ? "one" : "two")).join(" ")}`);
}
JS
cat >expected.txt <<'TEXT'
contoso.github.io fabrikam.github.io: two one two
contoso.azurewebsites.net fabrikam.azurewebsites.net: two one two
contoso.onmicrosoft.com fabrikam.onmicrosoft.com: one one one
TEXT
node same.mjs | tee seen.txt
diff expected.txt seen.txt
