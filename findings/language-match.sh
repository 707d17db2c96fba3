#!/usr/bin/env bash
# npm's @formatjs/intl-localematcher 0.10.1, which implements CLDR's language matching; Node 20 or later.
# - Somebody who asks for Nynorsk alone gets Bokmål; who asks for Nynorsk and then English gets English, though Bokmål is there.
# - A list is answered by regions: Mexico takes es-419 before es, Australia en-GB before en, Angola pt-PT before pt-BR.
# - Intl.Locale, which most programs normalise tags with, refuses a tag with an extended language: zh-yue-HK.
# Seen:
#   nn: nb
#   nn,en: en
#   es-MX: es-419
#   en-AU: en-GB
#   pt-AO: pt-PT
#   zh-yue-HK: RangeError
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @formatjs/intl-localematcher@0.10.1 >/dev/null

cat >match.mjs <<'JS'
import { match } from "@formatjs/intl-localematcher";
const rows = [
  [["nn"], ["en", "nb"]],
  [["nn", "en"], ["en", "nb"]],
  [["es-MX"], ["es", "es-419"]],
  [["en-AU"], ["en", "en-GB"]],
  [["pt-AO"], ["pt-BR", "pt-PT"]],
];
for (const [asked, offered] of rows) console.log(`${asked}: ${match(asked, offered, "und")}`);
try {
  console.log(`zh-yue-HK: ${new Intl.Locale("zh-yue-HK")}`);
} catch (error) {
  console.log(`zh-yue-HK: ${error.name}`);
}
JS

cat >expected.txt <<'TEXT'
nn: nb
nn,en: en
es-MX: es-419
en-AU: en-GB
pt-AO: pt-PT
zh-yue-HK: RangeError
TEXT

node match.mjs | tee seen.txt
diff expected.txt seen.txt
