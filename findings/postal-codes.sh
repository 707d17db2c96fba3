#!/usr/bin/env bash
# Checks of postal codes (npm: validator 13.15.35, postcode-validator 3.10.22, postal-codes-js 2.5.2) refuse codes that are in use, and disagree about
# their spaces and hyphens: six digits in Taiwan (since 2020), five in Vietnam (2018), a letter in front in Argentina (CPA) and Kazakhstan, an Eircode
# without its space, an Indian PIN with one.
# Seen (validator, postcode-validator, postal-codes-js; - where the package does not know the country):
#   TW 100001 yes yes no
#   VN 10000 - yes no
#   AR C1002AAP - yes no
#   KZ A05E3T8 - no no
#   IE D02AF30 no yes yes
#   IN 110 001 no no yes
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts validator@13.15.35 postcode-validator@3.10.22 postal-codes-js@2.5.2
cat >check.cjs <<'JS'
const validator = require("validator");
const { postcodeValidator } = require("postcode-validator");
const postalCodes = require("postal-codes-js");
const checks = [
  (code, country) => validator.isPostalCode(code, country),
  postcodeValidator,
  (code, country) => postalCodes.validate(country, code) === true,
];
const answer = (check, code, country) => {
  try {
    return check(code, country) ? "yes" : "no";
  } catch {
    return "-";
  }
};
const codes = ["TW 100001", "VN 10000", "AR C1002AAP", "KZ A05E3T8", "IE D02AF30", "IN 110 001"];
for (const line of codes) console.log(line, checks.map((check) => answer(check, line.slice(3), line.slice(0, 2))).join(" "));
JS
cat >expected.txt <<'TEXT'
TW 100001 yes yes no
VN 10000 - yes no
AR C1002AAP - yes no
KZ A05E3T8 - no no
IE D02AF30 no yes yes
IN 110 001 no no yes
TEXT
node check.cjs | tee seen.txt
diff expected.txt seen.txt
