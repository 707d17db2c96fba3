#!/usr/bin/env bash
# npm's idna-uts46-hx 6.0.8 asks the top-level domain whether ß, ς and the joiners of Persian are letters of their own: in straße.de they are, in
# straße.com not, which is then the domain of somebody else. Browsers, Node 20 or later and npm's tr46 6.0.0 keep them everywhere.
# { transitionalProcessing: false } does so too.
# Seen (Node, tr46, idna-uts46-hx, with the option):
#   straße.de xn--strae-oqa.de xn--strae-oqa.de xn--strae-oqa.de xn--strae-oqa.de
#   straße.com xn--strae-oqa.com xn--strae-oqa.com strasse.com xn--strae-oqa.com
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts idna-uts46-hx@6.0.8 tr46@6.0.0
cat >ascii.mjs <<'JS'
import { domainToASCII } from "node:url";
import { toAscii } from "idna-uts46-hx";
import tr46 from "tr46";
for (const domain of ["straße.de", "straße.com"])
  console.log(domain, domainToASCII(domain), tr46.toASCII(domain), toAscii(domain), toAscii(domain, { transitionalProcessing: false }));
JS
cat >expected.txt <<'TEXT'
straße.de xn--strae-oqa.de xn--strae-oqa.de xn--strae-oqa.de xn--strae-oqa.de
straße.com xn--strae-oqa.com xn--strae-oqa.com strasse.com xn--strae-oqa.com
TEXT
node ascii.mjs | tee seen.txt
diff expected.txt seen.txt
