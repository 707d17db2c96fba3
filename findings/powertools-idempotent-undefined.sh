#!/usr/bin/env bash
# npm's @aws-lambda-powertools/idempotency 2.35.0 with DynamoDB: a handler that returns an object with an undefined member, a Date or a number above
# 2^53, all of which Lambda itself turns into JSON, has done its work; then its result cannot be stored and the call fails. The caller's
# repeat is refused as already in progress. A handler that returns JSON.parse(JSON.stringify(answer)) is not concerned.
# Seen (first call, repeat):
#   undefined: worked 1, IdempotencyPersistenceLayerError, IdempotencyAlreadyInProgressError
#   Date: worked 1, IdempotencyPersistenceLayerError, IdempotencyAlreadyInProgressError
#   1e21: worked 1, IdempotencyPersistenceLayerError, IdempotencyAlreadyInProgressError
#   text: worked 1, answered, answered
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-lambda-powertools/idempotency@2.35.0 @aws-sdk/client-dynamodb@3.1169.0 @aws-sdk/lib-dynamodb@3.1169.0
cat >twice.mjs <<'JS'
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
// Keeps rows as DynamoDB does: a PutItem for a row that exists fails its condition.
const rows = new Map();
const awsSdkV3Client = new DynamoDBClient({ region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
awsSdkV3Client.send = async ({ constructor: { name }, input }) => {
  const id = (input.Item ?? input.Key).id.S;
  if (name === "PutItemCommand") {
    if (rows.has(id)) throw new ConditionalCheckFailedException({ message: "there", $metadata: {}, Item: rows.get(id) });
    rows.set(id, input.Item);
  }
  if (name === "UpdateItemCommand") {
    for (const [alias, column] of Object.entries(input.ExpressionAttributeNames)) {
      const value = input.ExpressionAttributeValues[`:${alias.slice(1)}`];
      if (value !== undefined) rows.get(id)[column] = value;
    }
  }
  if (name === "DeleteItemCommand") rows.delete(id);
  return {};
};
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: "calls", awsSdkV3Client });
const context = { functionName: "gate", awsRequestId: "1", getRemainingTimeInMillis: () => 10_000 };
const answers = { undefined: { userMessage: undefined }, Date: { at: new Date(0) }, "1e21": { id: 1e21 }, text: { userMessage: "Hello" } };
for (const [what, answer] of Object.entries(answers)) {
  let worked = 0;
  const handler = makeIdempotent(async () => (worked++, answer), { persistenceStore, config: new IdempotencyConfig({}) });
  const outcomes = [];
  for (let call = 0; call < 2; call++) outcomes.push(await handler({ what }, context).then(() => "answered", ({ name }) => name));
  console.log(`${what}: worked ${worked}, ${outcomes.join(", ")}`);
}
JS
cat >expected.txt <<'TEXT'
undefined: worked 1, IdempotencyPersistenceLayerError, IdempotencyAlreadyInProgressError
Date: worked 1, IdempotencyPersistenceLayerError, IdempotencyAlreadyInProgressError
1e21: worked 1, IdempotencyPersistenceLayerError, IdempotencyAlreadyInProgressError
text: worked 1, answered, answered
TEXT
node twice.mjs 2>/dev/null | tee seen.txt
diff expected.txt seen.txt
