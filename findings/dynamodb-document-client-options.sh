#!/usr/bin/env bash
# npm's @aws-sdk/lib-dynamodb and @aws-sdk/client-dynamodb 3.1169.0, Node 20 or later: two DynamoDBDocumentClients of one DynamoDBClient share
# their options: the last `from` counts for both. A client without removeUndefinedValues, which refuses an undefined value, writes the row
# without it once another part of the program has made a client with it; and numbers arrive as NumberValue where nobody asked for it.
# Seen:
#   before: Error, number
#   after: written {"pk":{"S":"a"},"more":{"M":{}}}, NumberValue
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-sdk/lib-dynamodb@3.1169.0 @aws-sdk/client-dynamodb@3.1169.0
cat >share.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, NumberValue, PutCommand } from "@aws-sdk/lib-dynamodb";
let written;
// A table with one row, {"pk":"a","n":1}.
const server = createServer(async (request, response) => {
  const input = JSON.parse(await text(request));
  if (input.Item) written = JSON.stringify(input.Item);
  response.setHeader("content-type", "application/x-amz-json-1.0");
  response.end(JSON.stringify(input.Item ? {} : { Item: { pk: { S: "a" }, n: { N: "1" } } }));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${server.address().port}`;
const base = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
const strict = DynamoDBDocumentClient.from(base);
async function look() {
  const put = new PutCommand({ TableName: "rows", Item: { pk: "a", more: { note: undefined } } });
  const outcome = await strict.send(put).then(() => `written ${written}`, (error) => error.constructor.name);
  const { Item } = await strict.send(new GetCommand({ TableName: "rows", Key: { pk: "a" } }));
  return `${outcome}, ${typeof Item.n === "object" ? Item.n.constructor.name : typeof Item.n}`;
}
console.log("before:", await look());
DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true }, unmarshallOptions: { wrapNumbers: NumberValue.from } });
console.log("after:", await look());
base.destroy();
server.close();
JS
diff <(NODE_NO_WARNINGS=1 node share.mjs) - <<'TEXT'
before: Error, number
after: written {"pk":{"S":"a"},"more":{"M":{}}}, NumberValue
TEXT
echo "as described: @aws-sdk/lib-dynamodb 3.1169.0"
