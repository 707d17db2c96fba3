#!/usr/bin/env bash
# npm's jsvat 2.5.4 and validator 13.15.35 know no VAT number of Northern Ireland, which trades goods under EU rules with the prefix XI since
# 2021-01-01: the nine digits that jsvat takes after GB it refuses after XI, and validator throws instead of answering.
# Seen:
#   jsvat GB980780684 yes, XI980780684 no
#   validator XI: Invalid country code: 'XI'
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts jsvat@2.5.4 validator@13.15.35
cat >check.cjs <<'JS'
const jsvat = require("jsvat");
const validator = require("validator");
const countries = Object.values(jsvat).filter((each) => each?.calcFn !== undefined);
const byJsvat = (number) => (jsvat.checkVAT(number, countries).isValid ? "yes" : "no");
console.log(`jsvat GB980780684 ${byJsvat("GB980780684")}, XI980780684 ${byJsvat("XI980780684")}`);
try {
  console.log(`validator XI: ${validator.isVAT("XI980780684", "XI")}`);
} catch ({ message }) {
  console.log(`validator XI: ${message}`);
}
JS
cat >expected.txt <<'TEXT'
jsvat GB980780684 yes, XI980780684 no
validator XI: Invalid country code: 'XI'
TEXT
node check.cjs | tee seen.txt
diff expected.txt seen.txt
