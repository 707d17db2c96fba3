#!/usr/bin/env bash
# npm's ics 3.12.0 writes calendar entries that other readers take apart otherwise: a quotation mark in a name with a backslash, which parameters of RFC
# 5545 do not have (RFC 6868 says ^'), so that ical.js 2.2.1 reads a name that ends there; a category with a comma as two; and a duration of a week
# and a day as P1W1DT, where the RFC has weeks alone and no T without a time.
# Seen:
#   name: Lee \
#   categories: Sales, EMEA (2)
#   durations: P1DT P1W1DT
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ics@3.12.0 ical.js@2.2.1
cat >event.mjs <<'JS'
import ICAL from "ical.js";
import { createEvent } from "ics";
const write = (more) => createEvent({ uid: "1", title: "Access ends", start: [2027, 1, 31], ...more }).value;
const text = write({ duration: { days: 1 }, categories: ["Sales, EMEA"], attendees: [{ name: 'Lee "Kim"', email: "lee@contoso.com" }] });
const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
console.log(`name: ${event.getFirstProperty("attendee").getParameter("cn")}`);
const categories = event.getFirstProperty("categories").getValues();
console.log(`categories: ${categories.map((each) => each.trim()).join(", ")} (${categories.length})`);
const duration = (given) => /^DURATION:(.*)\r$/m.exec(write({ duration: given }))?.[1];
console.log(`durations: ${duration({ days: 1 })} ${duration({ weeks: 1, days: 1 })}`);
JS
cat >expected.txt <<'TEXT'
name: Lee \
categories: Sales, EMEA (2)
durations: P1DT P1W1DT
TEXT
node event.mjs | tee seen.txt
diff expected.txt seen.txt
