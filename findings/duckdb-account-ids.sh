#!/usr/bin/env bash
# DuckDB 1.5.6 (npm @duckdb/node-api 1.5.6-r.1): read_csv reads account ids of 21 digits as DOUBLE, so that COPY writes two people's ids as one
# text, and a column of the language "no" comes back as false. all_varchar keeps both.
# Seen: 1.184e+20,false twice  |  with all_varchar: 118400000000000000042,no and 118400000000000000043,no
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @duckdb/node-api@1.5.6-r.1
printf 'id,language\n118400000000000000042,no\n118400000000000000043,no\n' >ids.csv
cat >copy.mjs <<'JS'
import { DuckDBInstance } from "@duckdb/node-api";
const database = await (await DuckDBInstance.create(":memory:")).connect();
await database.run("copy (select * from read_csv('ids.csv')) to 'guessed.csv'");
await database.run("copy (select * from read_csv('ids.csv', all_varchar = true)) to 'texts.csv'");
JS
node copy.mjs
diff guessed.csv <(printf 'id,language\n1.184e+20,false\n1.184e+20,false\n')
diff texts.csv ids.csv
echo "as described: DuckDB 1.5.6"
