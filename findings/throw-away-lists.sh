#!/usr/bin/env bash
# Lists of throw-away and free mail on npm name organisations: nus.edu.sg, of the National University of Singapore, is throw-away mail by mailchecker
# 6.0.21 and free mail by free-email-domains 1.12.6; disposable-email-domains 1.0.62 has a name of Hackney, a borough of London. Firefox's
# private relay is throw-away mail in one list alone, Apple's in none.
# Seen (mailchecker, disposable-email-domains, free-email-domains):
#   nus.edu.sg yes no yes
#   news.hackney.gov.uk no yes no
#   mozmail.com yes no no
#   privaterelay.appleid.com no no no
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts mailchecker@6.0.21 disposable-email-domains@1.0.62 free-email-domains@1.12.6
cat >look.cjs <<'JS'
const { isValid } = require("mailchecker");
const disposable = require("disposable-email-domains");
const free = require("free-email-domains");
for (const domain of ["nus.edu.sg", "news.hackney.gov.uk", "mozmail.com", "privaterelay.appleid.com"]) {
  const named = [!isValid(`kim@${domain}`), disposable.includes(domain), free.includes(domain)];
  console.log(domain, ...named.map((each) => (each ? "yes" : "no")));
}
JS
cat >expected.txt <<'TEXT'
nus.edu.sg yes no yes
news.hackney.gov.uk no yes no
mozmail.com yes no no
privaterelay.appleid.com no no no
TEXT
node look.cjs | tee seen.txt
diff expected.txt seen.txt
