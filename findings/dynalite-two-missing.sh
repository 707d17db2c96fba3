#!/usr/bin/env bash
# npm's dynalite 4.0.0, a DynamoDB for tests, counts the 400 KB of an item in UTF-16 units and finds two missing attributes equal. DynamoDB counts
# bytes of UTF-8 ("Item sizes and formats": a Hangul letter has three), and a comparison with a missing attribute does not hold; DynamoDB Local 1.11
# refuses both writes. A lock such as `closedAt = reopenedAt` on an item without the two lets a test write where AWS would not.
# Seen:
#   300,000 Hangul letters, 900,000 bytes: stored
#   409,600 Latin letters and more: ValidationException
#   closedAt = reopenedAt, both missing: stored
#   closedAt <> reopenedAt, both missing: ConditionalCheckFailedException
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1162.0
cat >put.mjs <<'JS'
import { once } from "node:events";
import { CreateTableCommand, DynamoDBClient, PutItemCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${server.address().port}`;
const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
const TableName = "requests";
await client.send(
  new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  }),
);
await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 }, { TableName });
const put = (note, ConditionExpression) =>
  client
    .send(new PutItemCommand({ TableName, Item: { id: { S: "1" }, note: { S: note } }, ConditionExpression }))
    .then(() => "stored", ({ name }) => name);
console.log(`300,000 Hangul letters, 900,000 bytes: ${await put("가".repeat(300_000))}`);
console.log(`409,600 Latin letters and more: ${await put("x".repeat(409_600))}`);
console.log(`closedAt = reopenedAt, both missing: ${await put("", "closedAt = reopenedAt")}`);
console.log(`closedAt <> reopenedAt, both missing: ${await put("", "closedAt <> reopenedAt")}`);
client.destroy();
server.close();
JS
cat >expected.txt <<'TEXT'
300,000 Hangul letters, 900,000 bytes: stored
409,600 Latin letters and more: ValidationException
closedAt = reopenedAt, both missing: stored
closedAt <> reopenedAt, both missing: ConditionalCheckFailedException
TEXT
node put.mjs | tee seen.txt
diff expected.txt seen.txt
