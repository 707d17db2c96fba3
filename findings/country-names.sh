#!/usr/bin/env bash
# npm's i18n-iso-countries 7.14.0 and world-countries 5.1.0, as installed from npm; Node 20 or later with CLDR.
# Names of countries mean another country:
# - i18n-iso-countries, Portuguese: CG, the Republic of the Congo, is "República Democrática do Congo", the name of CD.
# - world-countries, Korean: IO, the British Indian Ocean Territory, is "인도", the name of India.
# - CLDR (Intl.DisplayNames), Spanish, narrow: GB is "RU", the ISO code of Russia.
# Seen:
#   pt CG República Democrática do Congo
#   pt CD República Popular do Congo
#   ko IO 인도
#   ko IN 인도
#   es GB RU
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund i18n-iso-countries@7.14.0 world-countries@5.1.0 >/dev/null

cat >names.cjs <<'JS'
const { countries } = require("i18n-iso-countries/langs/pt.json");
for (const code of ["CG", "CD"]) console.log("pt", code, countries[code]);
const world = require("world-countries");
for (const code of ["IO", "IN"]) console.log("ko", code, world.find(({ cca2 }) => cca2 === code).translations.kor.common);
console.log("es GB", new Intl.DisplayNames("es", { type: "region", style: "narrow" }).of("GB"));
JS

cat >expected.txt <<'TEXT'
pt CG República Democrática do Congo
pt CD República Popular do Congo
ko IO 인도
ko IN 인도
es GB RU
TEXT

node names.cjs | tee seen.txt
diff expected.txt seen.txt
