#!/usr/bin/env bash
# npm's csv-parse 7.0.3 and papaparse 5.7.1. The bulk-invite template of the Entra admin center begins with a line "version:v1.0,,,": with columns:
# true, csv-parse makes it the header, and of the three columns without a name only the last stays, without an error. And papaparse guesses
# what separates columns from what it counts, in quotes too: a note with semicolons makes a file with commas one with semicolons.
# Seen:
#   csv-parse {"version:v1.0":"kim@partner.com","":"Welcome"}
#   csv-parse, from_line 2: kim@partner.com https://myapps.microsoft.com true Welcome
#   papaparse ; {"entry,note":"contoso.com,\"sales"}
#   papaparse, delimiter ",": {"entry":"contoso.com","note":"sales; support; legal"}
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts csv-parse@7.0.3 papaparse@5.7.1
cat >read.mjs <<'JS'
import { parse } from "csv-parse/sync";
import papa from "papaparse";
const names =
  "Email address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] Required,Send invitation message (true or false) [sendEmail],Customized invitation message [customizedMessageBody]";
const template = `version:v1.0,,,\r\n${names}\r\nkim@partner.com,https://myapps.microsoft.com,true,Welcome\r\n`;
console.log("csv-parse", JSON.stringify(parse(template, { columns: true })[1]));
console.log("csv-parse, from_line 2:", ...Object.values(parse(template, { columns: true, from_line: 2 })[0]));
const list = ["contoso.com", "fabrikam.com", "northwind.com"].map((entry) => `${entry},"sales; support; legal"\n`).join("");
const { data, meta } = papa.parse(`entry,note\n${list}`, { header: true });
console.log("papaparse", meta.delimiter, JSON.stringify({ "entry,note": data[0]["entry,note"] }));
console.log('papaparse, delimiter ",":', JSON.stringify(papa.parse(`entry,note\n${list}`, { header: true, delimiter: "," }).data[0]));
JS
cat >expected.txt <<'TEXT'
csv-parse {"version:v1.0":"kim@partner.com","":"Welcome"}
csv-parse, from_line 2: kim@partner.com https://myapps.microsoft.com true Welcome
papaparse ; {"entry,note":"contoso.com,\"sales"}
papaparse, delimiter ",": {"entry":"contoso.com","note":"sales; support; legal"}
TEXT
node read.mjs | tee seen.txt
diff expected.txt seen.txt
