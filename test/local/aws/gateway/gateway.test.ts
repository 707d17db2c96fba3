import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { InvocationOutcome, LocalFunction } from "../../../../local/aws/functions/function-thread";
import type { Api } from "../../../../local/aws/gateway/api";
import { type Answered, type Gateway, serveGateway } from "../../../../local/aws/gateway/gateway";
import { readRestApis } from "../../../../local/aws/gateway/rest-apis";
import { Template } from "../../../../local/aws/template";
import { testKey } from "../../../support/local-database";
import { signedRequest } from "../../../support/signed-request";

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:Gate-${name}`;
const uri = (name: string) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn(name)}/invocations`;
const response = (type: string, status: string, body: string, headers = {}) => ({
  Type: "AWS::ApiGateway::GatewayResponse",
  Properties: {
    RestApiId: { Ref: "Api" },
    ResponseType: type,
    StatusCode: status,
    ResponseTemplates: { "application/json": body },
    ResponseParameters: headers,
  },
});
const signed = (resource: string, HttpMethod: string) => ({
  Type: "AWS::ApiGateway::Method",
  Properties: {
    RestApiId: { Ref: "Api" },
    ResourceId: { Ref: resource },
    HttpMethod,
    AuthorizationType: "AWS_IAM",
    Integration: { Type: "AWS_PROXY", Uri: uri("Step") },
  },
});
const template = (burst: number) =>
  new Template("Gate", {
    Resources: {
      Api: { Type: "AWS::ApiGateway::RestApi" },
      Stage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: {
          RestApiId: { Ref: "Api" },
          StageName: "v1",
          MethodSettings: [{ HttpMethod: "*", ResourcePath: "/*", ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: burst }],
        },
      },
      Path: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId: { Ref: "Api" }, ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] }, PathPart: "step" },
      },
      Asker: {
        Type: "AWS::ApiGateway::Authorizer",
        Properties: {
          Type: "REQUEST",
          IdentitySource: "method.request.header.Authorization",
          AuthorizerResultTtlInSeconds: 300,
          AuthorizerUri: uri("Authorizer"),
        },
      },
      Post: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId: { Ref: "Api" },
          ResourceId: { Ref: "Path" },
          HttpMethod: "POST",
          AuthorizationType: "CUSTOM",
          AuthorizerId: { Ref: "Asker" },
          Integration: { Type: "AWS_PROXY", Uri: uri("Step") },
        },
      },
      Items: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId: { Ref: "Api" }, ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] }, PathPart: "items" },
      },
      Item: { Type: "AWS::ApiGateway::Resource", Properties: { RestApiId: { Ref: "Api" }, ParentId: { Ref: "Items" }, PathPart: "{id}" } },
      Own: { Type: "AWS::ApiGateway::Resource", Properties: { RestApiId: { Ref: "Api" }, ParentId: { Ref: "Items" }, PathPart: "own" } },
      Taken: { Type: "AWS::ApiGateway::Resource", Properties: { RestApiId: { Ref: "Api" }, ParentId: { Ref: "Item" }, PathPart: "take" } },
      PutItem: signed("Item", "PUT"),
      GetItem: signed("Item", "GET"),
      GetOwn: signed("Own", "GET"),
      PostTaken: signed("Taken", "POST"),
      Broken: response("DEFAULT_5XX", "200", '{"page":"$context.requestId"}'),
      Refused: response("DEFAULT_4XX", "200", '{"page":"$context.error.responseType"}'),
      Unknown: response("UNAUTHORIZED", "401", '{"message":$context.error.messageString}', {
        "gatewayresponse.header.WWW-Authenticate": "'Basic realm=\"Gate\"'",
      }),
    },
  });

const fine: InvocationOutcome = { ok: true, value: { statusCode: 200, headers: { "X-Own": "1" }, body: '{"a":1}' } };
const threw = (message: string): InvocationOutcome => ({ ok: false, why: "error", error: { name: "Error", message } });
const permit = (Effect: string, Resource: string): InvocationOutcome => ({
  ok: true,
  value: { principalId: "connector", policyDocument: { Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] } },
});
const anyRoute = permit("Allow", "arn:aws:execute-api:us-east-1:000000000000:Api/v1/*/*");

let authorizer: InvocationOutcome;
let integration: InvocationOutcome;
let asked: APIGatewayRequestAuthorizerEvent[];
let invoked: APIGatewayProxyEvent[];
let answered: Answered[];
let gateway: Gateway;

function double(name: string, invoke: (event: unknown) => InvocationOutcome): [string, LocalFunction] {
  const none = async () => undefined;
  return [arn(name), { name: `Gate-${name}`, load: none, close: none, invoke: async (event) => ({ outcome: invoke(event), output: [] }) }];
}

async function start(burst = 1_000): Promise<void> {
  const functions = new Map([
    double("Authorizer", (event) => {
      asked.push(event as APIGatewayRequestAuthorizerEvent);
      return authorizer;
    }),
    double("Step", (event) => {
      invoked.push(event as APIGatewayProxyEvent);
      return integration;
    }),
  ]);
  gateway = await serveGateway({ port: 0 });
  const [api] = readRestApis(template(burst), functions);
  gateway.answerWith({ api: api as Api, throttle: true, key: testKey, onAnswer: (each) => answered.push(each) });
}

beforeEach(async () => {
  [authorizer, integration, asked, invoked, answered] = [anyRoute, fine, [], [], []];
  await start();
});
afterEach(() => gateway.close());

const call = (init: RequestInit & { path?: string } = {}) =>
  fetch(`${gateway.url}${init.path ?? "/step"}`, { method: "POST", body: "{}", headers: { Authorization: "Basic a" }, ...init });
/** What an access log would say of the last answer. */
const last = () => ({ status: answered.at(-1)?.status, responseType: answered.at(-1)?.responseType });

describe("the local gateway", () => {
  it("passes the request as a proxy event, and returns the function's answer", async () => {
    const before = Date.now();
    const reply = await call({ path: "/step?a=1&a=2", body: "bödy", headers: { Authorization: "Basic a", "X-Twice": "1" } });
    expect([reply.status, reply.headers.get("x-own"), reply.headers.get("content-type"), await reply.text()]).toEqual([
      200,
      "1",
      "application/json",
      '{"a":1}',
    ]);
    const [event] = invoked;
    expect(event).toMatchObject({
      resource: "/step",
      path: "/step",
      httpMethod: "POST",
      headers: { "X-Forwarded-Proto": "http" },
      queryStringParameters: { a: "2" },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      requestContext: {
        stage: "v1",
        resourcePath: "/step",
        identity: { sourceIp: "127.0.0.1" },
        authorizer: { principalId: "connector" },
        requestId: reply.headers.get("x-amzn-requestid"),
      },
      body: "bödy",
      isBase64Encoded: false,
    });
    expect(event?.requestContext.requestTimeEpoch).toBeGreaterThanOrEqual(before);
    expect(event?.requestContext.requestTimeEpoch).toBeLessThanOrEqual(Date.now());
  });

  it("passes objects without members to the authorizer, and the values of its context to the function as texts", async () => {
    authorizer = permit("Allow", "*");
    if (authorizer.ok) Object.assign(authorizer.value as object, { context: { cold: 12, known: true, name: "connector" } });
    await call();
    expect(asked[0]).toMatchObject({ type: "REQUEST", queryStringParameters: {}, pathParameters: {}, stageVariables: {} });
    expect(asked[0]?.headers).toMatchObject({ Authorization: "Basic a" });
    expect(invoked[0]?.requestContext.authorizer).toMatchObject({ cold: "12", known: "true", name: "connector" });
    expect(invoked[0]).toMatchObject({ queryStringParameters: null, pathParameters: null, stageVariables: null });
  });

  it("calls the authorizer once for each value of its header", async () => {
    await call();
    await call();
    await call({ headers: { authorization: "Basic b" } });
    expect(asked.map(({ methodArn }) => methodArn)).toEqual(Array(2).fill("arn:aws:execute-api:us-east-1:000000000000:Api/v1/POST/step"));
  });

  it("answers 401 without calling the authorizer if the authorizer's header is missing", async () => {
    const reply = await call({ headers: {} });
    expect([reply.status, reply.headers.get("www-authenticate"), await reply.text()]).toEqual([
      401,
      'Basic realm="Gate"',
      '{"message":"Unauthorized"}',
    ]);
    expect(asked).toEqual([]);
  });

  it.each([
    { when: "it throws Unauthorized", outcome: threw("Unauthorized"), status: 401, responseType: "UNAUTHORIZED" },
    { when: "it throws something else", outcome: threw("no network"), status: 200, responseType: "AUTHORIZER_FAILURE" },
    { when: "it denies", outcome: permit("Deny", "*"), status: 200, responseType: "ACCESS_DENIED" },
    { when: "it allows another route", outcome: permit("Allow", "arn:*/POST/other"), status: 200, responseType: "ACCESS_DENIED" },
    {
      when: "it answers nonsense",
      outcome: { ok: true, value: {} } as InvocationOutcome,
      status: 200,
      responseType: "AUTHORIZER_CONFIGURATION_ERROR",
    },
  ])("refuses a caller when $when", async ({ outcome, status, responseType }) => {
    authorizer = outcome;
    await call();
    expect(last()).toEqual({ status, responseType });
    expect(invoked).toEqual([]);
  });

  it.each<{ when: string; outcome: InvocationOutcome }>([
    { when: "crashes", outcome: { ok: false, why: "crash", error: { name: "Error", message: "" } } },
    { when: "times out", outcome: { ok: false, why: "timeout", error: { name: "Error", message: "" } } },
    { when: "answers nothing", outcome: { ok: true, value: null } },
    { when: "answers without status", outcome: { ok: true, value: { body: "" } } },
    { when: "answers a body that is no text", outcome: { ok: true, value: { statusCode: 200, body: {} } } },
    { when: "answers a header HTTP cannot carry", outcome: { ok: true, value: { statusCode: 200, headers: { a: "b\nc" } } } },
  ])("answers in the function's place if the function $when", async ({ outcome }) => {
    integration = outcome;
    const reply = await call();
    expect([reply.status, await reply.json()]).toEqual([200, { page: reply.headers.get("x-amzn-requestid") }]);
    expect(last().responseType).toBe("DEFAULT_5XX");
  });

  it.each([
    { path: "/other", method: "POST" },
    { path: "/step/", method: "POST" },
    { path: "/step", method: "PUT" },
  ])("refuses the unknown route $method $path, without repeating the path", async (request) => {
    const reply = await call(request);
    expect(await reply.json()).toEqual({ page: "MISSING_AUTHENTICATION_TOKEN" });
    expect(answered.at(-1)?.route).toBeUndefined();
  });

  it("refuses a body over ten megabytes", async () => {
    await call({ body: "x".repeat(10 * 1_024 * 1_024) });
    expect(last().responseType).toBeUndefined();
    await call({ body: "x".repeat(10 * 1_024 * 1_024 + 1) });
    expect(last().responseType).toBe("REQUEST_TOO_LARGE");
  });

  it("refuses calls beyond the stage's burst", async () => {
    await gateway.close();
    await start(2);
    const types = [];
    for (let count = 0; count < 3; count++) {
      await call();
      types.push(last().responseType);
    }
    expect(types).toEqual([undefined, undefined, "THROTTLED"]);
  });

  it.each([
    "\u0016\u0003\u0001 no HTTP\r\n\r\n",
    "POST /step HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
  ])("survives a client that sends %j and breaks off", async (text) => {
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    await new Promise<void>((resolve) =>
      socket
        .on("error", () => undefined)
        .on("close", () => resolve())
        .write(text, () => socket.resetAndDestroy()),
    );
    expect((await call()).status).toBe(200);
  });
});

interface RouteSigning {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly key?: string;
  readonly secret?: string;
  readonly region?: string;
  readonly service?: string;
  readonly at?: Date;
}

/** A request to a route, signed. */
async function signedCall({ path = "/items/a-1_b/take", service = "execute-api", key = "ServiceNow", ...signing }: RouteSigning = {}) {
  const { secret = testKey.secretAccessKey, region = testKey.region, ...rest } = signing;
  const request = await signedRequest(new URL(path, gateway.url).href, {
    service,
    key: { accessKeyId: key, secretAccessKey: secret, region },
    ...rest,
  });
  return { path, ...request };
}

describe("a route guarded by IAM", () => {
  it("passes the signer and the path's parameters to the function", async () => {
    const reply = await call(await signedCall({ path: "/items/a-1_b/take?x=2&x=1&y=%20%2F", body: '{"note":"ö"}' }));
    expect(reply.status).toBe(200);
    expect(asked).toEqual([]);
    expect(invoked).toMatchObject([
      {
        resource: "/items/{id}/take",
        path: "/items/a-1_b/take",
        pathParameters: { id: "a-1_b" },
        body: '{"note":"ö"}',
        requestContext: {
          resourcePath: "/items/{id}/take",
          identity: { accessKey: "ServiceNow", userArn: "arn:aws:iam::000000000000:user/ServiceNow", accountId: "000000000000" },
        },
      },
    ]);
    expect(answered.at(-1)?.route).toBe("/items/{id}/take");
  });

  it("accepts a request that curl signed", async () => {
    const { stdout } = await promisify(execFile)("curl", [
      ...["--silent", "--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", `kim:${testKey.secretAccessKey}`, "--noproxy", "*"],
      ...["--header", "Content-Type: application/json", "--data", '{"note":"x"}', `${gateway.url}/items/a/take`],
    ]);
    expect([stdout, invoked[0]?.requestContext.identity.userArn]).toEqual(['{"a":1}', "arn:aws:iam::000000000000:user/kim"]);
  });

  it.each([
    { method: "GET", path: "/items/own", resource: "/items/own" },
    { method: "GET", path: "/items/other", resource: "/items/{id}" },
  ])("has the resource $resource for $method $path", async ({ resource, ...signing }) => {
    expect((await call(await signedCall({ ...signing, body: "" }))).status).toBe(200);
    expect(invoked[0]?.resource).toBe(resource);
  });

  it.each([{ path: "/items//take" }, { path: "/items/a/b/take" }, { path: "/items/a/take/" }, { path: "/items/own/" }])(
    "does not match $path",
    async ({ path }) => {
      await call(await signedCall({ path }));
      expect(last().responseType).toBe("MISSING_AUTHENTICATION_TOKEN");
      expect(answered.at(-1)?.route).toBeUndefined();
    },
  );

  it.each<{ given: string; change: (headers: Record<string, string>) => Record<string, string> }>([
    { given: "no signature", change: () => ({}) },
    { given: "basic auth", change: () => ({ authorization: "Basic a" }) },
    {
      given: "an unfinished signature",
      change: ({ authorization = "", ...headers }) => ({ ...headers, authorization: authorization.slice(0, -1) }),
    },
    { given: "no date", change: ({ "x-amz-date": _, ...headers }) => headers },
    { given: "a date that is none", change: (headers) => ({ ...headers, "x-amz-date": "today" }) },
  ])("refuses $given as unsigned", async ({ change }) => {
    const request = await signedCall();
    await call({ ...request, headers: change(request.headers) });
    expect(last().responseType).toBe("MISSING_AUTHENTICATION_TOKEN");
    expect(invoked).toEqual([]);
  });

  it.each<{ given: string; signing?: RouteSigning; change?: (request: Awaited<ReturnType<typeof signedCall>>) => object }>([
    { given: "another secret", signing: { secret: "guess" } },
    { given: "another region", signing: { region: "eu-west-1" } },
    { given: "another service", signing: { service: "dynamodb" } },
    { given: "a signature of ten minutes ago", signing: { at: new Date(Date.now() - 600_000) } },
    { given: "a signature of the day to come", signing: { at: new Date(Date.now() + 600_000) } },
    { given: "another body", change: () => ({ body: '{"note":"forged"}' }) },
    {
      given: "another body with its own hash unsigned",
      change: ({ headers }) => ({ body: "{}x", headers: { ...headers, "x-amz-content-sha256": "0" } }),
    },
    { given: "another path", change: () => ({ path: "/items/other/take" }) },
    { given: "another method", signing: { path: "/items/a", method: "PUT" }, change: () => ({ method: "GET", body: undefined }) },
    { given: "a query that was not signed", change: () => ({ path: "/items/a-1_b/take?x=1" }) },
    { given: "another value of a signed header", change: ({ headers }) => ({ headers: { ...headers, "content-type": "text/plain" } }) },
    {
      given: "a signature off by a digit",
      change: ({ headers }) => ({
        headers: { ...headers, authorization: headers.authorization?.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) },
      }),
    },
    {
      given: "a host that is not signed",
      change: ({ headers }) => ({ headers: { ...headers, authorization: headers.authorization?.replace("host;", "") } }),
    },
  ])("refuses $given as forged", async ({ signing, change = () => ({}) }) => {
    const request = await signedCall(signing);
    await call({ ...request, ...change(request) });
    expect(last().responseType).toBe("INVALID_SIGNATURE");
    expect(invoked).toEqual([]);
  });
});
