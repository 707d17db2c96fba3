#!/usr/bin/env bash
# npm's dynamodb-toolbox 2.10.6 with rows that another program or the AWS console wrote: a scan or query of entities asks DynamoDB for rows with its own
# column _et alone, so that the others are missing without a word; a get of one fails for want of _ct; and an update gives the row the update's
# time as the time when it was created. { timestamps: false } and { entityAttribute: false } switch the columns off.
# Seen:
#   scan: #c_1 = :c_1 (_et)
#   get: Missing required attribute for formatting: '_ct'.
#   update: created now
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts dynamodb-toolbox@2.10.6 @aws-sdk/client-dynamodb@3.1169.0 @aws-sdk/lib-dynamodb@3.1169.0
cat >rows.mjs <<'JS'
import { Entity, GetItemCommand, item, ScanCommand, string, Table, UpdateItemCommand } from "dynamodb-toolbox";
// A table with one row that somebody typed.
const documentClient = { send: async () => ({ Item: { entry: "contoso.com", effect: "allow" } }) };
const table = new Table({ name: "list", partitionKey: { name: "entry", type: "string" }, documentClient });
const entries = new Entity({ name: "Entry", table, schema: item({ entry: string().key(), effect: string() }) });
const scan = table.build(ScanCommand).entities(entries).params();
console.log(`scan: ${scan.FilterExpression} (${scan.ExpressionAttributeNames["#c_1"]})`);
const get = await entries.build(GetItemCommand).key({ entry: "contoso.com" }).send().catch(({ message }) => message);
console.log(`get: ${String(get).split(" Partition")[0]}`);
const update = entries.build(UpdateItemCommand).item({ entry: "contoso.com", effect: "deny" }).params();
const [, value] = /#s_3 = if_not_exists\(#s_3, (:s_3)\)/.exec(update.UpdateExpression);
const isNow = Math.abs(Date.parse(update.ExpressionAttributeValues[value]) - Date.now()) < 60_000;
console.log(`update: ${update.ExpressionAttributeNames["#s_3"] === "_ct" && isNow ? "created now" : "otherwise"}`);
JS
cat >expected.txt <<'TEXT'
scan: #c_1 = :c_1 (_et)
get: Missing required attribute for formatting: '_ct'.
update: created now
TEXT
node rows.mjs 2>/dev/null | tee seen.txt
diff expected.txt seen.txt
