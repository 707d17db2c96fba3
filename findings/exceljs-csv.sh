#!/usr/bin/env bash
# npm's exceljs 4.4.0 reads a CSV and writes it: a day becomes its first moment in the machine's zone (an end that a reader counts to the close
# of the day comes a day early), an account id of 21 digits is rounded to another person's, and a row ends at its last filled cell, so that
# readers which want as many cells as the header has refuse it.
# Seen (America/Los_Angeles):
#   lee@contoso.com,118400000000000000000,2027-01-31T00:00:00-08:00
#   kim@contoso.com
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts exceljs@4.4.0
printf 'entry,account,expiresAt,gates\nlee@contoso.com,118400000000000000042,2027-01-31,\nkim@contoso.com,,,\n' >list.csv
cat >copy.cjs <<'JS'
const { Workbook } = require("exceljs");
const workbook = new Workbook();
workbook.csv.readFile("list.csv").then(() => workbook.csv.writeFile("copy.csv"));
JS
TZ=America/Los_Angeles node copy.cjs
cat >expected.csv <<'TEXT'
entry,account,expiresAt,gates
lee@contoso.com,118400000000000000000,2027-01-31T00:00:00-08:00
kim@contoso.com
TEXT
echo >>copy.csv
cat copy.csv
diff expected.csv copy.csv
