import { connect } from "node:net";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { LocalFunction, Outcome } from "../../local/function-thread";
import { type Answered, type Gateway, serveGateway } from "../../local/gateway";
import { Template } from "../../local/template";

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:Gate-${name}`;
const uri = (name: string) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn(name)}/invocations`;
const response = (type: string, status: string, body: string, headers = {}) => ({
  Type: "AWS::ApiGateway::GatewayResponse",
  Properties: { ResponseType: type, StatusCode: status, ResponseTemplates: { "application/json": body }, ResponseParameters: headers },
});
const template = (burst: number) =>
  new Template("Gate", {
    Resources: {
      Api: { Type: "AWS::ApiGateway::RestApi" },
      Stage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: {
          StageName: "v1",
          MethodSettings: [{ HttpMethod: "*", ResourcePath: "/*", ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: burst }],
        },
      },
      Path: { Type: "AWS::ApiGateway::Resource", Properties: { ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] }, PathPart: "step" } },
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
          ResourceId: { Ref: "Path" },
          HttpMethod: "POST",
          AuthorizationType: "CUSTOM",
          AuthorizerId: { Ref: "Asker" },
          Integration: { Type: "AWS_PROXY", Uri: uri("Step") },
        },
      },
      Broken: response("DEFAULT_5XX", "200", '{"page":"$context.requestId"}'),
      Refused: response("DEFAULT_4XX", "200", '{"page":"$context.error.responseType"}'),
      Unknown: response("UNAUTHORIZED", "401", '{"message":$context.error.messageString}', {
        "gatewayresponse.header.WWW-Authenticate": "'Basic realm=\"Gate\"'",
      }),
    },
  });

const fine: Outcome = { ok: true, value: { statusCode: 200, headers: { "X-Own": "1" }, body: '{"a":1}' } };
const threw = (message: string): Outcome => ({ ok: false, why: "error", error: { name: "Error", message } });
const permit = (Effect: string, Resource: string): Outcome => ({
  ok: true,
  value: { principalId: "connector", policyDocument: { Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] } },
});
const anyRoute = permit("Allow", "arn:aws:execute-api:us-east-1:000000000000:Api/v1/*/*");

let authorizer: Outcome;
let integration: Outcome;
let asked: APIGatewayRequestAuthorizerEvent[];
let invoked: APIGatewayProxyEvent[];
let answered: Answered[];
let gateway: Gateway;

function double(name: string, invoke: (event: unknown) => Outcome): [string, LocalFunction] {
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
  gateway = await serveGateway(template(burst), functions, { port: 0, throttle: true, onAnswer: (each) => answered.push(each) });
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

describe("gateway", () => {
  it("hands the request on as a proxy event, and the function's answer back", async () => {
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
    expect(Date.now() - (event?.requestContext.requestTimeEpoch ?? 0)).toBeLessThan(5_000);
  });

  it("asks the authorizer once for each value of its header", async () => {
    await call();
    await call();
    await call({ headers: { authorization: "Basic b" } });
    expect(asked.map(({ methodArn }) => methodArn)).toEqual(Array(2).fill("arn:aws:execute-api:us-east-1:000000000000:Api/v1/POST/step"));
  });

  it("does not ask the authorizer without its header", async () => {
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
      outcome: { ok: true, value: {} } as Outcome,
      status: 200,
      responseType: "AUTHORIZER_CONFIGURATION_ERROR",
    },
  ])("refuses a caller when $when", async ({ outcome, status, responseType }) => {
    authorizer = outcome;
    await call();
    expect(last()).toEqual({ status, responseType });
    expect(invoked).toEqual([]);
  });

  it.each<{ when: string; outcome: Outcome }>([
    { when: "crashes", outcome: { ok: false, why: "crash", error: { name: "Error", message: "" } } },
    { when: "times out", outcome: { ok: false, why: "timeout", error: { name: "Error", message: "" } } },
    { when: "answers nothing", outcome: { ok: true, value: null } },
    { when: "answers without status", outcome: { ok: true, value: { body: "" } } },
    { when: "answers a body that is no text", outcome: { ok: true, value: { statusCode: 200, body: {} } } },
    { when: "answers a header HTTP cannot carry", outcome: { ok: true, value: { statusCode: 200, headers: { a: "b\nc" } } } },
  ])("answers in the function's place when it $when", async ({ outcome }) => {
    integration = outcome;
    const reply = await call();
    expect([reply.status, await reply.json()]).toEqual([200, { page: reply.headers.get("x-amzn-requestid") }]);
    expect(last().responseType).toBe("DEFAULT_5XX");
  });

  it.each([
    { path: "/other", method: "POST" },
    { path: "/step/", method: "POST" },
    { path: "/step", method: "PUT" },
  ])("knows no $method $path, and does not repeat the path", async (request) => {
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
  ])("outlives a client that sends %j and breaks off", async (text) => {
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
