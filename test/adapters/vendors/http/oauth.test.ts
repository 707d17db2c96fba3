import { oauth } from "../../../../adapters/vendors/http/oauth";
import { stopwatch } from "../../../support/stopwatch";
import { contextWith, crm, lookUp } from "./look-up";
import { type Answer, hangs, refuses, says, startServer, type TestServer, troubleOf } from "./server";

let api: TestServer;
let tokens: TestServer;
beforeAll(async () => {
  [api, tokens] = await Promise.all([startServer(), startServer()]);
});
afterAll(() => Promise.all([api.close(), tokens.close()]));
beforeEach(() => {
  api.will(buyer);
  tokens.will(token("one"), token("two"), token("three"));
});
afterEach(() => vi.restoreAllMocks());

const buyer = says('{"title":"Buyer"}');
const found = { jobTitle: "Buyer" };

function token(value: string, more: object = { expires_in: 3_600 }): Answer {
  return says(JSON.stringify({ access_token: value, token_type: "Bearer", ...more }));
}

const context = contextWith({ client: '{"clientId":"gate","clientSecret":"s3 cret"}' });
const source = (more: { scope?: string; credentialsIn?: "header" | "body" } = {}) =>
  crm(api.origin, { authentication: oauth("client", { tokenUrl: `${tokens.origin}/token?v=2`, ...more }), timeout: "1s" });
const shown = () => api.calls.map(({ headers }) => headers.authorization);

describe("OAuth 2.0 client credentials", () => {
  it("request a token as RFC 6749 prescribes, and present it", async () => {
    expect(await lookUp(source({ scope: "people.read codes.read" }), { context })).toEqual(found);
    expect(tokens.calls).toEqual([expect.objectContaining({ method: "POST", url: "/token?v=2" })]);
    const { headers, body } = tokens.calls[0] as (typeof tokens.calls)[number];
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from("gate:s3+cret").toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
      accept: "application/json",
    });
    expect(Object.fromEntries(new URLSearchParams(body.toString()))).toEqual({
      grant_type: "client_credentials",
      scope: "people.read codes.read",
    });
    expect(shown()).toEqual(["Bearer one"]);
  });

  it("send the client's credentials in the body if the server wants that", async () => {
    await lookUp(source({ credentialsIn: "body" }), { context });
    expect(tokens.calls[0]?.headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(tokens.calls[0]?.body.toString()))).toEqual({
      grant_type: "client_credentials",
      client_id: "gate",
      client_secret: "s3 cret",
    });
  });

  it("reuse the token until its last minute", async () => {
    const one = source();
    const now = Date.now;
    let later = 0;
    vi.spyOn(Date, "now").mockImplementation(() => now() + later);
    for (later of [0, 3_530_000, 3_545_000]) await lookUp(one, { context });
    expect(shown()).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
  });

  it("keep no token without a stated lifetime", async () => {
    tokens.will(token("one", {}), token("two", {}));
    const one = source();
    for (let count = 0; count < 2; count++) await lookUp(one, { context });
    expect(shown()).toEqual(["Bearer one", "Bearer two"]);
  });

  it("request another token if the present one is rejected", async () => {
    const one = source();
    api.will(buyer, refuses(401), buyer);
    for (let count = 0; count < 3; count++) expect(await lookUp(one, { context })).toEqual(found);
    expect(shown()).toEqual(["Bearer one", "Bearer one", "Bearer two", "Bearer two"]);
  });

  it("request no third token if the second is rejected", async () => {
    api.will(refuses(401));
    expect(await troubleOf(lookUp(source(), { context }))).toEqual({ service: "crm", kind: "unauthorised", status: 401 });
    expect(shown()).toEqual(["Bearer one", "Bearer two"]);
  });

  it.each<{ given: string; answer: Answer; upstreamFailure: object }>([
    { given: "silence", answer: hangs, upstreamFailure: { kind: "timeout" } },
    { given: "401", answer: refuses(401), upstreamFailure: { kind: "unauthorised", status: 401 } },
    {
      given: "invalid_client",
      answer: says('{"error":"invalid_client"}', {}, 400),
      upstreamFailure: { kind: "unauthorised", status: 400 },
    },
    { given: "invalid_scope", answer: says('{"error":"invalid_scope"}', {}, 400), upstreamFailure: { kind: "failed", status: 400 } },
    { given: "404", answer: refuses(404), upstreamFailure: { kind: "failed", status: 404 } },
    { given: "500", answer: refuses(500), upstreamFailure: { kind: "failed", status: 500 } },
    { given: "503", answer: refuses(503), upstreamFailure: { kind: "failed", status: 503 } },
    { given: "a redirect", answer: refuses(307, { location: "http://127.0.0.1:1/" }), upstreamFailure: { kind: "failed", status: 307 } },
    { given: "HTML", answer: says("<html>", { "content-type": "text/html" }), upstreamFailure: { kind: "unreadable" } },
    { given: "no JSON", answer: says("{"), upstreamFailure: { kind: "unreadable" } },
    { given: "no token", answer: says('{"token_type":"Bearer"}'), upstreamFailure: { kind: "unexpected" } },
    { given: "a token that would be another header", answer: token("a\r\nhost: b"), upstreamFailure: { kind: "unexpected" } },
    { given: "a token of another type", answer: token("one", { token_type: "mac" }), upstreamFailure: { kind: "unexpected" } },
    { given: "a time that is none", answer: token("one", { expires_in: "soon" }), upstreamFailure: { kind: "unexpected" } },
    { given: "204", answer: says("", {}, 204), upstreamFailure: { kind: "unexpected" } },
    { given: "10 MB", answer: says(Buffer.alloc(10_000_000)), upstreamFailure: { kind: "too-large", status: 200 } },
  ])("fail without a token: $given", async ({ answer, upstreamFailure }) => {
    tokens.will(answer);
    expect(await troubleOf(lookUp(source(), { context }))).toEqual({ service: "crm", ...upstreamFailure });
    // Submission again could lock the client out.
    expect(tokens.calls).toHaveLength(1);
    expect(api.calls).toEqual([]);
  });

  it("limit the total time for secret, token and call to the source's time limit", async () => {
    tokens.will((response, call) => setTimeout(() => token("one")(response, call), 600));
    api.will(hangs);
    const elapsed = stopwatch();
    expect(await troubleOf(lookUp(source(), { context }))).toEqual({ service: "crm", kind: "timeout" });
    expect(elapsed()).toBeLessThan(1_200);
  });

  it.each(["", "gate:s3cret", '{"clientId":"gate"}', '{"clientId":"gate","clientSecret":""}'])(
    "need a complete secret: %p",
    async (client) => {
      expect(await troubleOf(lookUp(source(), { context: contextWith({ client }) }))).toEqual({ service: "crm", kind: "secret" });
      expect(tokens.calls).toEqual([]);
    },
  );

  it("get both token and answer from the stand-in of npm start", async () => {
    api.will(token("one"), buyer);
    process.env.GATEHOUSE_ENDPOINT_OAUTH = api.origin;
    process.env.GATEHOUSE_ENDPOINT_CRM = api.origin;
    try {
      const authentication = oauth("client", { tokenUrl: "https://login.contoso.com/oauth/token" });
      expect(await lookUp(crm("https://crm.contoso.com", { authentication }), { context })).toEqual(found);
    } finally {
      delete process.env.GATEHOUSE_ENDPOINT_OAUTH;
      delete process.env.GATEHOUSE_ENDPOINT_CRM;
    }
    expect(api.calls.map(({ url }) => url)).toEqual(["/oauth/token", "/people/kim%40contoso.com?code=A-1"]);
  });

  it.each([
    { given: "a token endpoint in the open", tokenUrl: "http://login.contoso.com/token", why: /tokenUrl: the URL has to begin with https/ },
    { given: "a token endpoint that is no URL", tokenUrl: "login", why: /oauth\("client"\): tokenUrl: this is no URL/ },
  ])("refuse $given", ({ tokenUrl, why }) => expect(() => oauth("client", { tokenUrl })).toThrow(why));

  it("are refused if they are to be sent neither in the header nor in the body", () => {
    expect(() => oauth("client", { tokenUrl: "https://a.com", credentialsIn: "query" as never })).toThrow(/"header" or "body"/);
  });
});
