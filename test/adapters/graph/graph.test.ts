import { gzipSync } from "node:zlib";
import { graphPlaces } from "../../../adapters/graph/clouds";
import { type Graph, type GraphError, graph, graphClient, longRetries } from "../../../adapters/graph/graph";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import conflict from "../../fixtures/graph/user-conflict.json";
import { memoryWorld } from "../../memory/world";
import { stopwatch } from "../../support/stopwatch";
import { type GraphDouble, startGraphDouble } from "./graph-double";

let double: GraphDouble;
let secrets: number;
beforeAll(async () => {
  double = await startGraphDouble();
  Object.assign(process.env, { GATEHOUSE_ENDPOINT_GRAPH: double.endpoint, GATEHOUSE_ENDPOINT_LOGIN: double.endpoint });
});
afterAll(() => double.close());
beforeEach(() => {
  double.reset();
  secrets = 0;
});

/** As a function has it, but for an attempt's time: on a busy machine the answer may be late. */
const retries = { attempts: 3, attemptMs: 60_000, pauseMs: 5_000, repeatsPosts: true };
const client = (): Graph =>
  graph({
    retries,
    tenantId: "tenant",
    clientId: "client",
    log: memoryWorld().world.log,
    clientSecret: async () => {
      secrets++;
      return "s3cret & more";
    },
  });
const error = (code: string) => ({ error: { code, message: "Not for logs: kim@contoso.com" } });

describe("a call to Graph", () => {
  it("presents a token that was obtained with the application's credentials", async () => {
    double.on("GET /v1.0/users", { body: { value: [] } });
    expect(await client().get("/users")).toEqual({ value: [] });
    expect(double.calls).toMatchObject([{ method: "GET", path: "/v1.0/users", authorization: "Bearer token-1" }]);
    expect(double.tokens).toMatchObject([{ method: "POST", path: "/tenant/oauth2/v2.0/token" }]);
    expect(Object.fromEntries(new URLSearchParams(double.tokens[0]?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "client",
      client_secret: "s3cret & more",
      scope: "https://graph.microsoft.com/.default",
    });
  });

  it("reuses its token, and replaces it shortly before its end by means of a freshly read secret", async () => {
    double.on("GET /v1.0/users", { body: {} });
    const one = client();
    await one.get("/users");
    await one.get("/users");
    expect([double.tokens.length, secrets]).toEqual([1, 1]);
    vi.useFakeTimers({ now: Date.now() + 3_400_000, toFake: ["Date"] });
    try {
      await one.get("/users");
    } finally {
      vi.useRealTimers();
    }
    expect([double.tokens.length, secrets]).toEqual([2, 2]);
    expect(double.calls.at(-1)?.authorization).toBe("Bearer token-2");
  });

  it("gets one new token, and only one, if Graph rejects the token", async () => {
    double.on("GET /v1.0/users", { status: 401, body: error("InvalidAuthenticationToken") }, { body: { value: [] } });
    expect(await client().get("/users")).toEqual({ value: [] });
    expect(double.calls.map(({ authorization }) => authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
    double.on("GET /v1.0/users", { status: 401, body: error("InvalidAuthenticationToken") });
    await expect(client().get("/users")).rejects.toMatchObject({ status: 401, code: "InvalidAuthenticationToken" });
  });

  it("may change an account", async () => {
    double.on("PATCH /v1.0/users/id", { status: 204 });
    expect(await client().patch("/users/id", { city: "Bonn" })).toBeUndefined();
    expect(double.calls).toMatchObject([{ method: "PATCH", path: "/v1.0/users/id", body: '{"city":"Bonn"}' }]);
  });

  it("may be answered without a body", async () => {
    double.on("POST /v1.0/groups", { status: 204 });
    expect(await client().post("/groups", { a: 1 })).toBeUndefined();
    expect(double.calls[0]?.body).toBe('{"a":1}');
  });
});

describe("an answer that cannot be used", () => {
  it.each([
    { given: "a page", answer: { body: "<html>" } },
    { given: "nothing", answer: {} },
    { given: "null", answer: { body: "null" } },
  ])("is not taken for an empty result: $given", async ({ answer }) => {
    double.on("GET /v1.0/users", answer);
    await expect(client().get("/users")).rejects.toMatchObject({ name: "GraphError", status: 200, code: "unreadable" });
  });

  it.each([
    { of: "Graph", request: "GET /v1.0/users" },
    { of: "the place that gives out tokens", request: "POST /tenant" },
  ])("is not read beyond 10 MiB, even if its compressed form is small: $of", async ({ request }) => {
    double.on("GET /v1.0/users", { body: {} });
    double.on(request, { raw: gzipSync(Buffer.alloc(16 * 1_024 * 1_024)), headers: { "content-encoding": "gzip" } });
    const signIn = (signal: AbortSignal) =>
      graphSignIn({
        tenantId: "tenant",
        clientId: "client",
        credential: { clientSecret: "s" },
        login: double.endpoint,
        scope: graphPlaces().scope,
        signal,
      });
    const asked = graphClient({ endpoint: double.endpoint, signIn, retries: longRetries }).get("/users");
    await expect(asked).rejects.toMatchObject({ status: 0, code: "too-large" });
    expect(double.tokens.length + double.calls.length).toBeLessThan(3);
  });
});

describe("a passing failure of Graph", () => {
  it.each([
    {
      upstreamFailure: "429 with Retry-After",
      given: { status: 429, body: error("TooManyRequests"), headers: { "retry-after": "1" } },
      atLeast: 1_000,
    },
    { upstreamFailure: "503", given: { status: 503 }, atLeast: 500 },
    { upstreamFailure: "502 with a proxy's page", given: { status: 502, body: "<html>" }, atLeast: 500 },
  ])("is waited out: $upstreamFailure", async ({ given, atLeast }) => {
    double.on("GET /v1.0/users", given, { body: { done: true } });
    const started = Date.now();
    expect(await client().get("/users")).toEqual({ done: true });
    expect(Date.now() - started).toBeGreaterThanOrEqual(atLeast - 10);
    expect(double.calls).toHaveLength(2);
  });

  it("is not waited out if Retry-After is a minute: the caller gets the failure", async () => {
    double.on("GET /v1.0/users", { status: 429, body: error("TooManyRequests"), headers: { "retry-after": "60" } });
    await expect(client().get("/users")).rejects.toMatchObject({ status: 429, code: "TooManyRequests", retryAfterMs: 60_000 });
    expect(double.calls).toHaveLength(1);
  });

  it("is tried again only a limited number of times", async () => {
    double.on("GET /v1.0/users", { status: 503 });
    await expect(client().get("/users")).rejects.toMatchObject({ status: 503, code: "none" });
    expect(double.calls).toHaveLength(3);
  });

  it("may give Retry-After as a date", async () => {
    const began = Date.now();
    const inAMinute = new Date(began + 60_000).toUTCString();
    double.on("GET /v1.0/users", { status: 503, headers: { "retry-after": inAMinute } });
    const refusal: unknown = await client()
      .get("/users")
      .catch((error) => error);
    expect(refusal).toMatchObject({ status: 503, retryAfterMs: expect.any(Number) });
    const { retryAfterMs = 0 } = refusal as GraphError;
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    // Such a date bears whole seconds.
    expect(retryAfterMs).toBeGreaterThan(59_000 - (Date.now() - began) - 1);
    expect(double.calls).toHaveLength(1);
  });

  it("is waited out as usual if Retry-After is neither a number nor a date", async () => {
    double.on("GET /v1.0/users", { status: 429, headers: { "retry-after": "soon" } }, { body: {} });
    await client().get("/users");
    expect(double.calls).toHaveLength(2);
  });

  it("is tried again if the connection breaks", async () => {
    double.on("GET /v1.0/users", "reset", { body: { done: true } });
    expect(await client().get("/users")).toEqual({ done: true });
    double.on("GET /v1.0/users", "reset");
    await expect(client().get("/users")).rejects.toMatchObject({ name: "GraphError", status: 0, code: "connection" });
  });

  it("ends at the caller's deadline, during a request and during a wait", async () => {
    double.on("GET /v1.0/users", "silence");
    await expect(client().get("/users", AbortSignal.timeout(1_500))).rejects.toMatchObject({ status: 0, code: "timeout" });
    expect(double.calls).toHaveLength(1);
    double.on("GET /v1.0/users", { status: 503, headers: { "retry-after": "5" } });
    const elapsed = stopwatch();
    await expect(client().get("/users", AbortSignal.timeout(1_500))).rejects.toMatchObject({ status: 503, retryAfterMs: 5_000 });
    expect(elapsed()).toBeLessThan(4_000);
  });

  it("is also waited out if it concerns the token endpoint", async () => {
    double.on(
      "POST /tenant",
      { status: 503, headers: { "retry-after": "0" } },
      { body: { access_token: "t", token_type: "Bearer", expires_in: 9 } },
    );
    double.on("GET /v1.0/users", { body: {} });
    await client().get("/users");
    expect([double.tokens.length, double.calls.length]).toEqual([2, 1]);
  });
});

describe("a lasting failure of Graph", () => {
  it.each([
    { status: 400, code: "Request_BadRequest" },
    { status: 403, code: "Authorization_RequestDenied" },
    { status: 404, code: "Request_ResourceNotFound" },
  ])("$status is reported at once, by its error code alone", async ({ status, code }) => {
    double.on("GET /v1.0/users", { status, body: error(code) });
    const refusal = client().get("/users");
    await expect(refusal).rejects.toMatchObject({ name: "GraphError", status, code, message: `${status} ${code}` });
    expect(double.calls).toHaveLength(1);
  });

  it("is reported for a wrong secret", async () => {
    double.on("POST /tenant", { status: 401, body: { error: "invalid_client", error_description: "AADSTS7000215" } });
    await expect(client().get("/users")).rejects.toMatchObject({ name: "SignInError", status: 401, code: "invalid_client" });
    expect(double.calls).toHaveLength(0);
  });

  it("is reported for an unusable token", async () => {
    double.on("POST /tenant", { body: "<html>" });
    await expect(client().get("/users")).rejects.toMatchObject({
      ...{ name: "SignInError", status: 200, code: "unreadable", came: "HTML" },
      call: expect.stringMatching(/^POST 127\.0\.0\.1:\d+\/tenant\/oauth2\/v2\.0\/token$/),
    });
    expect(double.calls).toHaveLength(0);
  });

  it("is reported with Graph's codes, property names and request id", async () => {
    double.on("GET /v1.0/users", { status: 400, body: conflict.body });
    await expect(client().get("/users")).rejects.toMatchObject({
      code: "Request_BadRequest",
      details: [{ code: "ObjectConflict", target: "userPrincipalName" }],
      requestId: conflict.body.error.innerError["request-id"],
    });
  });

  it.each([
    { given: "null", body: "null" },
    { given: "of another form", body: '{"error":{"code":7,"details":[null,{"target":{}}],"innerError":null}}' },
    { given: "a list", body: "[]" },
  ])("has no code if the error is $given", async ({ body }) => {
    double.on("GET /v1.0/users", { status: 400, body });
    await expect(client().get("/users")).rejects.toMatchObject({ status: 400, code: "none" });
  });

  it("is reported for a redirect, which would send the token to another host", async () => {
    double.on("GET /v1.0/users", { status: 302, headers: { location: `${double.endpoint}/elsewhere` } });
    await expect(client().get("/users")).rejects.toMatchObject({ status: 302 });
    expect(double.calls.map(({ path }) => path)).toEqual(["/v1.0/users"]);
  });
});
