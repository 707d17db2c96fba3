#!/usr/bin/env bash
# npm's luxon 3.7.2, dayjs 1.11.23 and date-fns 4.4.0, and Intl of Node 20 or later, with 2027-01-31 for people in Thailand and Iran. Intl counts
# the year as these people do. The libraries' patterns do not, and luxon's pattern for Persian puts the Persian month beside the
# Gregorian day and year, which is no date; what it wrote for Thailand by Intl it reads back as the year 2570.
# Seen:
#   Intl th 31 มกราคม 2570
#   luxon DATE_FULL th 31 มกราคม 2570
#   luxon pattern th 31 มกราคม 2027
#   dayjs th 31 มกราคม 2027
#   date-fns th 31 มกราคม 2027
#   luxon reads 2570-01-31
#   Intl fa 11 بهمن 1405
#   luxon pattern fa 31 بهمن 2027
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts luxon@3.7.2 dayjs@1.11.23 date-fns@4.4.0
cat >write.mjs <<'JS'
import { format } from "date-fns";
import { th } from "date-fns/locale";
import dayjs from "dayjs";
import "dayjs/locale/th.js";
import { DateTime } from "luxon";
const at = new Date("2027-01-31T12:00:00Z");
const utc = DateTime.fromJSDate(at, { zone: "utc" });
const intl = (tag) => new Intl.DateTimeFormat(tag, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(at);
const thai = utc.setLocale("th").toLocaleString(DateTime.DATE_FULL);
console.log("Intl th", intl("th"));
console.log("luxon DATE_FULL th", thai);
console.log("luxon pattern th", utc.setLocale("th").toFormat("d MMMM yyyy"));
console.log("dayjs th", dayjs(at).locale("th").format("D MMMM YYYY"));
console.log("date-fns th", format(at, "d MMMM yyyy", { locale: th }));
console.log("luxon reads", DateTime.fromFormat(thai, "d MMMM yyyy", { locale: "th" }).toISODate());
console.log("Intl fa", intl("fa-u-nu-latn"));
console.log("luxon pattern fa", utc.reconfigure({ locale: "fa", numberingSystem: "latn" }).toFormat("d MMMM yyyy"));
JS
cat >expected.txt <<'TEXT'
Intl th 31 มกราคม 2570
luxon DATE_FULL th 31 มกราคม 2570
luxon pattern th 31 มกราคม 2027
dayjs th 31 มกราคม 2027
date-fns th 31 มกราคม 2027
luxon reads 2570-01-31
Intl fa 11 بهمن 1405
luxon pattern fa 31 بهمن 2027
TEXT
TZ=UTC node write.mjs | tee seen.txt
diff expected.txt seen.txt
