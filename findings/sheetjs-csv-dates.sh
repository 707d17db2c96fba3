#!/usr/bin/env bash
# SheetJS, npm's newest xlsx 0.18.5: a CSV's cell 2027-01-31 becomes a date, and where the machine's zone is west of Greenwich that of the day before.
# A note such as 3/4 becomes a day of 2001. Both come back as month, day, year. With { raw: true } the cells stay as they are.
# Seen (America/Los_Angeles): 3/4/01,1/30/27  |  Europe/Berlin: 3/4/01,1/31/27  |  raw: 3/4,2027-01-31
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
cat >read.cjs <<'JS'
const { read, utils } = require("xlsx");
const [, , raw] = process.argv;
const { Sheets, SheetNames } = read("entry,note,expiresAt\r\ncontoso.com,3/4,2027-01-31\r\n", { type: "string", raw: raw === "raw" });
console.log(utils.sheet_to_csv(Sheets[SheetNames[0]]).trim().split("\n")[1]);
JS
diff <(TZ=America/Los_Angeles node read.cjs) <(echo contoso.com,3/4/01,1/30/27)
diff <(TZ=Europe/Berlin node read.cjs) <(echo contoso.com,3/4/01,1/31/27)
diff <(TZ=America/Los_Angeles node read.cjs raw) <(echo contoso.com,3/4,2027-01-31)
