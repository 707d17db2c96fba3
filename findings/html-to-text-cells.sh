#!/usr/bin/env bash
# npm's html-to-text 10.0.1, by which mailparser 3.14.2 makes the text of a mail that has HTML alone, puts nothing between the cells of a table's row:
# a label and an address become one address. A browser's text has a tab there. With the table's format "dataTable", they stay apart.
# Seen:
#   E-mailkim@contoso.com
#   mailparser: E-mailkim@contoso.com
#   dataTable: E-mail   kim@contoso.com
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts html-to-text@10.0.1 mailparser@3.14.2
cat >convert.mjs <<'JS'
import { convert } from "html-to-text";
import { simpleParser } from "mailparser";
const html = "<table><tr><td>E-mail</td><td>kim@contoso.com</td></tr></table>";
console.log(convert(html));
const { text } = await simpleParser(`MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`);
console.log(`mailparser: ${text.trim()}`);
console.log(`dataTable: ${convert(html, { selectors: [{ selector: "table", format: "dataTable" }] })}`);
JS
cat >expected.txt <<'TEXT'
E-mailkim@contoso.com
mailparser: E-mailkim@contoso.com
dataTable: E-mail   kim@contoso.com
TEXT
node convert.mjs | tee seen.txt
diff expected.txt seen.txt
