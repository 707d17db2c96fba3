import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import tls from "node:tls";
import { gzipSync } from "node:zlib";
import {
  at,
  bodyText,
  type ClientCertificate,
  type OutboundRequest,
  type OutboundResponse,
  parseJsonBody,
  send,
} from "../../../adapters/http/outbound";
import { listen } from "../../support/dynamodb";
import { stopwatch } from "../../support/stopwatch";
import { drips, hangs, refuses, resets, says, startServer, stopsHalfway, type TestServer, troubleOf } from "../vendors/http/server";

const pem = (name: string) => readFileSync(join(__dirname, "../../fixtures/tls", name), "utf8");

function context(remainingMs = 5_000, signal = new AbortController().signal) {
  return { signal, remainingMs: () => remainingMs };
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

function request(changes: Partial<OutboundRequest> = {}, origin = server.origin): OutboundRequest {
  return { service: "crm", url: new URL("/people?of=kim", origin), method: "GET", ...changes };
}

describe("an outbound call", () => {
  it("sends the given method, headers and body, and asks for an uncompressed answer", async () => {
    server.will(says('{"a":1}', { "x-part": "one" }, 201));
    const body = Buffer.from([0, 255, 10]);
    const answer = await send(request({ method: "POST", body, headers: { authorization: "Basic eDp5" } }), context());
    expect(answer).toMatchObject({ status: 201, headers: { "x-part": "one" }, body: Buffer.from('{"a":1}') });
    expect(server.calls).toEqual([expect.objectContaining({ method: "POST", url: "/people?of=kim", body })]);
    expect(server.calls[0]?.headers).toMatchObject({ authorization: "Basic eDp5", "accept-encoding": "identity", "content-length": "3" });
  });

  it("sends text as UTF-8", async () => {
    server.will(says("{}"));
    await send(request({ method: "POST", body: "김" }), context());
    expect(server.calls[0]?.body.toString("utf8")).toBe("김");
  });

  it("keeps its connection open for the next call", async () => {
    server.will(says("{}"));
    await send(request(), context());
    await send(request({ method: "POST", body: "x" }), context());
    expect(new Set(server.calls.map(({ port }) => port)).size).toBe(1);
  });

  it("does not reuse a connection that was idle long enough for the function to have been frozen", async () => {
    server.will(says("{}"));
    await send(request(), context());
    const now = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => now() + 5_000);
    await send(request(), context());
    expect(new Set(server.calls.map(({ port }) => port)).size).toBe(2);
  });

  it("returns the answer of an error status if the caller accepts that status", async () => {
    server.will(says('{"error":"invalid_client"}', {}, 400));
    expect(await send(request({ accepts: [400] }), context())).toMatchObject({
      status: 400,
      body: Buffer.from('{"error":"invalid_client"}'),
    });
  });
});

describe("an outbound call fails", () => {
  it.each([
    { given: "silence", answer: hangs, upstreamFailure: { kind: "timeout" } },
    { given: "one byte at a time", answer: drips, upstreamFailure: { kind: "timeout" } },
    { given: "a reset", answer: resets, upstreamFailure: { kind: "connection" } },
    { given: "half a body", answer: stopsHalfway, upstreamFailure: { kind: "connection" } },
    { given: "401", answer: refuses(401), upstreamFailure: { kind: "unauthorised", status: 401 } },
    { given: "403", answer: refuses(403), upstreamFailure: { kind: "unauthorised", status: 403 } },
    { given: "429", answer: refuses(429), upstreamFailure: { kind: "throttled", status: 429 } },
    { given: "404", answer: refuses(404), upstreamFailure: { kind: "failed", status: 404 } },
    { given: "500", answer: refuses(500), upstreamFailure: { kind: "failed", status: 500 } },
    { given: "a body too long", answer: says("x".repeat(1_001)), upstreamFailure: { kind: "too-large", status: 200 } },
  ])("on $given", async ({ answer, upstreamFailure }) => {
    server.will(answer);
    const elapsed = stopwatch();
    for (const method of ["GET", "POST"] as const) {
      const asked = send(request({ method, timeoutMs: 400, maxBytes: 1_000, headers: { authorization: "s3cret" } }), context());
      expect(await troubleOf(asked)).toEqual({ service: "crm", ...upstreamFailure });
      await asked.catch((error: Error) => expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("s3cret"));
    }
    expect(elapsed()).toBeLessThan(1_200);
  });

  it("if the answer is too long, and stops reading it", async () => {
    const closed = new Promise((resolve) => {
      server.will((response) => {
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on("drain", pour).on("close", () => resolve("closed"));
        pour();
      });
    });
    expect(await troubleOf(send(request(), context()))).toEqual({ service: "crm", kind: "too-large", status: 200 });
    expect(await closed).toBe("closed");
  });

  it.each([301, 302, 307, 308])("on a redirect, %i, and does not follow it", async (status) => {
    const elsewhere = await startServer();
    try {
      server.will(refuses(status, { location: `${elsewhere.origin}/` }));
      expect(await troubleOf(send(request(), context()))).toEqual({ service: "crm", kind: "failed", status });
      expect(elsewhere.calls).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it("if no server listens", async () => {
    const gone = await startServer();
    await gone.close();
    expect(await troubleOf(send(request({}, gone.origin), context()))).toEqual({ service: "crm", kind: "connection" });
  });

  it("if the server does not speak HTTP", async () => {
    const other = createServer((socket) =>
      socket
        .on("error", () => undefined)
        .resume()
        .end("SSH-2.0-x\r\n"),
    );
    try {
      expect(await troubleOf(send(request({}, await listen(other as never)), context()))).toEqual({ service: "crm", kind: "connection" });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it("with the error for a faulty secret if a header value cannot be sent", async () => {
    server.will(says("{}"));
    const asked = send(request({ headers: { "x-api-key": "a\nb" } }), context());
    expect(await troubleOf(asked)).toEqual({ service: "crm", kind: "secret" });
    expect(server.calls).toEqual([]);
  });

  it.each([
    { given: "none is left", remainingMs: 100, atMost: 50 },
    { given: "less is left than the call may take", remainingMs: 400, atMost: 380 },
  ])("when the rules' time ends: $given", async ({ remainingMs, atMost }) => {
    server.will(hangs);
    const elapsed = stopwatch();
    expect(await troubleOf(send(request(), context(remainingMs)))).toEqual({ service: "crm", kind: "timeout" });
    expect(elapsed()).toBeLessThan(atMost + 100);
  });

  it("as soon as its signal aborts", async () => {
    server.will(hangs);
    const controller = new AbortController();
    const asked = troubleOf(send(request(), context(5_000, controller.signal)));
    controller.abort();
    expect(await asked).toEqual({ service: "crm", kind: "timeout" });
    expect(await troubleOf(send(request(), context(5_000, controller.signal)))).toEqual({ service: "crm", kind: "timeout" });
  });
});

describe("a second try of an outbound call", () => {
  const soon = () => new Date(Date.now() + 1_000).toUTCString();
  const passing = [
    { given: "a reset", answer: resets },
    { given: "half a body", answer: stopsHalfway },
    { given: "502", answer: refuses(502) },
    { given: "503", answer: refuses(503) },
    { given: "504", answer: refuses(504) },
    { given: "503 with Retry-After", answer: refuses(503, { "retry-after": "0" }) },
    { given: "429 with Retry-After in seconds", answer: refuses(429, { "retry-after": "1" }) },
    { given: "429 with Retry-After as a date", answer: refuses(429, { "retry-after": soon() }) },
  ];

  it.each(passing)("is made for a GET after $given", async ({ answer }) => {
    server.will(answer, says("{}"));
    expect(await send(request(), context())).toMatchObject({ status: 200 });
    expect(server.calls).toHaveLength(2);
  });

  it.each(passing)("is never followed by a third: $given", async ({ answer }) => {
    server.will(answer);
    await expect(send(request(), context())).rejects.toThrow("crm: ");
    expect(server.calls).toHaveLength(2);
  });

  it.each(passing)("is not made for a POST after $given, as the server may have acted on it", async ({ answer }) => {
    server.will(answer, says("{}"));
    await expect(send(request({ method: "POST" }), context())).rejects.toThrow("crm: ");
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    { given: "500", answer: refuses(500) },
    { given: "404", answer: refuses(404) },
    { given: "429 that says not when", answer: refuses(429) },
    { given: "429 that says it badly", answer: refuses(429, { "retry-after": "soon" }) },
    { given: "429 with a Retry-After beyond the time", answer: refuses(429, { "retry-after": "5" }) },
    { given: "503 with a Retry-After beyond the time", answer: refuses(503, { "retry-after": "86400" }) },
    { given: "a body too long", answer: says("x".repeat(300_000)) },
  ])("is not made after $given", async ({ answer }) => {
    server.will(answer, says("{}"));
    await expect(send(request(), context())).rejects.toThrow("crm: ");
    expect(server.calls).toHaveLength(1);
  });

  it("ends within the time limit of the whole call", async () => {
    server.will(refuses(503), hangs);
    const elapsed = stopwatch();
    expect(await troubleOf(send(request({ timeoutMs: 800 }), context()))).toEqual({ service: "crm", kind: "timeout" });
    expect(elapsed()).toBeLessThan(1_000);
  });
});

describe("an outbound call over TLS", () => {
  const ca = pem("ca.pem");
  const identity = { cert: pem("server.pem"), key: pem("server.key") };
  const certificates: readonly { readonly given: string; readonly certificate: ClientCertificate }[] = [
    { given: "PEM", certificate: { cert: pem("client.pem"), key: pem("client.key") } },
    { given: "PEM with a passphrase", certificate: { cert: pem("client.pem"), key: pem("client-locked.key"), passphrase: "secret" } },
    {
      given: "PKCS #12",
      certificate: { pfx: readFileSync(join(__dirname, "../../fixtures/tls/client.p12")), passphrase: "secret" },
    },
  ];
  let plain: TestServer;
  let mutual: TestServer;
  beforeAll(async () => {
    plain = await startServer(identity);
    mutual = await startServer({ ...identity, ca, requestCert: true, rejectUnauthorized: true });
  });
  afterAll(() => Promise.all([plain.close(), mutual.close()]));

  /** Adds the tests' own authority to those that Node trusts. */
  function trustOwnAuthority() {
    const real = tls.createSecureContext;
    vi.spyOn(tls, "createSecureContext").mockImplementation((options) => real({ ...options, ca }));
  }

  it("refuses a server with a certificate from no trusted issuer", async () => {
    const stranger = await startServer(identity);
    try {
      stranger.will(says("{}"));
      expect(await troubleOf(send(request({}, stranger.origin), context()))).toEqual({ service: "crm", kind: "connection" });
      expect(stranger.calls).toEqual([]);
    } finally {
      await stranger.close();
    }
  });

  it("refuses a server with a certificate for another host", async () => {
    trustOwnAuthority();
    plain.will(says("{}"));
    const other = plain.origin.replace("localhost", "127.0.0.1");
    expect(await troubleOf(send(request({}, other), context()))).toEqual({ service: "crm", kind: "connection" });
    expect(plain.calls).toEqual([]);
  });

  it("refuses a server that offers at most TLS 1.1", async () => {
    trustOwnAuthority();
    const old = await startServer({ ...identity, maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" });
    try {
      old.will(says("{}"));
      expect(await troubleOf(send(request({}, old.origin), context()))).toEqual({ service: "crm", kind: "connection" });
    } finally {
      await old.close();
    }
  });

  it("reads the answer, and keeps the connection", async () => {
    trustOwnAuthority();
    plain.will(says("{}"));
    for (let count = 0; count < 2; count++) expect(await send(request({}, plain.origin), context())).toMatchObject({ status: 200 });
    expect(new Set(plain.calls.map(({ port }) => port)).size).toBe(1);
  });

  it.each(certificates)("presents a client certificate: $given", async ({ certificate }) => {
    trustOwnAuthority();
    mutual.will(says("{}"));
    for (let count = 0; count < 2; count++) {
      expect(await send(request({ certificate }, mutual.origin), context())).toMatchObject({ status: 200 });
    }
    expect(new Set(mutual.calls.map(({ port }) => port)).size).toBe(1);
  });

  it("does not use another caller's certificate or connection if it presents none of its own", async () => {
    trustOwnAuthority();
    mutual.will(says("{}"));
    expect(await troubleOf(send(request({}, mutual.origin), context()))).toEqual({ service: "crm", kind: "connection" });
    expect(mutual.calls).toEqual([]);
  });

  it.each<{ given: string; certificate: ClientCertificate }>([
    { given: "no PEM", certificate: { cert: "x", key: "y" } },
    { given: "a key that is not the certificate's", certificate: { cert: pem("client.pem"), key: pem("server.key") } },
    {
      given: "a passphrase that does not open it",
      certificate: { cert: pem("client.pem"), key: pem("client-locked.key"), passphrase: "no" },
    },
    { given: "no PKCS #12", certificate: { pfx: Buffer.from("x") } },
  ])("cannot present $given", async ({ certificate }) => {
    expect(await troubleOf(send(request({ certificate }, mutual.origin), context()))).toEqual({ service: "crm", kind: "secret" });
  });
});

describe("the body of an answer", () => {
  const answer = (body: Buffer | string, headers: OutboundResponse["headers"] = {}): OutboundResponse => ({
    status: 200,
    headers,
    body: Buffer.from(body as string),
  });
  const unreadable = { failure: { service: "crm", kind: "unreadable", status: 200 } };

  it.each<{ given: string; headers: OutboundResponse["headers"]; body: Buffer }>([
    { given: "no charset", headers: {}, body: Buffer.from("é") },
    { given: "UTF-8", headers: { "content-type": "text/xml; charset=utf-8" }, body: Buffer.from("é") },
    { given: "a byte order mark", headers: {}, body: Buffer.from("\ufeffé") },
    { given: "Latin-1", headers: { "content-type": 'text/xml;charset="ISO-8859-1"' }, body: Buffer.from([0xe9]) },
    { given: "UTF-16", headers: { "content-type": "application/json; charset=UTF-16LE" }, body: Buffer.from("é", "utf16le") },
    { given: "no compression, spelled out", headers: { "content-encoding": "identity" }, body: Buffer.from("é") },
  ])("is read with $given", ({ headers, body }) => expect(bodyText("crm", answer(body, headers))).toBe("é"));

  it.each<{ given: string; headers: OutboundResponse["headers"]; body: Buffer }>([
    { given: "bytes of another charset", headers: { "content-type": "application/json; charset=utf-8" }, body: Buffer.from([0xe9]) },
    { given: "a charset nobody knows", headers: { "content-type": "application/json; charset=klingon" }, body: Buffer.from("{}") },
    { given: "compression", headers: { "content-encoding": "gzip" }, body: gzipSync("{}") },
  ])("is not read with $given", ({ headers, body }) => {
    expect(() => bodyText("crm", answer(body, headers))).toThrow(expect.objectContaining(unreadable));
  });

  it("is read as JSON", () => expect(parseJsonBody("crm", answer('{"a":[1]}'))).toEqual({ a: [1] }));

  it.each(["<html>Kim</html>", "", '{"name":"Kim', "[".repeat(200_000)])("is refused if it is not valid JSON: %#", (body) => {
    let error: unknown;
    try {
      parseJsonBody("crm", answer(body));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject(unreadable);
    expect(String((error as Error).stack)).not.toContain("Kim");
  });
});

describe("the address of a service", () => {
  const url = new URL("https://crm.contoso.com/a/b?c=d");
  afterEach(() => {
    delete process.env.GATEHOUSE_ENDPOINT_HTTP;
  });

  it.each([
    { given: undefined, there: url.href },
    { given: "", there: url.href },
    { given: "http://127.0.0.1:9", there: "http://127.0.0.1:9/a/b?c=d" },
    { given: "http://127.0.0.1:9/", there: "http://127.0.0.1:9/a/b?c=d" },
  ])("is $there if given $given", ({ given, there }) => {
    if (given !== undefined) process.env.GATEHOUSE_ENDPOINT_HTTP = given;
    expect(at(url, "http").href).toBe(there);
    expect(at(url, "idology").href).toBe(url.href);
  });
});
