#!/usr/bin/env bash
# json-2-csv 5.6.0 writes the word undefined for a member that an object lacks, where json2csv, papaparse and csv-stringify leave the cell empty:
# a reader takes it for a provider or a group of that name. emptyFieldValue: "" gives empty cells.
# Seen: contoso.com,undefined  |  with emptyFieldValue: contoso.com,
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts json-2-csv@5.6.0 papaparse@5.7.1
cat >write.cjs <<'JS'
const { json2csv } = require("json-2-csv");
const { unparse } = require("papaparse");
const rows = [{ entry: "contoso.com" }, { entry: "lee@fabrikam.com", issuer: "google.com" }];
console.log(json2csv(rows));
console.log(json2csv(rows, { emptyFieldValue: "" }));
console.log(unparse(rows, { columns: ["entry", "issuer"], newline: "\n" }));
JS
empty=$'entry,issuer\ncontoso.com,\nlee@fabrikam.com,google.com'
diff <(node write.cjs) <(printf '%s\n' $'entry,issuer\ncontoso.com,undefined\nlee@fabrikam.com,google.com' "$empty" "$empty")
echo "as described: json-2-csv 5.6.0"
