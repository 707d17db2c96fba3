#!/usr/bin/env bash
# npm's luxon 3.7.2, dayjs 1.11.23, date-fns-tz 3.2.0, moment-timezone 0.6.6 and @js-temporal/polyfill 0.5.1, Node 20 or later in UTC: what they
# make of a local time that the clock shows twice (Berlin, 25 October 2026, 02:30) or leaves out (29 March 2026, 02:30).
# - luxon's reading of the doubled hour depends on the season in which the program runs; dayjs and date-fns-tz take the second, others the first.
# - date-fns-tz moves the missing hour back, to 01:30; all others move it on, to 03:30.
# Seen: the lines below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts luxon@3.7.2 dayjs@1.11.23 date-fns@4.4.0 date-fns-tz@3.2.0 moment-timezone@0.6.6 @js-temporal/polyfill@0.5.1
cat >read.mjs <<'JS'
import { Temporal } from "@js-temporal/polyfill";
import { fromZonedTime } from "date-fns-tz";
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { DateTime, Settings } from "luxon";
import moment from "moment-timezone";
dayjs.extend(utc);
dayjs.extend(timezone);
const zone = "Europe/Berlin";
Settings.now = () => Date.parse(process.argv[2]);
const say = (...words) => console.log(words.join(" "));
const minute = (date) => date.toISOString().slice(11, 16);
for (const [what, text] of [["twice", "2026-10-25T02:30"], ["left out", "2026-03-29T02:30"]]) {
  const luxon = minute(DateTime.fromISO(text, { zone }).toJSDate());
  if (process.argv[3] === "luxon") say(what, "luxon", luxon);
  else {
    const temporal = minute(new Date(Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds));
    say(what, "temporal", temporal, "luxon", luxon, "moment", minute(moment.tz(text, zone)), "dayjs", minute(dayjs.tz(text, zone)), "date-fns", minute(fromZonedTime(text, zone)));
  }
}
JS
export TZ=UTC
diff <(node read.mjs 2026-01-15T00:00Z) - <<'TEXT'
twice temporal 00:30 luxon 01:30 moment 00:30 dayjs 01:30 date-fns 01:30
left out temporal 01:30 luxon 01:30 moment 01:30 dayjs 01:30 date-fns 00:30
TEXT
diff <(node read.mjs 2026-07-15T00:00Z luxon) - <<'TEXT'
twice luxon 00:30
left out luxon 01:30
TEXT
echo "as described"
