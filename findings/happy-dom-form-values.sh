#!/usr/bin/env bash
# npm's happy-dom 21.0.4: what FormData has of a form differs from what the HTML standard says, and jsdom 29.1.1 does. A test in happy-dom sees other values
# than a server gets from a browser: addresses keep their spaces, a day that does not exist stays, fields of a disabled group are sent.
# Seen (happy-dom, then jsdom):
#   {"text":"\nfirst","email":" kim@contoso.com ","day":"2027-02-30","off":"1"}
#   {"text":"first","email":"kim@contoso.com","day":""}
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts happy-dom@21.0.4 jsdom@29.1.1
cat >send.mjs <<'JS'
import { Window } from "happy-dom";
import { JSDOM } from "jsdom";
const page = `<form><textarea name="text">
first</textarea><input type="email" name="email" value=" kim@contoso.com "><input type="date" name="day" value="2027-02-30">
<fieldset disabled><input name="off" value="1"></fieldset></form>`;
const happy = new Window();
happy.document.body.innerHTML = page;
for (const window of [happy, new JSDOM(page).window]) {
  console.log(JSON.stringify(Object.fromEntries(new window.FormData(window.document.querySelector("form")))));
}
await happy.happyDOM.close();
JS
cat >expected.txt <<'TEXT'
{"text":"\nfirst","email":" kim@contoso.com ","day":"2027-02-30","off":"1"}
{"text":"first","email":"kim@contoso.com","day":""}
TEXT
node send.mjs | tee seen.txt
diff expected.txt seen.txt
