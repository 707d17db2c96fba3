#!/usr/bin/env bash
# How long something lasts, as people and ISO 8601 write it, in npm's parse-duration 2.1.9 and dayjs 1.11.23 (plugin duration), with luxon 3.7.2 beside
# them, in hours. parse-duration takes the comma of half the world's decimals for a separator of thousands (1,5h is 15 hours), and P1M, a month, for a
# minute. dayjs loses the sign before the P, and reads ISO's decimal comma as nothing; neither says so. luxon refuses the comma.
# Seen:
#   parse-duration 1,5h 15
#   parse-duration P1M 0.0167
#   dayjs -P1D 24
#   dayjs PT1,5H 0
#   luxon -P1D -24
#   luxon PT1,5H NaN
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts parse-duration@2.1.9 dayjs@1.11.23 luxon@3.7.2
cat >read.mjs <<'JS'
import dayjs from "dayjs";
import duration from "dayjs/plugin/duration.js";
import { Duration } from "luxon";
import parse from "parse-duration";
dayjs.extend(duration);
const readers = {
  "parse-duration": (text) => parse(text, "h"),
  dayjs: (text) => dayjs.duration(text).asHours(),
  luxon: (text) => Duration.fromISO(text).as("hours"),
};
const asked = [["parse-duration", "1,5h"], ["parse-duration", "P1M"], ["dayjs", "-P1D"], ["dayjs", "PT1,5H"], ["luxon", "-P1D"], ["luxon", "PT1,5H"]];
for (const [name, text] of asked) console.log(name, text, Math.round(readers[name](text) * 10_000) / 10_000);
JS
cat >expected.txt <<'TEXT'
parse-duration 1,5h 15
parse-duration P1M 0.0167
dayjs -P1D 24
dayjs PT1,5H 0
luxon -P1D -24
luxon PT1,5H NaN
TEXT
node read.mjs | tee seen.txt
diff expected.txt seen.txt
