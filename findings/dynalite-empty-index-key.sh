#!/usr/bin/env bash
# npm's dynalite 4.0.0, a DynamoDB for tests, takes an item whose index key is an empty text, and its index returns it. AWS takes no empty key of an
# index ("Amazon DynamoDB now supports empty values for non-key String and Binary attributes", 2020-05-18): a test passes that fails there.
# The table's own key it refuses, as AWS does.
# Seen:
#   index key "": stored, 1 in the index
#   table key "": ValidationException
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1162.0
cat >put.mjs <<'JS'
import { once } from "node:events";
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${server.address().port}`;
const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
const TableName = "people";
const text = (AttributeName) => ({ AttributeName, AttributeType: "S" });
const key = (AttributeName) => [{ AttributeName, KeyType: "HASH" }];
await client.send(
  new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [text("email"), text("sponsor")],
    KeySchema: key("email"),
    GlobalSecondaryIndexes: [{ IndexName: "by-sponsor", KeySchema: key("sponsor"), Projection: { ProjectionType: "ALL" } }],
  }),
);
await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 }, { TableName });
const put = (email, sponsor) => client.send(new PutItemCommand({ TableName, Item: { email: { S: email }, sponsor: { S: sponsor } } }));
const outcome = (promise) => promise.then(() => "stored", ({ name }) => name);
const stored = await outcome(put("kim@contoso.com", ""));
const { Count } = await client.send(new ScanCommand({ TableName, IndexName: "by-sponsor" }));
console.log(`index key "": ${stored}, ${Count} in the index`);
console.log(`table key "": ${await outcome(put("", "lee@contoso.com"))}`);
client.destroy();
server.close();
JS
cat >expected.txt <<'TEXT'
index key "": stored, 1 in the index
table key "": ValidationException
TEXT
node put.mjs | tee seen.txt
diff expected.txt seen.txt
