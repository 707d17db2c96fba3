/**
 * One cold start: `node cold-child.cjs BUNDLE STEP` loads the bundle, makes one call and writes
 * {"importMs","firstCallMs"} to file descriptor 3.
 */
const { readFileSync, writeSync } = require("node:fs");
const { join } = require("node:path");

const [bundle, step] = process.argv.slice(2);
const event = {
  resource: `/${step}`,
  path: `/${step}`,
  httpMethod: "POST",
  headers: { "Content-Type": "application/json" },
  multiValueHeaders: { "Content-Type": ["application/json"] },
  queryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: { requestId: "bench", requestTimeEpoch: Date.now(), stage: "v1" },
  body: readFileSync(join(__dirname, "request.json"), "utf8"),
  isBase64Encoded: false,
};
const context = {
  functionName: "bench",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
  memoryLimitInMB: "1024",
  awsRequestId: "bench",
  getRemainingTimeInMillis: () => 19_000,
};

async function main() {
  const start = performance.now();
  const { handler } = require(bundle);
  const loaded = performance.now();
  const { statusCode, body } = await handler(event, context);
  const answered = performance.now();
  // A wrong answer would be a wrong measurement: the call has to have read and written.
  if (statusCode !== 200 || JSON.parse(body).action !== "Continue") throw new Error(`The handler answered ${statusCode} ${body}`);
  writeSync(3, JSON.stringify({ importMs: loaded - start, firstCallMs: answered - loaded }));
  process.exit(0);
}

main();
