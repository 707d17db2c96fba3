/**
 * `node pages-child.cjs BUNDLE` answers each message, `{ path, cookie }`, with the page and its processor time in microseconds. The first
 * time includes the loading of the bundle.
 */
const [bundle] = process.argv.slice(2);

const buildEvent = ({ path, cookie }) => {
  const [rawPath, rawQueryString = ""] = path.split("?");
  const http = { method: "GET", path: rawPath, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "bench" };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    cookies: [cookie],
    headers: { host: "console.example", "accept-language": "en", accept: "text/html" },
    requestContext: { domainName: "console.example", http, requestId: "bench", stage: "$default", timeEpoch: Date.now() },
    isBase64Encoded: false,
  };
};

const context = {
  functionName: "bench",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
  memoryLimitInMB: "1024",
  awsRequestId: "bench",
  getRemainingTimeInMillis: () => 29_000,
};

process.on("message", async (message) => {
  const before = process.cpuUsage();
  const { statusCode, body } = await require(bundle).handler(buildEvent(message), context);
  const { user, system } = process.cpuUsage(before);
  process.send({ statusCode, body, cpu: user + system });
});
