#!/usr/bin/env bash
# npm's @aws-sdk/util-dynamodb 3.996.9. marshall refuses a Date, and its message says to set convertClassInstanceToMap; with that a Date is an
# empty map, without an error, and the time is gone. unmarshall reads a whole number of 21 digits as a BigInt, but rounds the digits behind a point.
# Seen:
#   without the option: Unsupported type passed
#   with it: {"endsAt":{"M":{}}}
#   118400000000000000042: 118400000000000000042n
#   1234567890.123456789: 1234567890.1234567
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-sdk/util-dynamodb@3.996.9 @aws-sdk/client-dynamodb@3.1162.0
cat >marshall.mjs <<'JS'
import { inspect } from "node:util";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
const row = { endsAt: new Date("2027-01-31") };
try {
  marshall(row);
} catch (error) {
  console.log("without the option:", error.message.split(":")[0]);
}
console.log("with it:", JSON.stringify(marshall(row, { convertClassInstanceToMap: true })));
for (const N of ["118400000000000000042", "1234567890.123456789"]) console.log(`${N}:`, inspect(unmarshall({ N: { N } }).N));
JS
cat >expected.txt <<'TEXT'
without the option: Unsupported type passed
with it: {"endsAt":{"M":{}}}
118400000000000000042: 118400000000000000042n
1234567890.123456789: 1234567890.1234567
TEXT
node marshall.mjs | tee seen.txt
diff expected.txt seen.txt
