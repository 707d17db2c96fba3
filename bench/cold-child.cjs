/** `node cold-child.cjs BUNDLE NAME` makes one call and writes {"importMs","firstCallMs","cpuMs"} to file descriptor 3. */
const { readFileSync, writeSync } = require("node:fs");
const { join } = require("node:path");

const [bundle, name] = process.argv.slice(2);
const claims = readFileSync(join(__dirname, "request.json"), "utf8");

/** The call as API Gateway's REST API sends it. */
const connector = {
  resource: `/${name}`,
  path: `/${name}`,
  httpMethod: "POST",
  headers: { "Content-Type": "application/json" },
  multiValueHeaders: { "Content-Type": ["application/json"] },
  queryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: { requestId: "bench", requestTimeEpoch: Date.now(), stage: "v1" },
  body: claims,
  isBase64Encoded: false,
};

/** Builds an external tenant's call as an HTTP API sends it. */
function extension() {
  const { EXTERNAL_TENANT: tenantId, EXTENSION_AUDIENCE: aud } = process.env;
  const { email, identities, ui_locales: locale, ...attributes } = JSON.parse(claims);
  const typed = Object.entries(attributes).map(([key, value]) => [
    key,
    { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value },
  ]);
  const event = name === "attribute-collection-start" ? "attributeCollectionStart" : "attributeCollectionSubmit";
  const address = { signInType: "email", issuer: "contoso.onmicrosoft.com", issuerAssignedId: email };
  return {
    version: "2.0",
    headers: { "content-type": "application/json" },
    requestContext: {
      // Without `timeEpoch`, the deadline ignores the bundle's loading. On a busy machine, loading may outlast an external tenant's wait.
      requestId: "bench",
      authorizer: { jwt: { claims: { ver: "2.0", tid: tenantId, aud, azp: "99045fe1-7639-4a75-9d4a-577b6ca3810f" } } },
    },
    body: JSON.stringify({
      type: `microsoft.graph.authenticationEvent.${event}`,
      data: {
        tenantId,
        authenticationContext: { client: { locale } },
        userSignUpInfo: { attributes: Object.fromEntries(typed), identities: [...identities, address] },
      },
    }),
    isBase64Encoded: false,
  };
}

const authorizer = {
  type: "REQUEST",
  resource: "/before-create-user",
  methodArn: "arn:aws:execute-api:us-east-1:000000000000:api/v1/POST/before-create-user",
  headers: { Authorization: `Basic ${Buffer.from("entra:bench").toString("base64")}` },
  requestContext: { identity: {}, resourcePath: "/before-create-user", path: "/v1/before-create-user" },
};

/**
 * Tells for each kind of call whether the answer is right. A wrong answer may come from a call that skipped reads or writes, and such a
 * call is faster.
 */
const right = {
  authorizer: ({ policyDocument }) => policyDocument.Statement[0].Effect === "Allow",
  connector: ({ statusCode, body }) => statusCode === 200 && JSON.parse(body).action === "Continue",
  extension: ({ statusCode, body }) => statusCode === 200 && /Values"|continueWithDefaultBehavior"/.test(body),
};
const kind = right[name] ? name : name.startsWith("attribute-") ? "extension" : "connector";
const event = kind === "authorizer" ? authorizer : kind === "extension" ? extension() : connector;
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
  const cpuBefore = process.cpuUsage();
  const { handler } = require(bundle);
  const loaded = performance.now();
  const answer = await handler(event, context);
  const answered = performance.now();
  const { user, system } = process.cpuUsage(cpuBefore);
  if (!right[kind](answer)) throw new Error(`${name} answered ${JSON.stringify(answer)}`);
  writeSync(3, JSON.stringify({ importMs: loaded - start, firstCallMs: answered - loaded, cpuMs: (user + system) / 1_000 }));
  process.exit(0);
}

main();
