#!/usr/bin/env bash
# Names that people have, taken apart by npm's humanparser 2.7.0, parse-full-name 1.2.7 and address-rfc2822 2.2.4 (the name beside an address).
# humanparser takes the family names of Andre I and of Bo Ma for suffixes ("the first", Master of Arts), parse-full-name the Md of Bangladesh
# (Mohammad) for a suffix, and Van Nguyen for a person without a given name. address-rfc2822 loses the given name of "de la Cruz, Ana" and writes
# SAP as Sap.
# Seen:
#   humanparser Andre I: given Andre, family -
#   humanparser Bo Ma: given Bo, family -
#   parse-full-name Ali Md Khan: given Ali, family Khan, suffix Md
#   parse-full-name Van Nguyen: given -, family Van Nguyen
#   address-rfc2822 "de la Cruz, Ana": de la Cruz
#   address-rfc2822 "SAP SE": Sap Se
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts humanparser@2.7.0 parse-full-name@1.2.7 address-rfc2822@2.2.4
cat >read.cjs <<'JS'
const { parseName } = require("humanparser");
const { parseFullName } = require("parse-full-name");
const { parse } = require("address-rfc2822");
for (const name of ["Andre I", "Bo Ma"]) {
  const { firstName, lastName } = parseName(name);
  console.log(`humanparser ${name}: given ${firstName || "-"}, family ${lastName || "-"}`);
}
for (const name of ["Ali Md Khan", "Van Nguyen"]) {
  const { first, last, suffix } = parseFullName(name);
  console.log(`parse-full-name ${name}: given ${first || "-"}, family ${last}${suffix && `, suffix ${suffix}`}`);
}
for (const name of ['"de la Cruz, Ana"', '"SAP SE"']) console.log(`address-rfc2822 ${name}: ${parse(`${name} <ana@contoso.com>`)[0].name()}`);
JS
cat >expected.txt <<'TEXT'
humanparser Andre I: given Andre, family -
humanparser Bo Ma: given Bo, family -
parse-full-name Ali Md Khan: given Ali, family Khan, suffix Md
parse-full-name Van Nguyen: given -, family Van Nguyen
address-rfc2822 "de la Cruz, Ana": de la Cruz
address-rfc2822 "SAP SE": Sap Se
TEXT
node read.cjs | tee seen.txt
diff expected.txt seen.txt
