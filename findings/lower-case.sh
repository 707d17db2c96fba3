#!/usr/bin/env bash
# npm's sql.js 1.16.0 (SQLite 3.54.1), @electric-sql/pglite 0.5.17 (PostgreSQL 18.7, C.UTF-8) and @duckdb/node-api 1.5.6-r.1, against
# JavaScript (Node 20 or later). lower() makes three different names of one name in capitals, so a list that one of them wrote does not
# match a form that another one read: İZMİR, ΟΔΟΣ.
# Seen:
#   sqlite İzmİr ΟΔΟΣ
#   postgres izmir οδοσ
#   duckdb izmir οδοσ
#   node i̇zmi̇r οδος
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts sql.js@1.16.0 @electric-sql/pglite@0.5.17 @duckdb/node-api@1.5.6-r.1 >/dev/null

cat >lower.mjs <<'JS'
import { DuckDBInstance } from "@duckdb/node-api";
import { PGlite } from "@electric-sql/pglite";
import initSqlJs from "sql.js";
const query = "select lower('İZMİR'), lower('ΟΔΟΣ')";
const sqlite = new (await initSqlJs()).Database();
console.log("sqlite", ...sqlite.exec(query)[0].values[0]);
const postgres = await PGlite.create();
console.log("postgres", ...(await postgres.query(query, [], { rowMode: "array" })).rows[0]);
await postgres.close();
const duckdb = await (await DuckDBInstance.create()).connect();
console.log("duckdb", ...(await duckdb.runAndReadAll(query)).getRows()[0]);
console.log("node", "İZMİR".toLowerCase(), "ΟΔΟΣ".toLowerCase());
JS

printf '%s\n' 'sqlite İzmİr ΟΔΟΣ' 'postgres izmir οδοσ' 'duckdb izmir οδοσ' $'node i\u0307zmi\u0307r οδος' >expected.txt
node lower.mjs | tee seen.txt
diff expected.txt seen.txt
