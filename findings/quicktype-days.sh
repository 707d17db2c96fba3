#!/usr/bin/env bash
# npm's quicktype 26.0.0 makes TypeScript from a sample of JSON: a day becomes a Date, and what its own code writes back is a moment, the first of that day
# in UTC: an end of access that a reader counts to the close of the day comes a day early. A time with an offset loses the offset.
# --no-date-times keeps both.
# Seen:
#   {"until":"2027-01-31T00:00:00.000Z","at":"2027-01-31T09:00:00.000Z"}
#   --no-date-times: {"until":"2027-01-31","at":"2027-01-31T18:00:00+09:00"}
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts quicktype@26.0.0 esbuild@0.25.12
printf '{"until":"2027-01-31","at":"2027-01-31T18:00:00+09:00"}' >row.json
written() {
  node_modules/.bin/quicktype row.json --lang ts --top-level Row "$@" -o row.ts
  node_modules/.bin/esbuild row.ts --format=esm --outfile=row.mjs --log-level=error
  node -e 'import("./row.mjs").then(({ Convert }) => console.log(JSON.stringify(JSON.parse(Convert.rowToJson(Convert.toRow(fs.readFileSync("row.json", "utf8")))))))'
}
cat >expected.txt <<'TEXT'
{"until":"2027-01-31T00:00:00.000Z","at":"2027-01-31T09:00:00.000Z"}
--no-date-times: {"until":"2027-01-31","at":"2027-01-31T18:00:00+09:00"}
TEXT
{
  written
  printf -- '--no-date-times: %s\n' "$(written --no-date-times)"
} | tee seen.txt
diff expected.txt seen.txt
