#!/usr/bin/env bash
# Checks of times (npm: ajv-formats 3.0.1, zod 4.6.7, valibot 1.5.0, arktype 2.2.10, joi 18.3.2, yup 1.7.1) disagree: four of six take 30 February, of which
# Date and dayjs 1.11.23 then make 2 March; a time without seconds, as HTML's datetime-local and ISO 8601 have it, four refuse. And dayjs reads the 31st
# day of 2027 in ISO's ordinal form as 1 March (luxon 3.7.2: 31 January).
# Seen (taken by):
#   2027-02-30T00:00:00Z valibot arktype joi yup
#   2027-01-31T18:00Z arktype joi
#   2027-01-31T18:00:00+0900 ajv valibot arktype joi yup
#   dayjs: 2027-02-30 is 2027-03-02, 2027-031 is 2027-03-01; luxon: invalid, 2027-01-31
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ajv@8.20.0 ajv-formats@3.0.1 zod@4.6.7 valibot@1.5.0 arktype@2.2.10 joi@18.3.2 yup@1.7.1 dayjs@1.11.23 luxon@3.7.2
cat >check.mjs <<'JS'
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { type } from "arktype";
import dayjs from "dayjs";
import Joi from "joi";
import { DateTime } from "luxon";
import * as v from "valibot";
import * as yup from "yup";
import * as z from "zod";
const ajv = new Ajv();
formats.default(ajv);
const iso = type("string.date.iso");
const checks = {
  ajv: ajv.compile({ type: "string", format: "date-time" }),
  zod: (text) => z.iso.datetime({ offset: true }).safeParse(text).success,
  valibot: (text) => v.is(v.pipe(v.string(), v.isoTimestamp()), text),
  arktype: (text) => !(iso(text) instanceof type.errors),
  joi: (text) => Joi.string().isoDate().validate(text).error === undefined,
  yup: (text) => yup.string().datetime({ allowOffset: true }).isValidSync(text),
};
for (const text of ["2027-02-30T00:00:00Z", "2027-01-31T18:00Z", "2027-01-31T18:00:00+0900"])
  console.log(`${text} ${Object.keys(checks).filter((name) => checks[name](text)).join(" ")}`);
const [day, ordinal] = ["2027-02-30", "2027-031"];
const byDayjs = (text) => dayjs(text).format("YYYY-MM-DD");
const byLuxon = (text) => DateTime.fromISO(text).toISODate() ?? "invalid";
console.log(`dayjs: ${day} is ${byDayjs(day)}, ${ordinal} is ${byDayjs(ordinal)}; luxon: ${byLuxon(day)}, ${byLuxon(ordinal)}`);
JS
cat >expected.txt <<'TEXT'
2027-02-30T00:00:00Z valibot arktype joi yup
2027-01-31T18:00Z arktype joi
2027-01-31T18:00:00+0900 ajv valibot arktype joi yup
dayjs: 2027-02-30 is 2027-03-02, 2027-031 is 2027-03-01; luxon: invalid, 2027-01-31
TEXT
node check.mjs | tee seen.txt
diff expected.txt seen.txt
