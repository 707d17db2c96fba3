#!/usr/bin/env bash
# Checks of UUIDs (npm: uuid 14.0.3, zod 4.6.7, validator 13.15.35, yup 1.7.1, valibot 1.5.0, joi 18.3.2, ajv-formats 3.0.1) disagree about ids that
# Microsoft gives out: the application id of Microsoft Graph, the same in each tenant, and the object id (oid) of a personal Microsoft account
# as Microsoft's sample of an ID token shows it. Their version digit is 0, which RFC 9562 does not use. zod has z.guid, validator "loose" for them.
# Seen:
#   00000003-0000-0000-c000-000000000000 refused by uuid zod validator yup; taken by zod-guid validator-loose valibot joi ajv-formats
#   00000000-0000-0000-66f3-3332eca7ea81 refused by uuid zod validator yup; taken by zod-guid validator-loose valibot joi ajv-formats
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts uuid@14.0.3 zod@4.6.7 validator@13.15.35 yup@1.7.1 valibot@1.5.0 joi@18.3.2 ajv@8.20.0 ajv-formats@3.0.1
cat >check.mjs <<'JS'
import { Ajv } from "ajv";
import formats from "ajv-formats";
import Joi from "joi";
import { validate } from "uuid";
import * as v from "valibot";
import validator from "validator";
import * as yup from "yup";
import * as z from "zod";
const ajv = new Ajv();
formats.default(ajv);
const byFormat = ajv.compile({ type: "string", format: "uuid" });
const checks = {
  uuid: validate,
  zod: (id) => z.uuid().safeParse(id).success,
  "zod-guid": (id) => z.guid().safeParse(id).success,
  validator: (id) => validator.isUUID(id),
  "validator-loose": (id) => validator.isUUID(id, "loose"),
  yup: (id) => yup.string().uuid().isValidSync(id),
  valibot: (id) => v.is(v.pipe(v.string(), v.uuid()), id),
  joi: (id) => Joi.string().guid().validate(id).error === undefined,
  "ajv-formats": byFormat,
};
for (const id of ["00000003-0000-0000-c000-000000000000", "00000000-0000-0000-66f3-3332eca7ea81"]) {
  const those = (taken) => Object.keys(checks).filter((name) => checks[name](id) === taken).join(" ");
  console.log(`${id} refused by ${those(false)}; taken by ${those(true)}`);
}
JS
cat >expected.txt <<'TEXT'
00000003-0000-0000-c000-000000000000 refused by uuid zod validator yup; taken by zod-guid validator-loose valibot joi ajv-formats
00000000-0000-0000-66f3-3332eca7ea81 refused by uuid zod validator yup; taken by zod-guid validator-loose valibot joi ajv-formats
TEXT
node check.mjs | tee seen.txt
diff expected.txt seen.txt
