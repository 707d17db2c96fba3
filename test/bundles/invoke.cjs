// Runs as Lambda would: loads a bundle, hands its handler one event after another, prints what comes back.
const [bundle, events] = process.argv.slice(2);
const { handler } = require(bundle);
const context = { awsRequestId: "00000000-0000-4000-8000-000000000000", functionName: "test", getRemainingTimeInMillis: () => 15_000 };

// Lambda's runtime ends the process by it, and the next invocation waits for another.
process.on("unhandledRejection", () => process.exit(128));

(async () => {
  const results = [];
  for (const event of JSON.parse(events)) {
    // A busy machine takes seconds to start a process: the call arrives once it runs.
    if (event.requestContext?.requestTimeEpoch) event.requestContext.requestTimeEpoch = Date.now();
    try {
      results.push({ value: await handler(event, context) });
    } catch (error) {
      results.push({ error: error.message });
    }
  }
  process.stdout.write(`\n${JSON.stringify(results)}\n`, () => process.exit(0));
})();
