#!/usr/bin/env bash
# The e-mail checks of npm's zod 4.6.7 (z.email), valibot 1.5.0 (v.email, v.rfcEmail) and arktype 2.2.10 (string.email) disagree about addresses
# that people have: an apostrophe, an international domain, an international top-level domain. v.rfcEmail alone takes all three, and takes two
# dots in a row with them, which no mail server accepts.
# Seen (zod, valibot, valibot's rfcEmail, ArkType):
#   o'brien@contoso.com yes no yes no
#   kim@xn--mller-kva.de yes no yes yes
#   kim@xn--e1afmkfd.xn--p1ai no no yes no
#   kim..lee@contoso.com no no yes yes
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts zod@4.6.7 valibot@1.5.0 arktype@2.2.10
cat >check.mjs <<'JS'
import { type } from "arktype";
import * as v from "valibot";
import * as z from "zod";
const checks = [
  (text) => z.email().safeParse(text).success,
  (text) => v.is(v.pipe(v.string(), v.email()), text),
  (text) => v.is(v.pipe(v.string(), v.rfcEmail()), text),
  (text) => type("string.email").allows(text),
];
for (const text of ["o'brien@contoso.com", "kim@xn--mller-kva.de", "kim@xn--e1afmkfd.xn--p1ai", "kim..lee@contoso.com"])
  console.log(text, ...checks.map((check) => (check(text) ? "yes" : "no")));
JS
cat >expected.txt <<'TEXT'
o'brien@contoso.com yes no yes no
kim@xn--mller-kva.de yes no yes yes
kim@xn--e1afmkfd.xn--p1ai no no yes no
kim..lee@contoso.com no no yes yes
TEXT
node check.mjs | tee seen.txt
diff expected.txt seen.txt
