import { type Authentication, apiKey, basic, bearer } from "../../../../adapters/vendors/http/authentication";
import { contextWith, crm, lookUp } from "./look-up";
import { says, startServer, type TestServer, troubleOf } from "./server";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(() => server.will(says('{"title":"Buyer"}')));

describe("authentication", () => {
  it.each<{ given: string; authentication: Authentication; secret: string; headers: object }>([
    {
      given: "basic",
      authentication: basic("key"),
      secret: '{"username":"gate","password":"pa:ss é"}',
      headers: { authorization: `Basic ${Buffer.from("gate:pa:ss é").toString("base64")}` },
    },
    { given: "bearer", authentication: bearer("key"), secret: "t0ken._~+/=", headers: { authorization: "Bearer t0ken._~+/=" } },
    { given: "API key", authentication: apiKey("key", { header: "X-Api-Key" }), secret: "k3y", headers: { "x-api-key": "k3y" } },
    {
      given: "API key with a scheme",
      authentication: apiKey("key", { header: "Authorization" }),
      secret: "Token k3y",
      headers: { authorization: "Token k3y" },
    },
  ])("sends $given in its header", async ({ authentication, secret, headers }) => {
    await lookUp(crm(server.origin, { authentication }), { context: contextWith({ key: secret }) });
    const sent = server.calls[0]?.headers ?? {};
    expect(Object.fromEntries(Object.entries(sent).filter(([name]) => /auth|key/.test(name)))).toEqual(headers);
  });

  it.each<{ given: string; authentication: Authentication; secret: string | undefined }>([
    { given: "basic: none", authentication: basic("key"), secret: undefined },
    { given: "basic: no JSON", authentication: basic("key"), secret: "gate:pass" },
    { given: "basic: null", authentication: basic("key"), secret: "null" },
    { given: "basic: a list", authentication: basic("key"), secret: '["gate","pass"]' },
    { given: "basic: no password", authentication: basic("key"), secret: '{"username":"gate"}' },
    { given: "basic: an empty password", authentication: basic("key"), secret: '{"username":"gate","password":""}' },
    { given: "basic: a number", authentication: basic("key"), secret: '{"username":"gate","password":1}' },
    { given: "basic: a colon in the name", authentication: basic("key"), secret: '{"username":"a:b","password":"c"}' },
    { given: "bearer: none", authentication: bearer("key"), secret: undefined },
    { given: "bearer: empty", authentication: bearer("key"), secret: "" },
    { given: "bearer: a line break", authentication: bearer("key"), secret: "t0ken\n" },
    { given: "bearer: another header", authentication: bearer("key"), secret: "t0ken\r\nHost: evil" },
    { given: "bearer: no ASCII", authentication: bearer("key"), secret: "tökén" },
    { given: "API key: space around it", authentication: apiKey("key", { header: "x-api-key" }), secret: " k3y" },
  ])("fails on an unusable secret: $given", async ({ authentication, secret }) => {
    const context = contextWith(secret === undefined ? {} : { key: secret });
    expect(await troubleOf(lookUp(crm(server.origin, { authentication }), { context }))).toEqual({ service: "crm", kind: "secret" });
    expect(server.calls).toEqual([]);
  });

  it("declares the shape of each secret for the person who fills it in", () => {
    expect(basic("key").uses).toEqual([{ secret: "key", shape: { username: expect.any(String), password: expect.any(String) } }]);
    expect(bearer("key").uses).toEqual([{ secret: "key" }]);
    expect(apiKey("key", { header: "x-api-key" }).uses).toEqual([{ secret: "key" }]);
  });

  it.each([
    { given: "a secret's value", make: () => bearer("eyJ0 abc"), why: /bearer takes the name of a secret/ },
    { given: "no name", make: () => basic(undefined as never), why: /basic takes the name of a secret/ },
    { given: "a header that is none", make: () => apiKey("key", { header: "x api key" }), why: /"x api key" is no name of a header/ },
    { given: "a header of the transport", make: () => apiKey("key", { header: "Host" }), why: /"Host" is not for keys/ },
  ])("refuses $given", ({ make, why }) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(why);
  });
});
