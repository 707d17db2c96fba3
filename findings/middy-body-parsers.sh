#!/usr/bin/env bash
# npm's @middy/http-json-body-parser and @middy/http-urlencode-body-parser 6.4.5 (with @middy/core) refuse bodies that are valid: JSON whose media
# type has capitals, though media types have no case (RFC 9110, 8.3.1), and a form that is one name without "=", which the URL standard reads as an empty
# value. And a body that API Gateway gave as base64 is decoded, but the event goes on saying isBase64Encoded: true.
# Seen:
#   application/json: {"a":1}
#   Application/JSON: 415
#   form "subscribe": 415
#   base64: {"a":1}, isBase64Encoded true
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @middy/core@6.4.5 @middy/http-json-body-parser@6.4.5 @middy/http-urlencode-body-parser@6.4.5
cat >read.mjs <<'JS'
import middy from "@middy/core";
import json from "@middy/http-json-body-parser";
import form from "@middy/http-urlencode-body-parser";
const read = async (parser, type, body, isBase64Encoded = false) => {
  const event = { version: "1.0", httpMethod: "POST", headers: { "Content-Type": type }, body, isBase64Encoded, requestContext: {} };
  try {
    return await middy().use(parser()).handler(async (given) => given)(event, { getRemainingTimeInMillis: () => 1_000 });
  } catch ({ statusCode }) {
    return statusCode;
  }
};
const shown = (answer) => (typeof answer === "number" ? answer : JSON.stringify(answer.body));
for (const type of ["application/json", "Application/JSON"]) console.log(`${type}: ${shown(await read(json, type, '{"a":1}'))}`);
console.log(`form "subscribe": ${shown(await read(form, "application/x-www-form-urlencoded", "subscribe"))}`);
const decoded = await read(json, "application/json", btoa('{"a":1}'), true);
console.log(`base64: ${shown(decoded)}, isBase64Encoded ${decoded.isBase64Encoded}`);
JS
cat >expected.txt <<'TEXT'
application/json: {"a":1}
Application/JSON: 415
form "subscribe": 415
base64: {"a":1}, isBase64Encoded true
TEXT
node read.mjs | tee seen.txt
diff expected.txt seen.txt
