import { readFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { bearer } from "../../../../adapters/vendors/http/authentication";
import { http } from "../../../../adapters/vendors/http/http-source";
import { decide } from "../../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../../engine/sign-up/policy";
import type { Attributes } from "../../../../engine/sign-up/sign-up";
import { NotAsked } from "../../../../engine/sign-up/source";
import { lookup } from "../../../../features/lookup/rule";
import { memory } from "../../../engine/rules/memory-world";
import { refusal } from "../../../engine/rules/refusal";
import { person } from "../../../engine/sign-up/people";
import { anyPolicy } from "../../../support/any-policy";
import { stopwatch } from "../../../support/stopwatch";
import { contextWith, crm, lookUp, schema } from "./look-up";
import { drips, hangs, refuses, resets, says, startServer, stopsHalfway, type TestServer, troubleOf } from "./server";

const file = (name: string) => readFileSync(join(__dirname, "../../../fixtures/tls", name));
const pem = (name: string) => file(name).toString("utf8");

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

/** What came in place of an answer. */
const from = (came: string) => expect.stringMatching(new RegExp(`^${came} from [A-Z]+ [\\w.]+:\\d+$`)) as string;

describe("an http source", () => {
  it("asks once for each person, and maps the answer", async () => {
    server.will(says('{"title":"Buyer","seats":25,"more":"of it"}'));
    expect(await lookUp(crm(server.origin))).toEqual({ jobTitle: "Buyer", extension_Seats: 25 });
    expect(server.calls).toEqual([
      expect.objectContaining({ method: "GET", url: "/people/kim%40contoso.com?code=A-1", body: Buffer.alloc(0) }),
    ]);
    expect(server.calls[0]?.headers).toMatchObject({ accept: "application/json", host: new URL(server.origin).host });
    expect(server.calls[0]?.headers).not.toHaveProperty("authorization");
  });

  it.each([
    { given: "404", answer: refuses(404) },
    { given: "404 with a long page", answer: says("x".repeat(100_000), {}, 404) },
    { given: "204", answer: says("", {}, 204) },
  ])("finds nothing about a person: $given", async ({ answer }) => {
    server.will(answer);
    expect(await lookUp(crm(server.origin))).toBeUndefined();
    expect(server.calls).toHaveLength(1);
  });

  it("finds nothing if the mapping says so", async () => {
    server.will(says('{"title":""}'));
    const source = crm(server.origin, { attributes: ({ title }) => (title === "" ? undefined : { jobTitle: title }) });
    expect(await lookUp(source)).toBeUndefined();
  });

  it.each([
    { trust: ["google.com"], identities: [{ issuer: "google.com" }], asked: 1 },
    { trust: ["google"], identities: [{ issuer: "google.com" }], asked: 1 },
    { trust: ["google.com"], identities: [{ issuer: "facebook.com" }], asked: 0 },
    { trust: ["google.com"], identities: [{ issuer: "google.com" }, { issuer: "facebook.com" }], asked: 0 },
    { trust: ["google.com"], identities: [], asked: 0 },
    { trust: [], identities: [], asked: 0 },
  ])(
    "asks only about people whose sign-in providers are all trusted for the address: $trust, $identities",
    async ({ trust, identities, asked }) => {
      server.will(says('{"title":"Buyer"}'));
      const found = await crm(server.origin, { trust }).find(person({ identities, attributes: { extension_Code: "A-1" } }), contextWith());
      expect(found).toEqual(asked === 0 ? new NotAsked("untrusted") : { jobTitle: "Buyer" });
      expect(server.calls).toHaveLength(asked);
    },
  );

  it("is refused in a step if it asks by address and names no trusted providers", () => {
    const without = { schema, attributes: () => undefined, onFailure: "block" as const };
    const load = (url: string) => () => beforeCreateUser([lookup(http({ url, ...without }))]);
    expect(load("https://crm.contoso.com/{email}")).toThrow(/goes by addresses \(lookup\), so its options must say whose word/);
    expect(load("https://crm.contoso.com/{extension_Code}")).not.toThrow(/goes by addresses/);
  });

  it.each<{ attributes: Attributes; why: "missing" | "unusable" }>([
    { attributes: {}, why: "missing" },
    { attributes: { extension_Code: "" }, why: "missing" },
    { attributes: { extension_Code: " \t" }, why: "missing" },
    { attributes: { extension_Code: "a\ud800" }, why: "unusable" },
    { attributes: { extension_Code: "a".repeat(10_000) }, why: "unusable" },
  ])("makes no call, and reports the attribute, if a value is missing or unusable: %#", async ({ attributes, why }) => {
    server.will(says('{"title":"Buyer"}'));
    expect(await lookUp(crm(server.origin), { attributes })).toEqual(new NotAsked(why, "extension_Code"));
    expect(server.calls).toEqual([]);
  });

  // The tier is the CRM's word. Nobody keeps the one they typed by keeping the CRM from being asked.
  it.each<{ jobTitle?: string; result: object }>([
    { jobTitle: "Buyer", result: { kind: "continue", attributes: { extension_Tier: "basic" } } },
    { result: { kind: "invalid", problems: [{ attribute: "jobTitle", reason: "attribute.required" }] } },
    { jobTitle: " ", result: { kind: "invalid", problems: [{ attribute: "jobTitle", reason: "attribute.required" }] } },
    {
      jobTitle: "x".repeat(20_000),
      result: { kind: "invalid", problems: [{ attribute: "jobTitle", ...refusal("value.not-permitted") }] },
    },
    { jobTitle: "..", result: { kind: "invalid", problems: [{ attribute: "jobTitle", ...refusal("value.not-permitted") }] } },
  ])(
    "never accepts a typed value for an attribute that it sets, even without a usable key for its query: %#",
    async ({ jobTitle, result }) => {
      server.will(says('{"title":"basic"}'));
      const source = http({
        url: `${server.origin}/titles/{jobTitle}`,
        schema,
        attributes: ({ title }) => ({ extension_Tier: title }),
        onFailure: "block",
      });
      const attributes = { extension_Tier: "gold", ...(jobTitle !== undefined && { jobTitle }) };
      for (const options of [{}, { only: ["extension_Tier"] }, { notFound: "continue" as const }]) {
        const { answer } = await decide(anyPolicy([lookup(source, options)]), person({ attributes }), memory().world);
        expect(answer).toEqual(result);
      }
    },
  );

  it.each([
    { given: "silence", answer: hangs, upstreamFailure: { kind: "timeout" } },
    { given: "one byte at a time", answer: drips, upstreamFailure: { kind: "timeout" } },
    { given: "resets", answer: resets, upstreamFailure: { kind: "connection" } },
    { given: "half a body", answer: stopsHalfway, upstreamFailure: { kind: "connection" } },
    { given: "401", answer: refuses(401), upstreamFailure: { kind: "unauthorised", status: 401 } },
    { given: "403", answer: refuses(403), upstreamFailure: { kind: "unauthorised", status: 403 } },
    { given: "429", answer: refuses(429, { "retry-after": "7" }), upstreamFailure: { kind: "throttled", status: 429 } },
    { given: "400", answer: refuses(400), upstreamFailure: { kind: "failed", status: 400 } },
    { given: "500", answer: refuses(500), upstreamFailure: { kind: "failed", status: 500 } },
    { given: "a redirect", answer: refuses(302, { location: "http://127.0.0.1:1/" }), upstreamFailure: { kind: "failed", status: 302 } },
    {
      given: "HTML",
      answer: says("<html>", { "content-type": "text/html" }),
      upstreamFailure: { kind: "unreadable", status: 200, came: from("HTML") },
    },
    { given: "no body", answer: says(""), upstreamFailure: { kind: "unreadable", status: 200, came: from("nothing") } },
    { given: "another charset", answer: says(Buffer.from([0x22, 0xe9, 0x22])), upstreamFailure: { kind: "unreadable", status: 200 } },
    { given: "compression", answer: says("{}", { "content-encoding": "br" }), upstreamFailure: { kind: "unreadable", status: 200 } },
    { given: "10 MB", answer: says(Buffer.alloc(10_000_000)), upstreamFailure: { kind: "too-large", status: 200 } },
    { given: "64 KiB and a byte", answer: says(" ".repeat(65_537)), upstreamFailure: { kind: "too-large", status: 200 } },
    { given: "another shape", answer: says('{"title":1}'), upstreamFailure: { kind: "unexpected", status: 200, at: "title" } },
    { given: "null", answer: says("null"), upstreamFailure: { kind: "unexpected", status: 200 } },
    { given: "a list", answer: says("[]"), upstreamFailure: { kind: "unexpected", status: 200, at: "title" } },
  ])("fails: $given", async ({ answer, upstreamFailure }) => {
    server.will(answer);
    expect(await troubleOf(lookUp(crm(server.origin, { timeout: "700ms" })))).toEqual({ service: "crm", ...upstreamFailure });
  });

  it("waits for an asynchronous schema", async () => {
    server.will(says("1"));
    const slow = (milliseconds: number) =>
      http({
        url: `${server.origin}/`,
        schema: {
          "~standard": {
            version: 1,
            vendor: "hand-made",
            validate: (value) => new Promise((resolve) => setTimeout(() => resolve({ value }), milliseconds).unref()),
          },
        },
        attributes: (answer) => ({ city: String(answer) }),
        onFailure: "block",
        timeout: "2s",
      });
    expect(await lookUp(slow(5))).toEqual({ city: "1" });
    expect(await troubleOf(lookUp(slow(20_000)))).toEqual({ service: "http", kind: "timeout" });
  });

  it.each([
    { given: "its own time", timeout: "300ms", remainingMs: 5_000 },
    { given: "the rules' time", timeout: "3s", remainingMs: 400 },
  ] as const)("limits the total time for secrets and call to $given", async ({ timeout, remainingMs }) => {
    const never = contextWith({}, remainingMs);
    never.services.secret = () => new Promise(() => undefined);
    const elapsed = stopwatch();
    const source = crm(server.origin, { timeout, authentication: bearer("crm-token") });
    expect(await troubleOf(lookUp(source, { context: never }))).toEqual({ service: "crm", kind: "timeout" });
    expect(elapsed()).toBeLessThan(390);
  });

  it("calls the stand-in of npm start", async () => {
    server.will(says('{"title":"Buyer"}'));
    process.env.GATEHOUSE_ENDPOINT_CRM = server.origin;
    try {
      expect(await lookUp(crm("https://crm.contoso.com"))).toEqual({ jobTitle: "Buyer" });
      expect(server.calls[0]?.url).toBe("/people/kim%40contoso.com?code=A-1");
    } finally {
      delete process.env.GATEHOUSE_ENDPOINT_CRM;
    }
  });

  it("declares what it uses and how it handles a failure", () => {
    const { name, uses, onFailure } = crm("https://a.com", { authentication: bearer("crm-token"), certificate: "crm-certificate" });
    expect({ name, onFailure }).toEqual({ name: "crm", onFailure: "block" });
    expect(uses).toEqual([
      { service: "crm", timeout: "3s", origin: "https://a.com" },
      { secret: "crm-token" },
      { secret: "crm-certificate", shape: { certificate: expect.stringContaining("BEGIN"), privateKey: expect.stringContaining("BEGIN") } },
    ]);
    expect(
      http({ url: "https://a.com", schema, attributes: ({ title }) => ({ city: title }), onFailure: "continue", timeout: "700ms" }),
    ).toMatchObject({
      name: "http",
      uses: [{ service: "http", timeout: "700ms", origin: "https://a.com" }],
      onFailure: "continue",
    });
  });

  it.each<{ given: string; changes: NonNullable<Parameters<typeof crm>[1]>; why: RegExp }>([
    { given: "no onFailure", changes: { onFailure: undefined as never }, why: /onFailure is "continue" or "block": it has no default/ },
    { given: "a name that is none", changes: { name: "My CRM" }, why: /^http "My CRM": the name is kebab-case/ },
    { given: "a name that is taken", changes: { name: "graph" }, why: /^http "graph": npm start knows something else by the name graph/ },
    { given: "no schema", changes: { schema: {} as never }, why: /schema takes a Standard Schema/ },
    { given: "no mapping", changes: { attributes: undefined as never }, why: /attributes takes a function/ },
    { given: "no time", changes: { timeout: "0s" }, why: /timeout is "0s"; it must be a time from "250ms" to "18s"/ },
    { given: "more time than there is", changes: { timeout: "18001ms" }, why: /timeout is "18001ms"/ },
    { given: "a time in letters", changes: { timeout: "1000" as never }, why: /timeout is "1000"/ },
    {
      given: "an answer that nothing could hold",
      changes: { maxBytes: 1e9 },
      why: /maxBytes is 1000000000; it must be a number from 1 to 10485760/,
    },
    { given: "a way to show who asks that is none", changes: { authentication: {} as never }, why: /authentication takes basic/ },
    { given: "a time that is none", changes: { timeout: "NaNs" as never }, why: /timeout is "NaNs"/ },
    { given: "no size", changes: { maxBytes: 0 }, why: /maxBytes is 0/ },
    { given: "a URL in the open", changes: { url: "http://a.com" }, why: /^http "crm": url: the URL has to begin with https/ },
    { given: "a certificate's file", changes: { certificate: "client.pem" }, why: /certificate takes the name of a secret/ },
  ])("refuses $given", ({ changes, why }) => {
    expect(() => crm("https://a.com", changes)).toThrow(why);
    const isLimit = "timeout" in changes || "maxBytes" in changes;
    expect(() => crm("https://a.com", changes)).toThrow(isLimit ? RangeError : TypeError);
  });
});

describe("an http source with a client certificate", () => {
  const secret = (value: unknown) => contextWith({ "crm-token": "t0ken", "crm-certificate": JSON.stringify(value) });
  let mutual: TestServer;
  beforeAll(async () => {
    const ca = pem("ca.pem");
    mutual = await startServer({ cert: pem("server.pem"), key: pem("server.key"), ca, requestCert: true, rejectUnauthorized: true });
  });
  afterAll(() => mutual.close());
  beforeEach(() => {
    const real = tls.createSecureContext;
    vi.spyOn(tls, "createSecureContext").mockImplementation((options) => real({ ...options, ca: pem("ca.pem") }));
    mutual.will(says('{"title":"Buyer"}'));
  });

  it.each([
    { given: "PEM", value: { certificate: pem("client.pem"), privateKey: pem("client.key") } },
    {
      given: "PEM with a passphrase",
      value: { certificate: pem("client.pem"), privateKey: pem("client-locked.key"), passphrase: "secret" },
    },
    { given: "PKCS #12", value: { pfx: file("client.p12").toString("base64"), passphrase: "secret" } },
  ])("is accepted by the server: $given", async ({ value }) => {
    const source = crm(mutual.origin, { certificate: "crm-certificate", authentication: bearer("crm-token") });
    expect(await lookUp(source, { context: secret(value) })).toEqual({ jobTitle: "Buyer" });
    expect(mutual.calls[0]?.headers.authorization).toBe("Bearer t0ken");
  });

  it("is refused by the server if it presents none", async () => {
    expect(await troubleOf(lookUp(crm(mutual.origin)))).toEqual({ service: "crm", kind: "connection" });
    expect(mutual.calls).toEqual([]);
  });

  it.each([
    { given: "no JSON object", value: "PEM" },
    { given: "nothing", value: {} },
    { given: "no key", value: { certificate: pem("client.pem") } },
    { given: "a key of another kind", value: { certificate: pem("client.pem"), privateKey: 1 } },
    { given: "both forms", value: { certificate: pem("client.pem"), privateKey: pem("client.key"), pfx: "x" } },
    { given: "no PEM", value: { certificate: "x", privateKey: "y" } },
    { given: "another's key", value: { certificate: pem("client.pem"), privateKey: pem("server.key") } },
    { given: "no PKCS #12", value: { pfx: "x" } },
    { given: "a wrong passphrase", value: { pfx: file("client.p12").toString("base64"), passphrase: "no" } },
  ])("refuses $given", async ({ value }) => {
    const source = crm(mutual.origin, { certificate: "crm-certificate" });
    expect(await troubleOf(lookUp(source, { context: secret(value) }))).toEqual({ service: "crm", kind: "secret" });
    expect(mutual.calls).toEqual([]);
  });
});
