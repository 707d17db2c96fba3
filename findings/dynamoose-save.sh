#!/usr/bin/env bash
# npm's dynamoose 4.2.0: get and save write the whole row anew, without the columns that the schema does not name: a row that was limited to some
# gates is limited no more once another program has changed its note. An update by key keeps them. And a Date is stored in milliseconds, so
# that an end in seconds, as DynamoDB's TTL and most writers have it, is read as a day of January 1970 ({ storage: "seconds" } asks for them).
# Seen:
#   updated: entry,effect,note,gates,ends
#   read: 1970-01-21
#   saved: entry,effect,note,ends
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts dynamoose@4.2.0 dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1162.0
cat >change.cjs <<'JS'
const { CreateTableCommand, PutItemCommand, ScanCommand } = require("@aws-sdk/client-dynamodb");
const dynalite = require("dynalite");
const dynamoose = require("dynamoose");
const server = dynalite({ createTableMs: 0 });
const columns = ["entry", "effect", "note", "gates", "ends"];
server.listen(0, "127.0.0.1", async () => {
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const client = new dynamoose.aws.ddb.DynamoDB({ region: "eu-west-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  dynamoose.aws.ddb.set(client);
  const key = { AttributeDefinitions: [{ AttributeName: "entry", AttributeType: "S" }], KeySchema: [{ AttributeName: "entry", KeyType: "HASH" }] };
  await client.send(new CreateTableCommand({ TableName: "list", ...key, BillingMode: "PAY_PER_REQUEST" }));
  const row = { entry: { S: "contoso.com" }, effect: { S: "allow" }, note: { S: "" }, gates: { SS: ["suppliers"] }, ends: { N: "1801353600" } };
  await client.send(new PutItemCommand({ TableName: "list", Item: row }));
  const stored = async () => {
    const [item] = (await client.send(new ScanCommand({ TableName: "list" }))).Items;
    return columns.filter((each) => each in item).join();
  };
  const schema = new dynamoose.Schema({ entry: { type: String, hashKey: true }, effect: String, note: String, ends: Date });
  const Entry = dynamoose.model("list", schema);
  new dynamoose.Table("list", [Entry], { create: false, waitForActive: false });
  await Entry.update({ entry: "contoso.com" }, { note: "one" });
  console.log(`updated: ${await stored()}`);
  const entry = await Entry.get("contoso.com");
  console.log(`read: ${entry.ends.toISOString().slice(0, 10)}`);
  entry.note = "two";
  await entry.save();
  console.log(`saved: ${await stored()}`);
  server.close();
});
JS
cat >expected.txt <<'TEXT'
updated: entry,effect,note,gates,ends
read: 1970-01-21
saved: entry,effect,note,ends
TEXT
node change.cjs 2>/dev/null | tee seen.txt
diff expected.txt seen.txt
