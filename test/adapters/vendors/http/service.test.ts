import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { apiKey, bearer } from "../../../../adapters/vendors/http/authentication";
import { type ServiceOptions, service } from "../../../../adapters/vendors/http/service";
import type { ServiceRequest } from "../../../../engine/sign-up/service";
import { contextWith } from "./look-up";
import { drips, hangs, refuses, resets, says, startServer, type TestServer, troubleOf } from "./server";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const schema = v.object({ tier: v.string(), seats: v.optional(v.array(v.object({ name: v.string() }))) });
const known = says('{"tier":"gold"}');

function crm(options: Partial<ServiceOptions> = {}) {
  return service("crm", { url: `${server.origin}/api/`, timeout: "700ms", ...options });
}

function call(request: Partial<ServiceRequest>, options: Partial<ServiceOptions> = {}, context = contextWith({ "crm-token": "T0K" })) {
  return crm(options).call({ path: "/partners", ...request } as ServiceRequest, context);
}

/** What came in place of an answer. */
const from = (came: string) => expect.stringMatching(new RegExp(`^${came} from [A-Z]+ [\\w.]+:\\d+$`)) as string;

describe("a call to a service", () => {
  it("goes below the service's URL, and returns the answer as the schema parses it", async () => {
    server.will(known);
    const answer = await call({
      path: "/partners/{number}",
      params: { number: "a/b ?" },
      query: { full: true, q: "&x=1" },
      schema,
    });
    expect(answer).toEqual({ tier: "gold" });
    expect(server.calls).toMatchObject([
      { method: "GET", url: "/api/partners/a%2Fb%20%3F?full=true&q=%26x%3D1", headers: { accept: "application/json" } },
    ]);
  });

  it.each<{ how: string; request: Partial<ServiceRequest>; method: string; type: string; body: string }>([
    { how: "JSON", request: { method: "POST", json: { a: ["é"] } }, method: "POST", type: "application/json", body: '{"a":["é"]}' },
    { how: "null", request: { method: "PUT", json: null }, method: "PUT", type: "application/json", body: "null" },
    {
      how: "a form",
      request: { method: "PATCH", form: { a: "x&b=y", n: 3 } },
      method: "PATCH",
      type: "application/x-www-form-urlencoded",
      body: "a=x%26b%3Dy&n=3",
    },
  ])("sends $how", async ({ request, method, type, body }) => {
    server.will(says("", {}, 204));
    expect(await call(request)).toBe(true);
    expect(server.calls.map((each) => [each.method, each.headers["content-type"], each.body.toString()])).toEqual([[method, type, body]]);
  });

  it("returns true for a thing that exists, and undefined for an absent one, if it has no schema", async () => {
    server.will(says("", {}, 200));
    expect(await call({ absent: [404] })).toBe(true);
    server.will(says("", {}, 404));
    expect(await call({ absent: [404] })).toBeUndefined();
  });

  it.each<{ how: string; options: Partial<ServiceOptions>; headers: object }>([
    { how: "a bearer token", options: { authentication: bearer("crm-token") }, headers: { authorization: "Bearer T0K" } },
    { how: "a key", options: { authentication: apiKey("crm-token", { header: "X-Key" }) }, headers: { "x-key": "T0K" } },
    {
      how: "headers of its own",
      options: { headers: { "Api-Version": "2", accept: "text/json" } },
      headers: { "api-version": "2", accept: "text/json" },
    },
  ])("presents $how", async ({ options, headers }) => {
    server.will(known);
    await call({}, options);
    expect(server.calls).toMatchObject([{ headers }]);
  });

  it.each([
    { given: "silence", answer: hangs, failure: { kind: "timeout" } },
    { given: "one byte at a time", answer: drips, failure: { kind: "timeout" } },
    { given: "resets", answer: resets, failure: { kind: "connection" } },
    { given: "401", answer: refuses(401), failure: { kind: "unauthorised", status: 401 } },
    { given: "404", answer: refuses(404), failure: { kind: "failed", status: 404 } },
    { given: "429", answer: refuses(429), failure: { kind: "throttled", status: 429 } },
    { given: "a redirect", answer: refuses(302, { location: "http://127.0.0.1:1/" }), failure: { kind: "failed", status: 302 } },
    { given: "no JSON", answer: says("<html>"), failure: { kind: "unreadable", status: 200, came: from("HTML") } },
    { given: "64 KiB and a byte", answer: says(" ".repeat(65_537)), failure: { kind: "too-large", status: 200 } },
    { given: "another shape", answer: says('{"tier":7}'), failure: { kind: "unexpected", status: 200, at: "tier" } },
    {
      given: "another shape deep inside",
      answer: says('{"tier":"a","seats":[{"name":1}]}'),
      failure: { kind: "unexpected", status: 200, at: "seats[].name" },
    },
  ])("fails with an error that names the service: $given", async ({ answer, failure }) => {
    server.will(answer);
    expect(await troubleOf(call({ schema }))).toEqual({ service: "crm", ...failure });
  });

  it("fails with an error that names the service if no server listens", async () => {
    expect(await troubleOf(call({}, { url: "http://127.0.0.1:1" }))).toEqual({ service: "crm", kind: "connection" });
  });

  it("fails before anything is sent if its secret is missing", async () => {
    server.will(known);
    expect(await troubleOf(call({}, { authentication: bearer("crm-token") }, contextWith()))).toEqual({ service: "crm", kind: "secret" });
    expect(server.calls).toEqual([]);
  });

  it("reports where a refused answer is wrong, but none of its keys that may be a person's value", async () => {
    const refusing = {
      "~standard": {
        version: 1,
        vendor: "x",
        validate: () => ({ issues: [{ message: "kim", path: ["people", "kim@contoso.com", { key: 3 }, "a b"] }] }),
      },
    };
    server.will(says("{}"));
    expect(await troubleOf(call({ schema: refusing as StandardSchemaV1 }))).toMatchObject({ kind: "unexpected", at: "people.*[].*" });
  });

  it.each<{ method: NonNullable<ServiceRequest["method"]>; idempotent?: boolean; tries: number }>([
    { method: "GET", tries: 2 },
    { method: "PUT", tries: 2 },
    { method: "DELETE", tries: 2 },
    { method: "POST", tries: 1 },
    { method: "PATCH", tries: 1 },
    { method: "POST", idempotent: true, tries: 2 },
    { method: "GET", idempotent: false, tries: 1 },
  ])("tries $method (idempotent: $idempotent) $tries times if the service is briefly unavailable", async ({ tries, ...request }) => {
    server.will(refuses(503), known);
    const done = call(request, { timeout: "2s" });
    if (tries === 2) await done;
    else expect(await troubleOf(done)).toMatchObject({ status: 503 });
    expect(server.calls).toHaveLength(tries);
  });

  it("has no second try if the sign-up's remaining time does not allow one", async () => {
    server.will(refuses(503), known);
    expect(await troubleOf(call({}, {}, contextWith({}, 500)))).toMatchObject({ status: 503 });
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    { limit: "its own", request: { timeout: "100ms" }, options: { timeout: "18s" }, context: contextWith() },
    { limit: "the sign-up's", request: {}, options: { timeout: "18s" }, context: contextWith({}, 300) },
  ] as const)("ends at $limit limit", async ({ request, options, context }) => {
    server.will(hangs);
    expect(await troubleOf(call(request, options, context))).toMatchObject({ kind: "timeout" });
  });

  it("shares one time limit with the same rule's other calls in a sign-up, but not with other sign-ups", async () => {
    const { call: ask } = crm({ timeout: "400ms" });
    server.will(hangs, hangs, known);
    const context = contextWith();
    const request = { path: "/partners", schema };
    expect(await troubleOf(ask(request, context))).toMatchObject({ kind: "timeout" });
    expect(await troubleOf(ask(request, context))).toMatchObject({ kind: "timeout" });
    server.will(known);
    expect(await ask(request, contextWith())).toEqual({ tier: "gold" });
  });

  it.each([
    { given: "a status that says so", request: { absent: [404, 410] }, answer: refuses(410), calls: 1 },
    { given: "a 2xx that says so", request: { absent: [204] }, answer: says("", {}, 204), calls: 1 },
  ])("returns undefined if there is no such thing: $given", async ({ request, answer, calls }) => {
    server.will(answer);
    expect(await call({ schema, ...request } as Partial<ServiceRequest>)).toBeUndefined();
    expect(server.calls).toHaveLength(calls);
  });

  it.each<{ wrong: string; request: object; says: RegExp }>([
    { wrong: "a path without a slash", request: { path: "partners" }, says: /the path begins with "\/"/ },
    { wrong: "a path with a query", request: { path: "/partners?x=1" }, says: /goes into query/ },
    { wrong: "a path with a fragment", request: { path: "/partners#x" }, says: /goes into query/ },
    { wrong: "a path with a space", request: { path: "/a b" }, says: /neither a space/ },
    { wrong: "a path that climbs", request: { path: "/a/../b" }, says: /no segment "." or ".."/ },
    { wrong: "a brace alone", request: { path: "/{x" }, says: /brace without its partner/ },
    { wrong: "no value", request: { path: "/{x}" }, says: /params has no text, number or boolean for \{x\}/ },
    { wrong: "a value that is a list", request: { path: "/{x}", params: { x: ["a"] } }, says: /for \{x\}/ },
    { wrong: "a value too many", request: { params: { x: "a" } }, says: /the path \/partners has no \{x\}/ },
    { wrong: "an empty value", request: { absent: [404], path: "/p/{x}", params: { x: "" } }, says: /a value cannot be part/ },
    { wrong: "a value that would climb", request: { absent: [404], path: "/p/{x}", params: { x: ".." } }, says: /a value cannot be part/ },
    { wrong: "half a character pair", request: { absent: [404], path: "/p/{x}", params: { x: "\ud800" } }, says: /a value cannot be part/ },
    { wrong: "10,000 characters", request: { absent: [404], query: { x: "a".repeat(10_000) } }, says: /a value cannot be part/ },
    {
      wrong: "a value that cannot stand",
      request: { path: "/{x}", params: { x: ".." } },
      says: /a value cannot be part of the path \/\{x\}/,
    },
    { wrong: "a blank value", request: { path: "/partners/{x}", params: { x: " " }, absent: [404] }, says: /a value cannot be part/ },
    { wrong: "a query without its value", request: { query: { x: undefined } }, says: /query has no value for x/ },
    { wrong: "a query with an empty value", request: { query: { x: " " } }, says: /query has no value for x/ },
    { wrong: "a form without its value", request: { method: "POST", form: { x: undefined } }, says: /form has no value for x/ },
    { wrong: "two bodies", request: { method: "POST", json: 1, form: {} }, says: /one body/ },
    { wrong: "a GET with a body", request: { json: 1 }, says: /a GET has no body/ },
    { wrong: "a body that is none", request: { method: "POST", json: () => 1 }, says: /nothing that JSON can carry/ },
    { wrong: "an option that is none", request: { deadline: "3s" }, says: /a call has no deadline\. It has method, path/ },
  ])("refuses $wrong, and sends nothing", async ({ request, says: words }) => {
    server.will(known);
    const error = await call(request as Partial<ServiceRequest>).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^service "crm": /);
    expect((error as Error).message).toMatch(words);
    expect(server.calls).toEqual([]);
  });
});

describe("a service", () => {
  it("declares its secrets, its time limit and its URL", () => {
    const { call: _, ...declared } = service("crm", {
      url: "https://crm.contoso.com",
      authentication: bearer("crm-token"),
      certificate: "crm-cert",
    });
    expect(declared).toMatchObject({
      service: "crm",
      timeout: "3s",
      url: "https://crm.contoso.com/",
      needs: [{ secret: "crm-token" }, { secret: "crm-cert" }],
    });
  });

  it.each<{ wrong: string; name?: string; options: Partial<ServiceOptions>; says: RegExp }>([
    { wrong: "http", options: { url: "http://crm.contoso.com" }, says: /has to begin with https/ },
    { wrong: "no URL", options: { url: "crm" }, says: /no URL/ },
    { wrong: "a URL that is no text", options: { url: undefined as never }, says: /url: this is no URL. Write it as "https:/ },
    { wrong: "a password in the URL", options: { url: "https://a:b@crm.contoso.com" }, says: /user name or password/ },
    { wrong: "a query in the URL", options: { url: "https://crm.contoso.com?key=1" }, says: /url has no query/ },
    { wrong: "a placeholder in the URL", options: { url: "https://crm.contoso.com/{x}" }, says: /url has no placeholder/ },
    { wrong: "a name in capitals", name: "CRM", options: {}, says: /kebab-case/ },
    { wrong: "a name that is taken", name: "graph", options: {}, says: /knows something else by the name graph/ },
    { wrong: "a secret in a header", options: { headers: { Authorization: "Bearer x" } }, says: /holds a secret: use authentication/ },
    { wrong: "a header of the transport", options: { headers: { Host: "a" } }, says: /not yours to set/ },
    { wrong: "a header that is none", options: { headers: { "a b": "c" } }, says: /no name of a header/ },
    { wrong: "a header that holds no text", options: { headers: { "x-tenant": 1 as never } }, says: /headers are texts, not 1/ },
    { wrong: "headers that are none", options: { headers: null as never }, says: /headers takes an object like .*, not null/ },
    { wrong: "no time", options: { timeout: "100ms" }, says: /timeout is "100ms"/ },
    { wrong: "a time that JSON cannot say", options: { timeout: 3_000n as never }, says: /timeout is 3000; it must be/ },
    { wrong: "a function for a time", options: { timeout: (() => 3_000) as never }, says: /timeout is a function; it must be/ },
    { wrong: "no room", options: { maxBytes: 0 }, says: /maxBytes is 0/ },
    { wrong: "no secret's name", options: { certificate: "Crm Cert" }, says: /kebab-case/ },
  ])("refuses $wrong", ({ name = "crm", options, says: words }) => {
    expect(() => service(name, { url: "https://crm.contoso.com", ...options })).toThrow(words);
  });
});
