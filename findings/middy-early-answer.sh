#!/usr/bin/env bash
# @middy/core 6.4.5 with @aws-lambda-powertools/logger and /metrics 2.36.0 (npm): a middleware that answers in `before` ends the call without any
# `after`, where injectLambdaContext({ resetKeys: true }) and logMetrics clean up. The next call's log line has the key of the call before it,
# and its metrics line counts both calls.
# Seen: answered 401; next line: person first; next metrics: [1,1]
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm install --silent --no-audit --no-fund @middy/core@6.4.5 @aws-lambda-powertools/logger@2.36.0 @aws-lambda-powertools/metrics@2.36.0
cat >ask.mjs <<'JS'
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
const logger = new Logger({ serviceName: "gate" });
const metrics = new Metrics({ namespace: "gate", serviceName: "gate" });
const refuse = {
  before: ({ event }) => {
    metrics.addMetric("calls", "Count", 1);
    if (!event.refused) return undefined;
    logger.appendKeys({ person: event.person });
    return { statusCode: 401 };
  },
};
const handler = middy(async () => {
  logger.info("handled");
  return { statusCode: 200 };
})
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics))
  .use(refuse);
const context = { functionName: "gate", awsRequestId: "1", getRemainingTimeInMillis: () => 1_000 };
const lines = [];
const write = process.stdout.write;
process.stdout.write = (text) => lines.push(String(text)) > 0;
const { statusCode } = await handler({ refused: true, person: "first" }, context);
await handler({ refused: false }, context);
process.stdout.write = write;
const [logged, counted] = lines.flatMap((text) => text.trim().split("\n")).map((line) => JSON.parse(line));
const seen = `answered ${statusCode}; next line: person ${logged.person}; next metrics: ${JSON.stringify(counted.calls)}`;
console.log(seen);
process.exit(seen === "answered 401; next line: person first; next metrics: [1,1]" ? 0 : 1);
JS
node ask.mjs
