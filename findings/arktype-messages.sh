#!/usr/bin/env bash
# ArkType 2.2.10 (npm) drops the messages of `.configure({ message })` as soon as two checks of one value fail together: the issue then has
# ArkType's own sentence. Descriptions (`.describe`) stay. A form that shows issue.message shows the author's words for one mistake, and
# English for two.
# Seen:
#   one: Write it in full
#   two: jobTitle ("CE") must be... matched by ^A, at least length 5
#   described: jobTitle ("CE") must be... matched by ^A, five letters or more
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts arktype@2.2.10
cat >check.mjs <<'JS'
import { type } from "arktype";
const told = (jobTitle, value) =>
  type({ jobTitle })["~standard"].validate({ jobTitle: value }).issues[0].message.replace(/\n {2}◦ /, " ").replaceAll(/\n {2}◦ /g, ", ");
const own = type("string >= 5").configure({ message: () => "Write it in full" });
console.log("one:", told(own.and(type(/^A/)), "A"));
console.log("two:", told(own.and(type(/^A/)), "CE"));
console.log("described:", told(type("string >= 5").describe("five letters or more").and(type(/^A/)), "CE"));
JS
cat >expected.txt <<'TEXT'
one: Write it in full
two: jobTitle ("CE") must be... matched by ^A, at least length 5
described: jobTitle ("CE") must be... matched by ^A, five letters or more
TEXT
node check.mjs | tee seen.txt
diff expected.txt seen.txt
