import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import type { JSONWebKeySet, JWK } from "jose";
import type { InvocationOutcome } from "../../../../local/aws/functions/function-thread";
import { type Gateway, serveGateway } from "../../../../local/aws/gateway/gateway";
import { readHttpApis } from "../../../../local/aws/gateway/http-apis";
import { issuerKeys, tokenCheck } from "../../../../local/aws/gateway/token-check";
import { Template, TemplateError, type TemplateSource } from "../../../../local/aws/template";
import { serveTokens, type TokenServer } from "../../../../local/stand-ins/entra-tokens";
import { entraToken, newKey, wrongTokens } from "../../../support/entra-tokens";

const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const audience = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";
const issuer = `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0`;
const subject = { tenantId, audience, issuer };
const entra = "99045fe1-7639-4a75-9d4a-577b6ca3810f";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:Gate-Step";
const route = (properties: object) => ({ Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api" }, ...properties } });
const source = (guard: object, authorizer: object = {}): TemplateSource => ({
  Resources: {
    Api: { Type: "AWS::ApiGatewayV2::Api" },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Api" }, DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 } },
    },
    Step: { Type: "AWS::ApiGatewayV2::Integration", Properties: { ApiId: { Ref: "Api" }, IntegrationUri: arn } },
    Entra: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Audience: [audience], Issuer: issuer },
        ...authorizer,
      },
    },
    Post: route({ RouteKey: "POST /step", Target: "integrations/Step", ...guard }),
  },
});
const jwt = { AuthorizationType: "JWT", AuthorizerId: { Ref: "Entra" } };

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const keyFile = join(folder, "token-key.json");
let tokens: TokenServer;
let server: Gateway;
let key: JWK;
let events: APIGatewayProxyEventV2WithJWTAuthorizer[];
let outcome: InvocationOutcome;
const answered: unknown[] = [];

const none = async () => undefined;
const functions = new Map([
  [
    arn,
    {
      name: "Step",
      load: none,
      close: none,
      invoke: async (event: unknown) => {
        events.push(event as APIGatewayProxyEventV2WithJWTAuthorizer);
        return { outcome, output: [] };
      },
    },
  ],
]);
const apiOf = (given: TemplateSource) => readHttpApis(new Template("Gate", given), functions)[0] as ReturnType<typeof readHttpApis>[number];
const fetchKeys = async () => (await (await fetch(tokens.keysUrl)).json()) as JSONWebKeySet;

beforeAll(async () => {
  tokens = await serveTokens({ tenantId, issuer }, keyFile);
  key = JSON.parse(readFileSync(keyFile, "utf8")) as JWK;
  server = await serveGateway({ port: 0 });
  const keyOf = issuerKeys(fetchKeys);
  server.answerWith({
    api: apiOf(source(jwt)),
    throttle: false,
    checkOf: (jwt) => tokenCheck(jwt, keyOf),
    onAnswer: (each) => answered.push(each),
  });
});
afterAll(async () => {
  await Promise.all([tokens.close(), server.close()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  events = [];
  outcome = { ok: true, value: { statusCode: 200, headers: { "Content-Type": "application/json" }, body: "{}" } };
});

async function call(authorization: string | undefined, body = "{}", path = "/step") {
  const headers = { "content-type": "application/json", ...(authorization !== undefined && { authorization }) };
  const response = await fetch(`${server.url}${path}`, { method: "POST", body, headers });
  return { status: response.status, text: await response.text(), challenge: response.headers.get("www-authenticate") };
}

const askToken = async (form: Record<string, string>) => {
  const response = await fetch(tokens.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const credentials = { grant_type: "client_credentials", client_id: entra, scope: `${audience}/.default` };

describe("a call with a token of the stand-in", () => {
  it("reaches the function, with the claims as texts and the body unchanged", async () => {
    const before = Date.now();
    const { body } = await askToken(credentials);
    expect(body).toEqual({ token_type: "Bearer", expires_in: 3_599, access_token: expect.any(String) });
    expect(await call(`Bearer ${body.access_token}`, '{"name":"Zoë"}')).toMatchObject({ status: 200, text: "{}" });
    const [event] = events;
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "POST /step",
      rawPath: "/step",
      body: '{"name":"Zoë"}',
      isBase64Encoded: false,
    });
    expect(event?.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
    expect(event?.requestContext.authorizer.jwt.claims).toMatchObject({
      aud: audience,
      iss: issuer,
      azp: entra,
      tid: tenantId,
      ver: "2.0",
      exp: expect.stringMatching(/^\d+$/),
    });
    expect(answered.at(-1)).toMatchObject({ route: "/step", status: 200 });
  });

  it("may omit the word Bearer", async () => expect((await call(await entraToken(key, subject))).status).toBe(200));

  it("may name the app by client_id instead of the audience, or as one of several audiences", async () => {
    const claims = [{ aud: undefined, client_id: audience }, { aud: ["another", audience] }];
    for (const each of claims) expect((await call(await entraToken(key, subject, { claims: each }))).status).toBe(200);
    expect(events.at(-1)?.requestContext.authorizer.jwt.claims.aud).toBe(`[another ${audience}]`);
  });
});

describe("a function of an HTTP API", () => {
  /** Sends headers as they are written, repeated ones too. */
  function send(path: string, headers: readonly string[], body: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(`${server.url}${path}`, { method: "POST", headers }, (response) => response.resume().on("end", resolve));
      sent.on("error", reject).end(body);
    });
  }
  const headers = async () => [
    ...["Host", new URL(server.url).host, "Authorization", await entraToken(key, subject)],
    ...["Content-Type", "application/json", "content-type", "text/plain", "X-One", "1", "x-one", "2, 3"],
    ...["Cookie", "a=1; b=2", "Cookie", "c=3", "Content-Length", "2"],
  ];

  it("gets format 2.0 as API Gateway documents it", async () => {
    await send("/step?p=1&q=x%20y&p=2&empty=", await headers(), "{}");
    const { host, port } = new URL(server.url);
    expect(events[0]).toEqual({
      version: "2.0",
      routeKey: "POST /step",
      rawPath: "/step",
      rawQueryString: "p=1&q=x%20y&p=2&empty=",
      cookies: ["a=1", "b=2", "c=3"],
      headers: {
        authorization: expect.any(String),
        "content-length": "2",
        "content-type": "application/json,text/plain",
        host,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": port,
        "x-forwarded-proto": "http",
        "x-one": "1,2, 3",
      },
      queryStringParameters: { p: "1,2", q: "x y", empty: "" },
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        authorizer: { jwt: { claims: expect.any(Object), scopes: [] } },
        domainName: host,
        domainPrefix: "local",
        http: { method: "POST", path: "/step", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "" },
        requestId: expect.any(String),
        routeKey: "POST /step",
        stage: "$default",
        time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: "{}",
      isBase64Encoded: false,
    });
  });

  it("gets no members for what the request does not have", async () => {
    await call(await entraToken(key, subject), "");
    expect(Object.keys(events[0] ?? {}).sort()).toEqual([
      ...["headers", "isBase64Encoded", "rawPath", "rawQueryString", "requestContext", "routeKey", "version"],
    ]);
  });

  it("gets format 1.0 with header names in lower case, the last of several values, and other bodies than text in base64", async () => {
    const resources = source(jwt).Resources;
    const step = { Type: "AWS::ApiGatewayV2::Integration", Properties: { ...resources.Step?.Properties, PayloadFormatVersion: "1.0" } };
    const own = await serveGateway({ port: 0 });
    own.answerWith({
      api: apiOf({ Resources: { ...resources, Step: step, Post: route({ RouteKey: "POST /step", Target: "integrations/Step" }) } }),
      throttle: false,
    });
    const body = Buffer.from([0xff, 0x00]);
    const sent = { "Content-Type": "application/octet-stream", "X-One": "1" };
    await fetch(`${own.url}/step?p=1&p=2`, { method: "POST", headers: sent, body });
    await own.close();
    expect(events[0]).toMatchObject({
      version: "1.0",
      headers: { "content-type": "application/octet-stream", "x-one": "1", "x-forwarded-proto": "http" },
      multiValueHeaders: { "x-one": ["1"] },
      queryStringParameters: { p: "2" },
      multiValueQueryStringParameters: { p: ["1", "2"] },
      body: body.toString("base64"),
      isBase64Encoded: true,
    });
    expect(Object.keys((events[0] as { headers: object }).headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
  });
});

it("a call without a valid token gets 401 and does not reach the function", async () => {
  for (const [given, authorization] of await wrongTokens(key, subject)) {
    const { status, text, challenge } = await call(authorization);
    expect([given, status, text]).toEqual([given, 401, '{"message":"Unauthorized"}']);
    expect(challenge).toMatch(/^Bearer( scope="" error="invalid_token" error_description="[a-z ]+")?$/);
  }
  expect(events).toEqual([]);
});

it.each([
  ["an unknown path", "/elsewhere", 404, "Not Found"],
  ["a path below", "/step/below", 404, "Not Found"],
])("the gateway answers 404 to %s without calling the function", async (_, path, status, message) =>
  expect(await call(await entraToken(key, subject), "{}", path)).toMatchObject({ status, text: JSON.stringify({ message }) }),
);

it("the gateway answers 500 if the function does not answer", async () => {
  outcome = { ok: false, why: "timeout", error: { name: "Error", message: "" } };
  expect(await call(await entraToken(key, subject))).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
});

describe("the stand-in for Entra's tokens", () => {
  it.each([
    ["another grant", { grant_type: "password" }, "unsupported_grant_type"],
    ["no client", { client_id: "" }, "invalid_request"],
    ["no scope", { scope: "" }, "invalid_scope"],
    ["a scope that is none of an application's", { scope: "openid" }, "invalid_scope"],
  ])("refuses %s as Entra does", async (_, form, error) =>
    expect(await askToken({ ...credentials, ...form })).toMatchObject({ status: 400, body: { error } }),
  );

  it("keeps its key private, and uses the same key after a restart", async () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const again = await serveTokens({ tenantId, issuer }, keyFile);
    expect(await (await fetch(again.keysUrl)).json()).toEqual(await fetchKeys());
    await again.close();
    expect(JSON.stringify(await fetchKeys())).not.toMatch(/"[dpq]"|"alg"/);
  });

  it("replaces a damaged key", async () => {
    const damaged = join(folder, "damaged.json");
    writeFileSync(damaged, "{");
    await (await serveTokens({ tenantId, issuer }, damaged)).close();
    expect(JSON.parse(readFileSync(damaged, "utf8"))).toMatchObject({ kty: "RSA" });
  });
});

describe("the keys of an issuer", () => {
  const id = (kid: string): JWK => ({ ...newKeyOnce, kid });
  const newKeyOnce = newKey();
  let published: string[] | undefined;
  let asked: number;
  let time: number;
  const keys = () =>
    issuerKeys(
      async () => {
        asked++;
        if (published === undefined) throw new Error("down");
        return { keys: published.map(id) } as JSONWebKeySet;
      },
      () => time,
    );
  beforeEach(() => {
    published = ["a"];
    asked = 0;
    time = 0;
  });

  it("stay in use if they are known and the issuer is unreachable", async () => {
    const keyOf = keys();
    await keyOf("a");
    published = undefined;
    time = 86_400_000;
    expect(await keyOf("b")).toBeUndefined();
    expect(await keyOf("a")).toMatchObject({ kid: "a" });
  });

  it("are requested once in five minutes for unknown key ids", async () => {
    const keyOf = keys();
    for (const kid of ["a", "b", "b", "c"]) await keyOf(kid);
    expect(asked).toBe(1);
    published = ["a", "b"];
    time = 5 * 60_000;
    expect(await keyOf("b")).toMatchObject({ kid: "b" });
    await keyOf("c");
    expect(asked).toBe(2);
  });

  it("are requested again at once as long as none is known", async () => {
    published = undefined;
    const keyOf = keys();
    expect(await keyOf("a")).toBeUndefined();
    published = ["a"];
    expect(await keyOf("a")).toMatchObject({ kid: "a" });
  });
});

it.each([
  ["an authorizer that is none of tokens", source(jwt, { AuthorizerType: "REQUEST" })],
  ["a token from elsewhere than the header", source(jwt, { IdentitySource: ["$request.querystring.token"] })],
  ["scopes", source({ ...jwt, AuthorizationScopes: ["read"] })],
  ["IAM", source({ AuthorizationType: "AWS_IAM" })],
])("the gateway does not serve a route with %s", (_, given) => expect(() => apiOf(given)).toThrow(TemplateError));

it("the gateway fails closed if no token can be checked", async () => {
  const unchecked = await serveGateway({ port: 0 });
  unchecked.answerWith({ api: apiOf(source(jwt)), throttle: false });
  const headers = { authorization: `Bearer ${await entraToken(key, subject)}` };
  expect((await fetch(`${unchecked.url}/step`, { method: "POST", headers })).status).toBe(401);
  await unchecked.close();
});

it("the gateway counts strangers' calls against the stage's limits if throttling is on", async () => {
  const held = await serveGateway({ port: 0 });
  held.answerWith({ api: apiOf(source(jwt)), throttle: true });
  const statuses: number[] = [];
  for (let call = 0; call < 3; call++) statuses.push((await fetch(`${held.url}/step`, { method: "POST" })).status);
  expect(statuses).toEqual([401, 401, 429]);
  await held.close();
});
